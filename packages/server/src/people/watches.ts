import type { RoomLog } from '../log/room-log.ts'
import type { Logger } from '../observe/logger.ts'
import type { Audience } from './audience.ts'
import type { Directory } from './directory.ts'
import type { PresencePeer } from './local-session.ts'

/** What watches need. */
export interface WatchDeps {
  readonly directory: Directory
  readonly log: Pick<RoomLog, 'acquainted'>
  readonly logger: Logger
}

/** The people whom single sessions have asked to be told of. */
export class Watches {
  readonly #deps: WatchDeps
  readonly #watches = new Map<string, { readonly peer: PresencePeer; readonly audience: Audience }>()
  /** Sessions whose people may share no room with them any more. */
  readonly #doubtful = new Set<string>()
  #isAsking = false
  /** How often somebody has left a room so far. */
  #leavings = 0

  constructor(deps: WatchDeps) {
    this.#deps = deps
  }

  /** Shows exactly these to a session, as far as it may see them. Rejects when the log is away. */
  async set(peer: PresencePeer, userIds: readonly string[], isOver: () => boolean): Promise<void> {
    const { sessionId, actor } = peer
    const leavings = this.#leavings
    const people = userIds.length === 0 ? [] : await this.#deps.log.acquainted(actor.userId, userIds)
    if (isOver()) return
    if (people.length === 0) {
      this.end(sessionId)
      return
    }
    const audience =
      this.#watches.get(sessionId)?.audience ?? this.#deps.directory.newAudience({ kind: 'watch', sessionId })
    this.#watches.set(sessionId, { peer, audience })
    // Whoever asks again is told again.
    audience.leave(peer)
    audience.show(people)
    audience.join(peer)
    // What the log answered may be from before somebody left.
    if (leavings === this.#leavings) return
    this.#doubtful.add(sessionId)
    void this.askAgain()
  }

  /** A session is over, or wishes to be told of nobody. */
  end(sessionId: string): void {
    this.#watches.get(sessionId)?.audience.close()
    this.#watches.delete(sessionId)
    this.#doubtful.delete(sessionId)
  }

  /** A person has left a room: those who watch them, and those whom their own sessions watch, may be strangers now. */
  doubt(userId: string, sessionIds: Iterable<string>): void {
    this.#leavings += 1
    for (const sessionId of sessionIds) if (this.#watches.has(sessionId)) this.#doubtful.add(sessionId)
    for (const sessionId of this.#deps.directory.watchersOf(userId)) this.#doubtful.add(sessionId)
    void this.askAgain()
  }

  /** A room is gone with everybody in it. */
  doubtAll(): void {
    this.#leavings += 1
    for (const sessionId of this.#watches.keys()) this.#doubtful.add(sessionId)
    void this.askAgain()
  }

  /** Asks the log about those in doubt, one session after the other. Never rejects. */
  async askAgain(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    try {
      for (const sessionId of this.#doubtful) await this.#ask(sessionId)
    } catch (error) {
      this.#deps.logger.warn({ err: error }, 'unable to find out who may be watched still')
    } finally {
      this.#isAsking = false
    }
  }

  async #ask(sessionId: string): Promise<void> {
    const watch = this.#watches.get(sessionId)
    if (watch === undefined) return
    const { shown } = watch.audience
    // Taken out first: what happens while the log is asked is a doubt of its own.
    this.#doubtful.delete(sessionId)
    try {
      const still = new Set(await this.#deps.log.acquainted(watch.peer.actor.userId, shown))
      for (const userId of shown) if (!still.has(userId)) watch.audience.remove(userId)
    } catch (error) {
      if (this.#watches.has(sessionId)) this.#doubtful.add(sessionId)
      throw error
    }
  }
}
