import { TYPING_TTL_MS } from '@holdfast/protocol'
import type { Clock } from '../platform/clock.ts'
import type { Cancel, Scheduler } from '../platform/scheduler.ts'

/** Who is typing where. */
export class FakeTyping {
  readonly #clock: Clock
  readonly #scheduler: Scheduler
  readonly #onChange: (roomId: string) => void
  /** roomId → userId → until when, by the monotonic clock, and the timer that ends it. */
  readonly #rooms = new Map<string, Map<string, { readonly until: number; readonly cancel: Cancel }>>()

  constructor(time: { readonly clock: Clock; readonly scheduler: Scheduler }, onChange: (roomId: string) => void) {
    this.#clock = time.clock
    this.#scheduler = time.scheduler
    this.#onChange = onChange
  }

  /** A key fell; it is shown for as long as the contract says. */
  start(roomId: string, userId: string): void {
    const room = this.#rooms.get(roomId) ?? new Map()
    this.#rooms.set(roomId, room)
    room.get(userId)?.cancel()
    const cancel = this.#scheduler.after(TYPING_TTL_MS, () => this.stop(roomId, userId))
    room.set(userId, { until: this.#clock.monoMs() + TYPING_TTL_MS, cancel })
    this.#onChange(roomId)
  }

  /** Typing has ended. */
  stop(roomId: string, userId: string): void {
    const room = this.#rooms.get(roomId)
    room?.get(userId)?.cancel()
    if (room?.delete(userId) === true) this.#onChange(roomId)
  }

  /** Whom `reader` is shown, and for how long. */
  shownTo(reader: string, roomId: string): { readonly userIds: string[]; readonly remainingMs: number[] } {
    const others = [...(this.#rooms.get(roomId) ?? [])].filter(([userId]) => userId !== reader)
    const now = this.#clock.monoMs()
    return { userIds: others.map(([userId]) => userId), remainingMs: others.map(([, { until }]) => until - now) }
  }
}
