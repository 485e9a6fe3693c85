import type { GuestSession } from '@holdfast/protocol'
import { SignJWT } from 'jose'
import type { Clock, Random } from '../platform/clock.ts'

/** How long a guest's token lasts: somebody who comes back within a month is still the same person. Seconds. */
export const GUEST_TOKEN_LIFE_S = 30 * 24 * 60 * 60
/** What a guest's userId begins with. */
const GUEST_PREFIX = 'guest_'
/** 96 bits: two guests never get one id. */
const GUEST_ID_BYTES = 12

/** Signs people in who only say what they want to be called. */
export interface GuestIssuer {
  /** A new person by the name of `name`, and the token that makes whoever holds it that person for 30 days. */
  issue(name: string): Promise<GuestSession>
}

/** Issues HS256 tokens that an authenticator with the same secret accepts. */
export function createGuestIssuer(
  secret: string,
  platform: { readonly clock: Clock; readonly random: Random },
): GuestIssuer {
  const key = new TextEncoder().encode(secret)
  return {
    async issue(name) {
      const id = GUEST_PREFIX + Buffer.from(platform.random.bytes(GUEST_ID_BYTES)).toString('base64url')
      const now = Math.floor(platform.clock.wallMs() / 1_000)
      const token = await new SignJWT({ name })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setSubject(id)
        .setIssuedAt(now)
        .setExpirationTime(now + GUEST_TOKEN_LIFE_S)
        .sign(key)
      return { token, user: { id, name } }
    },
  }
}
