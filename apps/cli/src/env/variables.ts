import * as v from 'valibot'
import { amount, notSupported, oneOf, originList, text, webUrl, wholeNumber } from './parsers.ts'

/** One environment variable: everything that is known of it, for parsing, for `holdfast config` and for `--help`. */
export interface Variable<T, Fallback extends string | null = string | null> {
  readonly name: string
  /** What it does, in words for somebody who has never seen it. */
  readonly meaning: string
  /** What stands for it when it is not set, as its text would be; null: nothing does. */
  readonly fallback: Fallback
  readonly schema: v.GenericSchema<string, T>
  /** Never shown. */
  readonly isSecret?: boolean
}

function variable<T, Fallback extends string | null>(definition: Variable<T, Fallback>): Variable<T, Fallback> {
  return definition
}

/** The environment variables of a server: what is not here changes nothing. */
export const VARIABLES = {
  host: variable({
    name: 'HOLDFAST_HOST',
    meaning: 'Address to listen on. 127.0.0.1: this machine alone; 0.0.0.0: every network it is on.',
    fallback: '127.0.0.1',
    schema: v.pipe(v.string(), v.regex(/^[A-Za-z0-9.:_-]+$/, 'must be a host name or an IP address')),
  }),
  port: variable({
    name: 'HOLDFAST_PORT',
    meaning: 'Port to listen on; 0 picks a free one.',
    fallback: '8080',
    schema: wholeNumber(0, 65_535),
  }),
  dataDir: variable({
    name: 'HOLDFAST_DATA_DIR',
    meaning: 'Folder for everything that must last: rooms, messages, the secret of guest tokens. Made when missing.',
    fallback: './.holdfast',
    schema: text(),
  }),
  databaseUrl: variable({
    name: 'HOLDFAST_DATABASE_URL',
    meaning: 'PostgreSQL in place of the embedded store. Not supported yet: setting it stops the start.',
    fallback: null,
    schema: notSupported('unset it, and the embedded store in HOLDFAST_DATA_DIR is used'),
    isSecret: true,
  }),
  redisUrl: variable({
    name: 'HOLDFAST_REDIS_URL',
    meaning: 'Redis between several servers. Not supported yet: setting it stops the start.',
    fallback: null,
    schema: notSupported('unset it, and this server runs on its own'),
    isSecret: true,
  }),
  auth: variable({
    name: 'HOLDFAST_AUTH',
    meaning:
      'Who may come in. guest: anybody who says a name; jwt: only bearers of tokens that you issue. Default: guest, and jwt as soon as HOLDFAST_JWT_SECRET or HOLDFAST_JWKS_URL is set.',
    // Not a constant: jwt as soon as a secret or a key set is there.
    fallback: null,
    schema: oneOf(['guest', 'jwt']),
  }),
  jwtSecret: variable({
    name: 'HOLDFAST_JWT_SECRET',
    meaning:
      'Secret that your application signs its tokens with (HS256). At least 32 random characters. With HOLDFAST_AUTH=guest it signs the guests’ tokens too.',
    fallback: null,
    schema: text(),
    isSecret: true,
  }),
  jwksUrl: variable({
    name: 'HOLDFAST_JWKS_URL',
    meaning: 'Where your identity provider publishes its public keys (RS256, ES256, EdDSA).',
    fallback: null,
    schema: webUrl(),
  }),
  jwtIssuer: variable({
    name: 'HOLDFAST_JWT_ISSUER',
    meaning: 'What "iss" of a token must be. Unset: anything.',
    fallback: null,
    schema: text(),
  }),
  jwtAudience: variable({
    name: 'HOLDFAST_JWT_AUDIENCE',
    meaning: 'What "aud" of a token must contain. Unset: anything.',
    fallback: null,
    schema: text(),
  }),
  tokenInQuery: variable({
    name: 'HOLDFAST_TOKEN_IN_QUERY',
    meaning: 'on: a WebSocket may bring its token as ?token=. URLs end up in access logs; use tickets if you can.',
    fallback: 'off',
    schema: oneOf(['on', 'off']),
  }),
  compression: variable({
    name: 'HOLDFAST_COMPRESSION',
    meaning:
      'on: events are compressed (permessage-deflate) for clients that offer it. Fewer bytes; more memory for each client that compresses what it sends.',
    fallback: 'off',
    schema: oneOf(['on', 'off']),
  }),
  allowedOrigins: variable({
    name: 'HOLDFAST_ALLOWED_ORIGINS',
    meaning: 'Web pages of other hosts that may use this server: https://app.example.com, separated by commas.',
    fallback: '',
    schema: originList(),
  }),
  sendRate: variable({
    name: 'HOLDFAST_SEND_RATE',
    meaning:
      'Messages a second that one person may send over a longer time (bursts of five times that). 0: no rate limits.',
    fallback: '20',
    schema: amount(1_000_000),
  }),
  largeRoom: variable({
    name: 'HOLDFAST_LARGE_ROOM',
    meaning:
      'A room of more members is large: who types is counted beyond the first three, and who has read is told as a number.',
    fallback: '200',
    schema: wholeNumber(1, 100_000),
  }),
  workers: variable({
    name: 'HOLDFAST_WORKERS',
    meaning:
      'Threads that serve clients, beside the one that writes. 1: one thread does both. Default: one for each core, where several can share a port (Linux, FreeBSD); else 1.',
    // Not a constant: what the machine has.
    fallback: null,
    schema: wholeNumber(1, 256),
  }),
  logLevel: variable({
    name: 'HOLDFAST_LOG_LEVEL',
    meaning: 'How much is told on standard error: debug, info, warn, error or silent.',
    fallback: 'info',
    schema: oneOf(['debug', 'info', 'warn', 'error', 'silent']),
  }),
} as const

/** All of them, in the order of the table. */
export const ALL_VARIABLES: readonly Variable<unknown>[] = Object.values(VARIABLES)
