import { SignJWT } from 'jose'

/** The secret that the servers of these tests verify with. */
export const SECRET = 'a secret of the server tests, longer than thirty-two bytes'

/** A token of `userId` as an application would make it. */
export function tokenFor(
  userId: string,
  options: { readonly name?: string; readonly expiresInS?: number; readonly isAdmin?: boolean } = {},
): Promise<string> {
  return new SignJWT({ name: options.name ?? userId, ...(options.isAdmin === true && { roles: ['admin'] }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime(Math.floor(Date.now() / 1_000) + (options.expiresInS ?? 3_600))
    .sign(new TextEncoder().encode(SECRET))
}
