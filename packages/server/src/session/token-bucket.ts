import type { Clock } from '../platform/clock.ts'

/** How often something may happen: `rate` a second over a longer time, `burst` at once. */
export interface Pace {
  readonly rate: number
  readonly burst: number
}

/** Counts what happens against a pace. Full at first. */
export class TokenBucket {
  #tokens: number
  #atMs: number

  constructor(pace: Pace, nowMs: number) {
    this.#tokens = pace.burst
    this.#atMs = nowMs
  }

  /**
   * Takes `cost`; 0 when there was as much, else the milliseconds until there will be. What costs more than there ever is takes
   * all of it.
   */
  take(pace: Pace, nowMs: number, cost = 1): number {
    this.#refill(pace, nowMs)
    const due = Math.min(cost, pace.burst)
    if (this.#tokens >= due) {
      this.#tokens -= due
      return 0
    }
    return Math.ceil(((due - this.#tokens) * 1_000) / pace.rate)
  }

  isFull(pace: Pace, nowMs: number): boolean {
    this.#refill(pace, nowMs)
    return this.#tokens >= pace.burst
  }

  #refill(pace: Pace, nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#atMs)
    this.#tokens = Math.min(pace.burst, this.#tokens + (elapsedMs * pace.rate) / 1_000)
    this.#atMs = nowMs
  }
}

/** Most people whose pace is remembered at a time. */
export const MAX_BUCKETS = 20_000

/** Limits how often each person does something, over all their sessions and requests on this node. */
export interface PersonLimit {
  /** Counts one, or as many as it costs; 0 when it may go on, else the milliseconds after which it may. */
  take(userId: string, cost?: number): number
}

/** Nothing is limited. */
export const noPersonLimit: PersonLimit = { take: () => 0 }

/** A bucket per person, in monotonic time. Those that are full again are forgotten when there are too many. */
export class PersonBuckets implements PersonLimit {
  readonly #pace: Pace
  readonly #clock: Clock
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(pace: Pace, clock: Clock) {
    this.#pace = pace
    this.#clock = clock
  }

  get size(): number {
    return this.#buckets.size
  }

  take(userId: string, cost = 1): number {
    const now = this.#clock.monoMs()
    let bucket = this.#buckets.get(userId)
    if (bucket === undefined) {
      if (this.#buckets.size >= MAX_BUCKETS) this.#forget(now)
      bucket = new TokenBucket(this.#pace, now)
      this.#buckets.set(userId, bucket)
    }
    return bucket.take(this.#pace, now, cost)
  }

  /** The full ones, which say nothing; when all are in use, the oldest half. */
  #forget(now: number): void {
    for (const [userId, bucket] of this.#buckets) if (bucket.isFull(this.#pace, now)) this.#buckets.delete(userId)
    for (const userId of this.#buckets.keys()) {
      if (this.#buckets.size <= MAX_BUCKETS / 2) return
      this.#buckets.delete(userId)
    }
  }
}
