import { isUserId, nameSchema } from '@holdfast/protocol'
import { SignJWT } from 'jose'
import * as v from 'valibot'
import { type Env, valueIn } from '../env/read.ts'
import { VARIABLES } from '../env/variables.ts'
import { CommandFailure } from '../failure.ts'

/** What `holdfast token` is asked for. */
export interface TokenRequest {
  readonly sub: string
  readonly name: string
  readonly admin?: boolean
  readonly expires: string
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/**
 * A token for development, signed with HOLDFAST_JWT_SECRET, that a server with the same variables accepts.
 *
 * @throws CommandFailure when the secret is missing or the request could not be accepted by a server.
 */
export async function signToken(request: TokenRequest, env: Env, nowMs: number): Promise<string> {
  const secret = valueIn(env, VARIABLES.jwtSecret)
  if (secret === null) throw new CommandFailure('HOLDFAST_JWT_SECRET must be set: tokens are signed with it')
  if (!isUserId(request.sub)) throw new CommandFailure('--sub must be 1–128 bytes without control characters')
  if (!v.is(nameSchema, request.name)) throw new CommandFailure('--name must be 1–200 bytes and not blank')
  const now = Math.floor(nowMs / 1_000)
  const token = new SignJWT({ name: request.name, ...(request.admin === true && { roles: ['admin'] }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(request.sub)
    .setIssuedAt(now)
    .setExpirationTime(now + secondsOf(request.expires))
  const issuer = valueIn(env, VARIABLES.jwtIssuer)
  if (issuer !== null) token.setIssuer(issuer)
  const audience = valueIn(env, VARIABLES.jwtAudience)
  if (audience !== null) token.setAudience(audience)
  return token.sign(new TextEncoder().encode(secret))
}

/** `90s`, `15m`, `1h` or `30d` in seconds. */
function secondsOf(duration: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(duration) ?? []
  const seconds = Number(count) * (SECONDS[unit] ?? Number.NaN)
  if (seconds > 0) return seconds
  throw new CommandFailure('--expires must be a duration such as 90s, 15m, 1h or 30d')
}
