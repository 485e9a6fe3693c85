import type { Platform } from '../platform/clock.ts'
import { type Authenticator, createAuthenticator } from './authenticator.ts'
import { createGuestIssuer, type GuestIssuer } from './guest.ts'
import { loadGuestSecret, randomSecret } from './guest-secret.ts'
import { createRemoteKeySet } from './key-set.ts'

/** Who may come in. */
export type AuthOptions =
  | {
      /** Anybody who says a name, by `POST /api/auth/guest`. */
      readonly mode: 'guest'
      /**
       * Signs the guests' tokens, so that the application may sign tokens for its own people with it too. Default: a secret
       * made once and kept in the data directory (a server that keeps nothing makes one for its life): then the tokens that
       * this server gave out are the only good ones.
       */
      readonly secret?: string
    }
  | {
      /** Only bearers of tokens that the application issues. At least one of `secret` and `jwksUrl` is needed. */
      readonly mode: 'jwt'
      /** For HS256. */
      readonly secret?: string
      /** Where the public keys for RS256, ES256 and EdDSA are published. */
      readonly jwksUrl?: string
      /** When set, a token's `iss` must be this. Default: not looked at. */
      readonly issuer?: string
      /** When set, a token's `aud` must contain this. Default: not looked at. */
      readonly audience?: string
    }

/** How this server tells who somebody is. */
export interface Auth {
  readonly authenticator: Authenticator
  /** Null unless guest sign-in is switched on. */
  readonly guests: GuestIssuer | null
}

/**
 * Authentication by `options`. `dataDir`, null for a server that keeps nothing, must be locked for this process already.
 *
 * @throws Error when the options name no key, or when the guests' secret can be neither read nor written.
 */
export async function createAuth(options: AuthOptions, dataDir: string | null, platform: Platform): Promise<Auth> {
  if (options.mode === 'guest') {
    const secret = options.secret ?? (await guestSecret(dataDir, platform))
    const rules = { secret, keys: null, issuer: null, audience: null }
    return { authenticator: createAuthenticator(rules, platform), guests: createGuestIssuer(secret, platform) }
  }
  const { secret = null, jwksUrl, issuer = null, audience = null } = options
  if (secret === null && jwksUrl === undefined) {
    throw new Error('unable to authenticate anybody; auth mode "jwt" needs a secret or a JWKS URL')
  }
  const keys = jwksUrl === undefined ? null : createRemoteKeySet(jwksUrl, platform)
  return { authenticator: createAuthenticator({ secret, keys, issuer, audience }, platform), guests: null }
}

function guestSecret(dataDir: string | null, platform: Platform): Promise<string> | string {
  return dataDir === null ? randomSecret(platform.random) : loadGuestSecret(dataDir, platform.random)
}
