import type { Identity } from '../auth/tickets.ts'
import type { Cancel } from '../platform/clock.ts'
import type { Transport } from '../transport/transport.ts'
import { Session } from './session.ts'
import type { SessionDeps } from './session-deps.ts'

/** Most sessions that one person may have on a node. */
export const MAX_SESSIONS_PER_PERSON = 100
/** How often every session is told that time has passed, in milliseconds; oftener where the heartbeat is short. */
const TICK_MS = 1_000

/** The sessions of this node. One timer serves them all: a timer each would be most of what an idle session costs. */
export class Sessions {
  readonly #deps: SessionDeps
  readonly #sessions = new Set<Session>()
  readonly #perPerson = new Map<string, number>()
  /** Null: people may have as many as they like. */
  readonly #maxPerPerson: number | null
  #cancelTick: Cancel | null = null
  #emptied: (() => void) | null = null

  constructor(deps: SessionDeps, maxPerPerson: number | null) {
    this.#deps = deps
    this.#maxPerPerson = maxPerPerson
  }

  get size(): number {
    return this.#sessions.size
  }

  /** Whether this person may have one more. */
  hasRoomFor(userId: string): boolean {
    return this.#maxPerPerson === null || (this.#perPerson.get(userId) ?? 0) < this.#maxPerPerson
  }

  /** Starts the session of an authorised connection. */
  add(transport: Transport, identity: Identity): void {
    const { userId } = identity.actor
    const session = new Session(this.#deps, transport, identity, this)
    this.#sessions.add(session)
    this.#perPerson.set(userId, (this.#perPerson.get(userId) ?? 0) + 1)
    if (this.#sessions.size === 1) this.#scheduleTick()
    session.start()
  }

  /** Tells everyone that this node is going away; resolves when all have left or `ms` have passed. */
  async drain(ms: number): Promise<void> {
    for (const session of this.#sessions) session.drain()
    await this.#empty(ms)
  }

  /** Takes no more input from anyone. */
  stopReading(): void {
    for (const session of this.#sessions) session.stopReading()
  }

  /** Closes all; those that have not answered after `ms` are cut. */
  async stop(ms: number): Promise<void> {
    for (const session of this.#sessions) session.stop()
    await this.#empty(ms)
    for (const session of this.#sessions) session.terminate()
    this.#cancelTick?.()
  }

  #empty(ms: number): Promise<void> {
    if (this.#sessions.size === 0) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#deps.platform.scheduler.after(ms, resolve)
    this.#emptied = () => {
      cancel()
      resolve()
    }
    return promise
  }

  /** The connection of `session` is gone. Told by the session itself, once. */
  ended(session: Session): void {
    this.#sessions.delete(session)
    const { userId } = session.actor
    const left = (this.#perPerson.get(userId) ?? 1) - 1
    if (left > 0) this.#perPerson.set(userId, left)
    else this.#perPerson.delete(userId)
    if (this.#sessions.size > 0) return
    this.#cancelTick?.()
    this.#emptied?.()
  }

  #scheduleTick(): void {
    const { platform, heartbeatMs } = this.#deps
    const { clock, scheduler } = platform
    const periodMs = Math.min(TICK_MS, heartbeatMs / 4)
    const dueMs = clock.monoMs() + periodMs
    this.#cancelTick = scheduler.after(periodMs, () => {
      const lateMs = clock.monoMs() - dueMs
      if (lateMs < periodMs) this.#tick()
      else this.#tickLate(lateMs)
      if (this.#sessions.size > 0) this.#scheduleTick()
    })
  }

  #tick(): void {
    const { clock } = this.#deps.platform
    const nowMs = clock.monoMs()
    const wallMs = clock.wallMs()
    for (const session of this.#sessions) session.tick(nowMs, wallMs)
  }

  /**
   * This process has stood still: what peers have sent meanwhile is not read yet, and pings that were due were not sent. That
   * silence is not theirs, and ending all their sessions for it would bring all of them back at once.
   */
  #tickLate(lateMs: number): void {
    if (lateMs >= this.#deps.heartbeatMs) for (const session of this.#sessions) session.onAlive()
    this.#deps.platform.scheduler.soon(() => this.#tick())
  }
}
