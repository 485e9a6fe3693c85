import { isUserId, nameSchema } from '@holdfast/protocol'
import { decodeProtectedHeader, errors, type JWTHeaderParameters, type JWTPayload, type JWTVerifyOptions } from 'jose'
import * as v from 'valibot'
import type { Platform } from '../platform/clock.ts'
import type { KeySet } from './key-set.ts'
import { SharedSecret } from './shared-secret.ts'
import type { Identity } from './tickets.ts'

/** Longest token that is looked at, in characters. Real ones are well under half of it. */
const MAX_TOKEN_LENGTH = 8_192
/**
 * How far in the future `nbf` may lie, in seconds: the clock of whoever issues tokens may be a little ahead. `exp` gets no
 * such grace, since a session ends at that very moment.
 */
const NOT_BEFORE_TOLERANCE_S = 5
/** Signatures by key pair, which is what a JWKS publishes. A secret is only ever good for HS256. */
const KEY_PAIR_ALGORITHMS: readonly string[] = ['RS256', 'ES256', 'EdDSA']
/** The latest moment that a Date can name; an `exp` beyond it means "for ever". */
const LAST_MOMENT_MS = 8.64e15

/** What makes a token good. */
export interface TokenRules {
  /** For HS256; null: such tokens are refused. */
  readonly secret: string | null
  /** For RS256, ES256 and EdDSA; null: such tokens are refused. */
  readonly keys: KeySet | null
  /** When set, `iss` must be this. */
  readonly issuer: string | null
  /** When set, `aud` must contain this. */
  readonly audience: string | null
}

/** Whom a token stands for; or why it is refused, in words that may be shown to whoever sent it. */
export type AuthResult =
  | ({ readonly ok: true } & Identity)
  | {
      readonly ok: false
      readonly reason: string
      /** It was good until it expired: whoever shows it is no guesser, but needs a new one. */
      readonly hasExpired: boolean
    }

/** Tells who somebody is. */
export interface Authenticator {
  /** Never rejects: whatever goes wrong, the token is refused. */
  authenticate(token: string): Promise<AuthResult>
}

/**
 * Verifies JWTs by contract §3. The key decides the algorithm, never the token: a secret verifies HS256 alone and a JWKS
 * RS256, ES256 and EdDSA alone, so that a public key can never be taken for a secret. Keys named by the token itself
 * (`jwk`, `jku`, `x5u`) are not looked at.
 */
export function createAuthenticator(rules: TokenRules, platform: Pick<Platform, 'clock'>): Authenticator {
  // The empty one is no secret.
  const secret = rules.secret ? new SharedSecret(rules.secret) : null

  async function verified(token: string): Promise<JWTPayload> {
    const header = decodeProtectedHeader(token)
    const options: JWTVerifyOptions = {
      algorithms: header.alg === 'HS256' ? ['HS256'] : [...KEY_PAIR_ALGORITHMS],
      currentDate: new Date(platform.clock.wallMs()),
      clockTolerance: NOT_BEFORE_TOLERANCE_S,
      requiredClaims: ['sub', 'name', 'exp'],
      ...(rules.issuer !== null && { issuer: rules.issuer }),
      ...(rules.audience !== null && { audience: rules.audience }),
    }
    if (header.alg === 'HS256' && secret !== null) return secret.verify(token, header, options)
    if (isKeyPairHeader(header) && rules.keys !== null) return rules.keys.verify(token, header, options)
    throw new Refused('its algorithm is not accepted')
  }

  return {
    async authenticate(token) {
      try {
        if (token.length > MAX_TOKEN_LENGTH) throw new Refused('it is too long')
        return { ok: true, ...identityOf(await verified(token), platform.clock.wallMs()) }
      } catch (error) {
        const hasExpired = error instanceof errors.JWTExpired || error instanceof Expired
        return { ok: false, reason: `unable to accept the token; ${reasonOf(error)}`, hasExpired }
      }
    },
  }
}

function isKeyPairHeader(header: ReturnType<typeof decodeProtectedHeader>): header is JWTHeaderParameters {
  return header.alg !== undefined && KEY_PAIR_ALGORITHMS.includes(header.alg)
}

/** What the verified claims say of a person. */
function identityOf(claims: JWTPayload, nowMs: number): Identity {
  const { sub, exp, name, roles } = claims
  if (sub === undefined || !isUserId(sub)) throw new Refused('"sub" must be 1–128 bytes without control characters')
  if (!v.is(nameSchema, name)) throw new Refused('"name" must be a display name of at most 200 bytes')
  if (exp === undefined || exp * 1_000 <= nowMs) throw new Expired('it has expired')
  return {
    actor: { userId: sub, name, isAdmin: Array.isArray(roles) && roles.includes('admin') },
    expiresAtMs: Math.min(exp * 1_000, LAST_MOMENT_MS),
  }
}

/** A rule of ours that a well-signed token breaks. Its message may be shown. */
class Refused extends Error {}

/** The same for the rule that a token is good until `exp`. */
class Expired extends Refused {}

/** In our own words: an error of the library may quote what it read. */
function reasonOf(error: unknown): string {
  if (error instanceof Refused) return error.message
  if (error instanceof errors.JWTExpired) return 'it has expired'
  if (error instanceof errors.JWTClaimValidationFailed)
    return `its claim "${error.claim}" is missing or not as required`
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature does not match'
  if (error instanceof errors.JWKSNoMatchingKey) return 'its key is unknown'
  return 'it is not a token that this server accepts'
}
