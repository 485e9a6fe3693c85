import type { SharedText } from '../transport/shared-text.ts'
import type { Subscription } from './subscription.ts'

/** Those who have a room live, by person: one may have it open on several devices. */
export class Readers {
  readonly #byUser = new Map<string, Set<Subscription>>()

  get isEmpty(): boolean {
    return this.#byUser.size === 0
  }

  add(subscription: Subscription): void {
    const { userId } = subscription.reader.actor
    const theirs = this.#byUser.get(userId)
    if (theirs === undefined) this.#byUser.set(userId, new Set([subscription]))
    else theirs.add(subscription)
  }

  remove(subscription: Subscription): void {
    const { userId } = subscription.reader.actor
    const theirs = this.#byUser.get(userId)
    if (theirs?.delete(subscription) && theirs.size === 0) this.#byUser.delete(userId)
  }

  has(userId: string): boolean {
    return this.#byUser.has(userId)
  }

  of(userId: string): Iterable<Subscription> {
    return this.#byUser.get(userId) ?? []
  }

  /** Each person with all that they have open. */
  byUser(): Iterable<readonly [userId: string, Iterable<Subscription>]> {
    return this.#byUser
  }
}

/** Hands over a signal, unless the reader may not have it just now (nobody who is catching up may) or has no room for it. */
export function signal(subscription: Subscription, message: SharedText): boolean {
  return subscription.state === 'live' && subscription.reader.signal(message)
}
