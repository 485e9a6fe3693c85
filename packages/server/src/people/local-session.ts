import type { PresenceSet, PresenceStatus, Refusal } from '@holdfast/protocol'
import type { Actor } from '../log/actor.ts'
import { FewByKey } from '../platform/few-by-key.ts'
import type { PresenceViewer } from './viewer.ts'

/** A session, as presence knows it. */
export interface PresencePeer extends PresenceViewer {
  /** Who it is now: a newer token may have brought another name. */
  readonly actor: Actor
  /** Names the session on every node. */
  readonly sessionId: string
  /** What it runs on; null: not told. */
  readonly device: string | null
}

/** A session of this node that has begun, and how it wishes to be seen. What it does is done one after the other. */
export class LocalSession {
  readonly peer: PresencePeer
  status: PresenceStatus = 'online'
  currentRoom: string | null = null
  /** The room that it wishes to look at, while it is found out whether it may; null: there is none, or it has left it meanwhile. */
  roomWished: string | null = null
  /** When it has to be spoken for again, in monotonic time. */
  renewAtMs: number
  isOver = false
  /** What it wishes that was not done yet, and what will become of it. */
  wish: PresenceSet | null = null
  wishing: Promise<Refusal | null> | null = null
  /** The same of whom it wishes to watch: only the last ones count. */
  watched: readonly string[] = []
  watching: Promise<Refusal | null> | null = null
  #last: Promise<unknown> = Promise.resolve()

  constructor(peer: PresencePeer, renewAtMs: number) {
    this.peer = peer
    this.renewAtMs = renewAtMs
  }

  get userId(): string {
    return this.peer.actor.userId
  }

  /** Does `task`, which does not reject, once what came before is done. */
  next<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#last.then(task)
    this.#last = done
    return done
  }
}

/** The sessions of this node, those first that have to be spoken for first. */
export class LocalSessions {
  readonly #sessions = new Map<string, LocalSession>()
  readonly #byUser = new FewByKey<LocalSession>()
  /** Those that are not waited with for their time. */
  readonly #hastened = new Set<LocalSession>()

  get size(): number {
    return this.#sessions.size
  }

  add(session: LocalSession): void {
    this.#sessions.set(session.peer.sessionId, session)
    this.#byUser.add(session.userId, session)
  }

  get(sessionId: string): LocalSession | undefined {
    return this.#sessions.get(sessionId)
  }

  /** Those of one person. */
  of(userId: string): Iterable<LocalSession> {
    return this.#byUser.of(userId)
  }

  /** Takes it out; undefined when there is none. */
  take(sessionId: string): LocalSession | undefined {
    const session = this.#sessions.get(sessionId)
    if (session === undefined) return undefined
    this.#sessions.delete(sessionId)
    this.#hastened.delete(session)
    this.#byUser.delete(session.userId, session)
    return session
  }

  /** It has to be spoken for in the next round, whenever its time was. */
  hasten(session: LocalSession): void {
    if (!session.isOver) this.#hastened.add(session)
  }

  /** Those who look at a room, or wish to. */
  lookingAt(roomId: string): readonly LocalSession[] {
    const sessions = [...this.#sessions.values()]
    return sessions.filter(({ currentRoom, roomWished }) => currentRoom === roomId || roomWished === roomId)
  }

  /** Those that have to be spoken for by now, at most `limit`; their next time is `nextMs`. */
  due(nowMs: number, nextMs: number, limit: number): readonly LocalSession[] {
    const due: LocalSession[] = []
    for (const session of this.#hastened) {
      if (due.length >= limit) break
      this.#hastened.delete(session)
      due.push(session)
    }
    const hastened = new Set(due)
    for (const session of this.#sessions.values()) {
      if (session.renewAtMs > nowMs || due.length >= limit) break
      if (!hastened.has(session)) due.push(session)
    }
    for (const session of due) {
      session.renewAtMs = nextMs
      this.#sessions.delete(session.peer.sessionId)
      this.#sessions.set(session.peer.sessionId, session)
    }
    return due
  }
}
