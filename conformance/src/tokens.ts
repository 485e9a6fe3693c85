import { SignJWT } from 'jose'

/** The claims of a test token, right ones and wrong ones; `exp` in seconds since the epoch, `null` leaves the claim out. */
export interface Claims {
  readonly sub?: unknown
  readonly name?: unknown
  readonly exp?: unknown
  readonly roles?: readonly string[]
}

/** Seconds since the epoch, `offset` seconds from now: the unit of `exp`. */
export function seconds(offset: number): number {
  return Math.floor(Date.now() / 1000) + offset
}

/** Signs a token with `secret`. Without `exp` it lives one hour; a claim given as `null` is left out. */
export function mint(secret: string, claims: Claims, alg = 'HS256'): Promise<string> {
  return new SignJWT(payload(claims)).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret))
}

/** The same claims as an unsigned `alg: none` token. */
export function mintUnsigned(claims: Claims): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(payload(claims))}.`
}

/** The claims as the token's JSON payload, the one-hour `exp` filled in. */
export function payload(claims: Claims): Record<string, unknown> {
  const all = { exp: seconds(3600), ...claims }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined))
}
