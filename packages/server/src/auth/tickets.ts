import type { Actor } from '../log/actor.ts'
import type { Clock, Random } from '../platform/clock.ts'

/** How long a ticket is good for, from contract §3. Milliseconds. */
export const TICKET_LIFE_MS = 30_000
/** Most unredeemed tickets; past it the oldest gives way. Few live longer than a round trip. All of them are some 50 MB. */
const MAX_TICKETS = 100_000
/** The same of one person: to push out those of others takes 5,000 people at once. A tab needs one at a time. */
const MAX_TICKETS_PER_PERSON = 20
/** 128 bits: nobody guesses one within its life. */
const TICKET_BYTES = 16

/** Who a credential stands for, and until when. */
export interface Identity {
  readonly actor: Actor
  /** When the token behind it expires, in milliseconds since the epoch. */
  readonly expiresAtMs: number
}

/** One-time credentials for transports that cannot send a header. Kept by one thread, for all that serve beside it. */
export interface Tickets {
  /** A new ticket for `identity`, good once and for 30 s. */
  issue(identity: Identity): string | Promise<string>
  /** Whom `ticket` stands for; null when it is unknown, used, or too old. Of two calls with one ticket one gets it. */
  redeem(ticket: string): Identity | null | Promise<Identity | null>
}

/** Tickets by the given clock; the age is measured in monotonic time, so that setting the clock revives none. */
export function createTickets(platform: { readonly clock: Clock; readonly random: Random }): IssuedTickets {
  return new IssuedTickets(platform)
}

interface Issued {
  readonly identity: Identity
  readonly deadlineMs: number
}

export class IssuedTickets implements Tickets {
  readonly #platform: { readonly clock: Clock; readonly random: Random }
  /** In the order of issue, and therefore of expiry. */
  readonly #issued = new Map<string, Issued>()
  /** The tickets of each person who has any, in the same order. */
  readonly #byPerson = new Map<string, Set<string>>()

  constructor(platform: { readonly clock: Clock; readonly random: Random }) {
    this.#platform = platform
  }

  issue(identity: Identity): string {
    this.#makeRoom(identity.actor.userId)
    const ticket = Buffer.from(this.#platform.random.bytes(TICKET_BYTES)).toString('base64url')
    this.#issued.set(ticket, { identity, deadlineMs: this.#platform.clock.monoMs() + TICKET_LIFE_MS })
    const own = this.#byPerson.get(identity.actor.userId) ?? new Set()
    this.#byPerson.set(identity.actor.userId, own.add(ticket))
    return ticket
  }

  redeem(ticket: string): Identity | null {
    const found = this.#take(ticket)
    return found !== null && this.#platform.clock.monoMs() < found.deadlineMs ? found.identity : null
  }

  /** Drops what is too old, and the oldest where there are too many. */
  #makeRoom(userId: string): void {
    const now = this.#platform.clock.monoMs()
    for (const [ticket, { deadlineMs }] of this.#issued) {
      if (deadlineMs > now && this.#issued.size < MAX_TICKETS) break
      this.#take(ticket)
    }
    const own = this.#byPerson.get(userId) ?? []
    for (const ticket of own) {
      if ((this.#byPerson.get(userId)?.size ?? 0) < MAX_TICKETS_PER_PERSON) break
      this.#take(ticket)
    }
  }

  #take(ticket: string): Issued | null {
    const found = this.#issued.get(ticket)
    if (found === undefined) return null
    this.#issued.delete(ticket)
    const { userId } = found.identity.actor
    const own = this.#byPerson.get(userId)
    own?.delete(ticket)
    if (own?.size === 0) this.#byPerson.delete(userId)
    return found
  }
}
