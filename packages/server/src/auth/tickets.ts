import type { Actor } from '../log/actor.ts'
import type { Clock, Random } from '../platform/clock.ts'

/** How long a ticket is good for, from contract §3. Milliseconds. */
export const TICKET_LIFE_MS = 30_000
/** Most unredeemed tickets; past it the oldest gives way. Few live longer than a round trip. */
const MAX_TICKETS = 10_000
/** 128 bits: nobody guesses one within its life. */
const TICKET_BYTES = 16

/** Who a credential stands for, and until when. */
export interface Identity {
  readonly actor: Actor
  /** When the token behind it expires, in milliseconds since the epoch. */
  readonly expiresAtMs: number
}

/** One-time credentials for transports that cannot send a header. Kept by this process alone. */
export interface Tickets {
  /** A new ticket for `identity`, good once and for 30 s. */
  issue(identity: Identity): string
  /** Whom `ticket` stands for; null when it is unknown, used, or too old. Of two calls with one ticket one gets it. */
  redeem(ticket: string): Identity | null
}

interface Issued {
  readonly identity: Identity
  readonly deadlineMs: number
}

/** Tickets by the given clock; the age is measured in monotonic time, so that setting the clock revives none. */
export function createTickets(platform: { readonly clock: Clock; readonly random: Random }): Tickets {
  /** In the order of issue, and therefore of expiry. */
  const issued = new Map<string, Issued>()

  function dropOldest(): void {
    const now = platform.clock.monoMs()
    for (const [ticket, { deadlineMs }] of issued) {
      if (deadlineMs > now && issued.size < MAX_TICKETS) return
      issued.delete(ticket)
    }
  }

  return {
    issue(identity) {
      dropOldest()
      const ticket = Buffer.from(platform.random.bytes(TICKET_BYTES)).toString('base64url')
      issued.set(ticket, { identity, deadlineMs: platform.clock.monoMs() + TICKET_LIFE_MS })
      return ticket
    },
    redeem(ticket) {
      const found = issued.get(ticket)
      issued.delete(ticket)
      return found !== undefined && platform.clock.monoMs() < found.deadlineMs ? found.identity : null
    },
  }
}
