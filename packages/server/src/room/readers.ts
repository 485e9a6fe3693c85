import { FewByKey } from '../platform/few-by-key.ts'
import type { SharedText } from '../transport/shared-text.ts'
import type { Subscription } from './subscription.ts'

/** Those who have a room live, by person: one may have it open on several devices. */
export class Readers {
  readonly #byUser = new FewByKey<Subscription>()

  get isEmpty(): boolean {
    return this.#byUser.isEmpty
  }

  add(subscription: Subscription): void {
    this.#byUser.add(subscription.reader.actor.userId, subscription)
  }

  remove(subscription: Subscription): void {
    this.#byUser.delete(subscription.reader.actor.userId, subscription)
  }

  has(userId: string): boolean {
    return this.#byUser.has(userId)
  }

  of(userId: string): Iterable<Subscription> {
    return this.#byUser.of(userId)
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
