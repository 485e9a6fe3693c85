import { SignJWT } from 'jose'

/** A token for the person `sub`, whose name is theirs in capitals, good for an hour. */
export function signToken(claims: { sub: string; roles?: string[] }, secret: string): Promise<string> {
  return new SignJWT({ name: claims.sub.toUpperCase(), ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret))
}
