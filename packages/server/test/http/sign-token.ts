import { SignJWT } from 'jose'

/** A token for the person `sub`, whose name is theirs in capitals, good for an hour or until `exp`. */
export function signToken(claims: { sub: string; exp?: number }, secret: string): Promise<string> {
  return new SignJWT({ name: claims.sub.toUpperCase(), exp: Math.floor(Date.now() / 1_000) + 3_600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret))
}
