import { parseJson } from '@holdfast/protocol'
import type { Auth, AuthResult } from '@holdfast/server/testing'
import { BEGINNING_MS, type SimHost } from './sim-host.ts'

/** How long a token is good for, in milliseconds: less than a world lasts, so that tokens expire in it. */
const TOKEN_LIFE_MS = 60_000

/** A token in the form of a JWT, by the right time. Nobody forges one in this world, so nobody signs them either. */
export function tokenFor(userId: string, nowMs: number): string {
  const exp = (BEGINNING_MS + nowMs + TOKEN_LIFE_MS) / 1_000
  return `sim.${Buffer.from(JSON.stringify({ sub: userId, name: userId, exp })).toString('base64url')}.sim`
}

/** Tells by such a token who somebody is, at once: real signatures are verified on other threads, in an order that no seed decides. */
export function simAuth(host: SimHost): Auth {
  return {
    guests: null,
    authenticator: { authenticate: async token => resultOf(token, host.clock.wallMs()) },
  }
}

function resultOf(token: string, nowMs: number): AuthResult {
  const parsed = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const { sub, name, exp }: { sub?: unknown; name?: unknown; exp?: unknown } = Object(parsed.ok && parsed.value)
  if (typeof sub !== 'string' || typeof name !== 'string' || typeof exp !== 'number') {
    return { ok: false, reason: 'unable to accept the token; it is none', hasExpired: false }
  }
  const expiresAtMs = exp * 1_000
  if (expiresAtMs <= nowMs) return { ok: false, reason: 'unable to accept the token; it has expired', hasExpired: true }
  return { ok: true, actor: { userId: sub, name, isAdmin: false }, expiresAtMs }
}
