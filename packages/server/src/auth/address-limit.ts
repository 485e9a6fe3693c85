import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** Guests that one address may sign in a minute: a class room behind one address, not a script. */
const GUESTS_PER_MINUTE = 120
/** Bad credentials that one address may show a minute. */
const FAILURES_PER_MINUTE = 60
const MINUTE_S = 60

/** What one network address may do before it has shown who it is. */
export interface AddressLimit {
  /** Counts a guest sign-in; null when it may go on, else the milliseconds after which another may. */
  guest(address: string | null): Promise<number | null>
  /** Counts a bad credential, likewise. Good ones are never counted nor held up, whatever their neighbours show. */
  failure(address: string | null): Promise<number | null>
}

/** Nothing is limited: `HOLDFAST_SEND_RATE=0`. */
export const noAddressLimit: AddressLimit = {
  guest: async () => null,
  failure: async () => null,
}

/** Limits kept in this process's memory, each address for a minute. Null, an address that is not known, is not limited. */
export function createAddressLimit(): AddressLimit {
  const guests = new RateLimiterMemory({ points: GUESTS_PER_MINUTE, duration: MINUTE_S })
  const failures = new RateLimiterMemory({ points: FAILURES_PER_MINUTE, duration: MINUTE_S })
  return {
    guest: address => consume(guests, address),
    failure: address => consume(failures, address),
  }
}

async function consume(limiter: RateLimiterMemory, address: string | null): Promise<number | null> {
  if (address === null) return null
  try {
    await limiter.consume(networkOf(address))
    return null
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal.msBeforeNext
    throw refusal
  }
}

/** One subscriber holds a whole IPv6 /64, so that is what counts as an address. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address
  const [head = '', tail = ''] = address.split('%', 1)[0]?.split('::') ?? []
  const before = head.split(':').filter(group => group !== '')
  const after = tail.split(':').filter(group => group !== '')
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`
}
