import type { HoldfastOptions } from '@holdfast/server'
import { type Env, readAll, valueIn } from './read.ts'
import { VARIABLES } from './variables.ts'

/** What a server is started with. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly auth: HoldfastOptions['auth']
  readonly tokenInQuery: boolean
  readonly compression: boolean
  readonly allowedOrigins: readonly string[]
  readonly sendRate: number
  readonly largeRoom: number
  /** Null: what the machine has. */
  readonly workers: number | null
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

/** The settings; or what is wrong with them, each naming its variable. */
export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] }

/** The settings that `env` states. */
export function settingsOf(env: Env): SettingsResult {
  const problems = readAll(env).flatMap(({ variable, wrong }) => (wrong === null ? [] : [`${variable.name} ${wrong}`]))
  if (problems.length > 0) return { ok: false, problems }
  const auth = authOf(env)
  if (typeof auth === 'string') return { ok: false, problems: [auth] }
  return {
    ok: true,
    settings: {
      host: valueIn(env, VARIABLES.host),
      port: valueIn(env, VARIABLES.port),
      dataDir: valueIn(env, VARIABLES.dataDir),
      auth,
      tokenInQuery: valueIn(env, VARIABLES.tokenInQuery) === 'on',
      compression: valueIn(env, VARIABLES.compression) === 'on',
      allowedOrigins: valueIn(env, VARIABLES.allowedOrigins),
      sendRate: valueIn(env, VARIABLES.sendRate),
      largeRoom: valueIn(env, VARIABLES.largeRoom),
      workers: valueIn(env, VARIABLES.workers),
      logLevel: valueIn(env, VARIABLES.logLevel),
    },
  }
}

/** Which way of signing in the variables add up to: contract §7 makes it `jwt` as soon as there is a key to verify with. */
export function authModeOf(env: Env): 'guest' | 'jwt' {
  const hasKey = env[VARIABLES.jwtSecret.name] !== undefined || env[VARIABLES.jwksUrl.name] !== undefined
  return valueIn(env, VARIABLES.auth) ?? (hasKey ? 'jwt' : 'guest')
}

/** The auth options, or the one line that says why the variables contradict each other. */
function authOf(env: Env): Settings['auth'] | string {
  const secret = valueIn(env, VARIABLES.jwtSecret)
  const jwksUrl = valueIn(env, VARIABLES.jwksUrl)
  const issuer = valueIn(env, VARIABLES.jwtIssuer)
  const audience = valueIn(env, VARIABLES.jwtAudience)
  if (authModeOf(env) === 'jwt') {
    if (secret === null && jwksUrl === null) {
      return 'HOLDFAST_AUTH is jwt, so HOLDFAST_JWT_SECRET or HOLDFAST_JWKS_URL must be set'
    }
    return {
      mode: 'jwt',
      ...(secret !== null && { secret }),
      ...(jwksUrl !== null && { jwksUrl }),
      ...(issuer !== null && { issuer }),
      ...(audience !== null && { audience }),
    }
  }
  // A rule that is set and not applied would be taken for protection.
  if (jwksUrl !== null) return 'HOLDFAST_JWKS_URL is not used with guest sign-in; unset it, or set HOLDFAST_AUTH to jwt'
  if (issuer !== null)
    return 'HOLDFAST_JWT_ISSUER is not used with guest sign-in; unset it, or set HOLDFAST_AUTH to jwt'
  if (audience !== null) {
    return 'HOLDFAST_JWT_AUDIENCE is not used with guest sign-in; unset it, or set HOLDFAST_AUTH to jwt'
  }
  return { mode: 'guest', ...(secret !== null && { secret }) }
}
