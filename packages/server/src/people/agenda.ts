import type { Cancel, Clock, Scheduler } from '../platform/clock.ts'

/** What is due within so many milliseconds is done together. */
export const SLOT_MS = 50

/** The moment at which what is due at `atMs` is done. */
export function slotAt(atMs: number): number {
  return Math.ceil(atMs / SLOT_MS) * SLOT_MS
}

/** What has to be done when, with one timer for all of it. */
export class Agenda<K> {
  readonly #clock: Clock
  readonly #scheduler: Scheduler
  readonly #run: (due: readonly K[]) => void
  readonly #slots = new Map<number, Set<K>>()
  readonly #slotOf = new Map<K, number>()
  #next: { readonly slot: number; readonly cancel: Cancel } | null = null
  #isClosed = false

  /** `run` is handed all that is due. */
  constructor(parts: { readonly clock: Clock; readonly scheduler: Scheduler }, run: (due: readonly K[]) => void) {
    this.#clock = parts.clock
    this.#scheduler = parts.scheduler
    this.#run = run
  }

  /** What waits. */
  get size(): number {
    return this.#slotOf.size
  }

  /** `key` is due at `atMs` of monotonic time, or before if it was planned so. What is due now is run before long, but not within this call. */
  plan(key: K, atMs: number): void {
    if (this.#isClosed) return
    const nowMs = this.#clock.monoMs()
    const slot = atMs <= nowMs ? Math.floor(nowMs / SLOT_MS) : Math.ceil(atMs / SLOT_MS)
    const planned = this.#slotOf.get(key)
    if (planned !== undefined) {
      if (planned <= slot) return
      this.#slots.get(planned)?.delete(key)
    }
    this.#slotOf.set(key, slot)
    const keys = this.#slots.get(slot)
    if (keys === undefined) this.#slots.set(slot, new Set([key]))
    else keys.add(key)
    this.#arm(slot)
  }

  /** `key` needs nothing any more. */
  drop(key: K): void {
    const slot = this.#slotOf.get(key)
    if (slot === undefined) return
    this.#slotOf.delete(key)
    this.#slots.get(slot)?.delete(key)
  }

  /** Nothing is run any more. */
  close(): void {
    this.#isClosed = true
    this.#next?.cancel()
    this.#slots.clear()
    this.#slotOf.clear()
  }

  #arm(slot: number): void {
    if (this.#next !== null && this.#next.slot <= slot) return
    this.#next?.cancel()
    const waitMs = Math.max(0, slot * SLOT_MS - this.#clock.monoMs())
    this.#next = { slot, cancel: this.#scheduler.after(waitMs, () => this.#fire()) }
  }

  #fire(): void {
    this.#next = null
    const nowMs = this.#clock.monoMs()
    const due: K[] = []
    let first = Number.POSITIVE_INFINITY
    for (const [slot, keys] of this.#slots) {
      if (slot * SLOT_MS > nowMs) {
        first = Math.min(first, slot)
        continue
      }
      this.#slots.delete(slot)
      for (const key of keys) {
        this.#slotOf.delete(key)
        due.push(key)
      }
    }
    if (first < Number.POSITIVE_INFINITY) this.#arm(first)
    if (due.length > 0) this.#run(due)
  }
}
