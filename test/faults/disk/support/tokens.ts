import { SignJWT } from 'jose'

/** What the servers of these tests check tokens with. */
export const SECRET = 'a secret of the fault tests, longer than thirty-two bytes'

/** A token as the host application would make it. */
export function tokenFor(userId: string): Promise<string> {
  return new SignJWT({ name: userId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET))
}
