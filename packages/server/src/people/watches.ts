import type { RoomLog } from '../log/room-log.ts'
import type { Logger } from '../observe/logger.ts'
import type { Scheduler } from '../platform/clock.ts'
import type { Audience } from './audience.ts'
import type { Directory } from './directory.ts'
import type { PresencePeer } from './local-session.ts'
import { Outage } from './outage.ts'

/** Most sessions about whose people the log is asked before others have their turn. */
export const ASKED_A_TURN = 8

/** What watches need. */
export interface WatchDeps {
  readonly directory: Directory
  readonly log: Pick<RoomLog, 'acquainted'>
  readonly scheduler: Pick<Scheduler, 'soon'>
  readonly logger: Logger
}

/** The people whom one session has asked to be told of. */
interface Watch {
  readonly peer: PresencePeer
  readonly audience: Audience
  /** Those of them who may be strangers now: nothing is said of them until the log was asked. */
  readonly doubted: Set<string>
}

/** The people whom single sessions have asked to be told of. */
export class Watches {
  readonly #deps: WatchDeps
  readonly #watches = new Map<string, Watch>()
  /** Sessions with somebody in doubt. */
  readonly #doubtful = new Set<string>()
  readonly #outage: Outage
  #isAsking = false
  /** How often somebody has left a room so far. */
  #leavings = 0

  constructor(deps: WatchDeps) {
    this.#deps = deps
    this.#outage = new Outage(deps.logger)
  }

  /** Shows exactly these to a session, as far as it may see them. Rejects when the log is away. */
  async set(peer: PresencePeer, userIds: readonly string[], isOver: () => boolean): Promise<void> {
    const { sessionId, actor } = peer
    const leavings = this.#leavings
    const people = userIds.length === 0 ? [] : await this.#deps.log.acquainted(actor.userId, userIds)
    if (isOver()) return
    if (userIds.length === 0 || (people.length === 0 && !this.#watches.has(sessionId))) {
      this.end(sessionId)
      return
    }
    const audience =
      this.#watches.get(sessionId)?.audience ?? this.#deps.directory.newAudience({ kind: 'watch', sessionId })
    this.#watches.set(sessionId, { peer, audience, doubted: new Set() })
    this.#doubtful.delete(sessionId)
    // Whoever asks again is told again.
    audience.leave(peer)
    const known = new Set(people)
    for (const userId of userIds) if (!known.has(userId)) audience.estrange(userId)
    audience.show(people)
    for (const userId of people) audience.release(userId)
    audience.join(peer)
    // What the log answered may be from before somebody left.
    if (leavings === this.#leavings) return
    this.#doubt(sessionId, people)
    void this.askAgain()
  }

  /** A session is over, or wishes to be told of nobody. */
  end(sessionId: string): void {
    this.#watches.get(sessionId)?.audience.close()
    this.#watches.delete(sessionId)
    this.#doubtful.delete(sessionId)
  }

  /** A person has left a room: those who watch them, and those whom their own sessions watch, may be strangers now. */
  left(userId: string, sessionIds: Iterable<string>): void {
    this.#leavings += 1
    for (const sessionId of sessionIds) this.#doubt(sessionId, this.#watches.get(sessionId)?.audience.shown ?? [])
    for (const sessionId of this.#deps.directory.watchersOf(userId)) this.#doubt(sessionId, [userId])
    void this.askAgain()
  }

  /** A room is gone with everybody in it: those of them who watch each other may be strangers now. Null: too many to be named. */
  deleted(members: readonly string[] | null, sessionIdsOf: (userId: string) => readonly string[]): void {
    this.#leavings += 1
    const among = members === null ? null : new Set(members)
    for (const sessionId of members === null ? this.#watches.keys() : members.flatMap(sessionIdsOf)) {
      const shown = this.#watches.get(sessionId)?.audience.shown ?? []
      this.#doubt(sessionId, among === null ? shown : shown.filter(userId => among.has(userId)))
    }
    void this.askAgain()
  }

  /** Asks the log about those in doubt, one session after the other. Never rejects. */
  async askAgain(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    let asked = 0
    try {
      for (const sessionId of this.#doubtful) {
        await this.#ask(sessionId)
        asked += 1
        if (asked % ASKED_A_TURN === 0) await new Promise<void>(go => this.#deps.scheduler.soon(go))
      }
      if (asked > 0) this.#outage.isOver()
    } catch (error) {
      this.#outage.warn(error, 'unable to find out who may be watched still')
    } finally {
      this.#isAsking = false
    }
  }

  #doubt(sessionId: string, userIds: readonly string[]): void {
    const watch = this.#watches.get(sessionId)
    if (watch === undefined) return
    for (const userId of userIds) {
      // Nobody is a stranger to themselves.
      if (userId === watch.peer.actor.userId) continue
      watch.doubted.add(userId)
      watch.audience.hold(userId)
    }
    if (watch.doubted.size > 0) this.#doubtful.add(sessionId)
  }

  async #ask(sessionId: string): Promise<void> {
    // Taken out first: what happens while the log is asked is a doubt of its own.
    this.#doubtful.delete(sessionId)
    const watch = this.#watches.get(sessionId)
    if (watch === undefined) return
    const doubted = [...watch.doubted]
    watch.doubted.clear()
    const { audience, peer } = watch
    try {
      const still = new Set(await this.#deps.log.acquainted(peer.actor.userId, doubted))
      if (this.#watches.get(sessionId) !== watch) return
      for (const userId of doubted) {
        if (!still.has(userId)) audience.estrange(userId)
        else if (!watch.doubted.has(userId)) audience.release(userId)
      }
    } catch (error) {
      if (this.#watches.get(sessionId) === watch) this.#doubt(sessionId, doubted)
      throw error
    }
  }
}
