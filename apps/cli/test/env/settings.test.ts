import { expect, test } from 'vitest'
import { settingsOf } from '../../src/env/settings.ts'

function settings(env: Record<string, string>) {
  const result = settingsOf(env)
  if (!result.ok) throw new Error(result.problems.join('; '))
  return result.settings
}

test('with nothing set: 127.0.0.1:8080, guest sign-in, 20 messages a second, no foreign origin', () => {
  expect(settings({})).toEqual({
    host: '127.0.0.1',
    port: 8080,
    dataDir: './.holdfast',
    auth: { mode: 'guest' },
    tokenInQuery: false,
    compression: false,
    allowedOrigins: [],
    sendRate: 20,
    largeRoom: 200,
    workers: null,
    logLevel: 'info',
  })
})

test('a secret or a key set switches to jwt by itself; HOLDFAST_AUTH decides where it is set', () => {
  expect(settings({ HOLDFAST_JWT_SECRET: 's' }).auth).toEqual({ mode: 'jwt', secret: 's' })
  expect(settings({ HOLDFAST_JWKS_URL: 'https://id.example/keys' }).auth).toEqual({
    mode: 'jwt',
    jwksUrl: 'https://id.example/keys',
  })
  expect(settings({ HOLDFAST_JWT_SECRET: 's', HOLDFAST_AUTH: 'guest' }).auth).toEqual({ mode: 'guest', secret: 's' })
  expect(settings({ HOLDFAST_JWT_SECRET: 's', HOLDFAST_JWT_ISSUER: 'i', HOLDFAST_JWT_AUDIENCE: 'a' }).auth).toEqual({
    mode: 'jwt',
    secret: 's',
    issuer: 'i',
    audience: 'a',
  })
})

test('origins are a list separated by commas', () => {
  const list = 'https://app.example.com, http://localhost:3000'
  expect(settings({ HOLDFAST_ALLOWED_ORIGINS: list }).allowedOrigins).toEqual([
    'https://app.example.com',
    'http://localhost:3000',
  ])
})

const WRONG: readonly (readonly [name: string, value: string])[] = [
  ['HOLDFAST_HOST', ''],
  ['HOLDFAST_HOST', 'a b'],
  ['HOLDFAST_PORT', 'http'],
  ['HOLDFAST_PORT', '65536'],
  ['HOLDFAST_PORT', '-1'],
  ['HOLDFAST_PORT', ''],
  ['HOLDFAST_DATA_DIR', ''],
  ['HOLDFAST_DATABASE_URL', 'postgres://db/holdfast'],
  ['HOLDFAST_REDIS_URL', 'redis://cache'],
  ['HOLDFAST_JWT_SECRET', ''],
  ['HOLDFAST_JWKS_URL', 'id.example/keys'],
  ['HOLDFAST_JWKS_URL', 'file:///keys'],
  ['HOLDFAST_AUTH', 'none'],
  ['HOLDFAST_AUTH', 'jwt'],
  ['HOLDFAST_JWT_ISSUER', 'issuer-without-jwt'],
  ['HOLDFAST_JWT_AUDIENCE', 'audience-without-jwt'],
  ['HOLDFAST_ALLOWED_ORIGINS', '*'],
  ['HOLDFAST_ALLOWED_ORIGINS', 'https://app.example.com/'],
  ['HOLDFAST_ALLOWED_ORIGINS', 'app.example.com'],
  ['HOLDFAST_ALLOWED_ORIGINS', 'null'],
  ['HOLDFAST_SEND_RATE', 'fast'],
  ['HOLDFAST_SEND_RATE', '-1'],
  ['HOLDFAST_SEND_RATE', '1e9'],
  ['HOLDFAST_LOG_LEVEL', 'loud'],
  ['HOLDFAST_TOKEN_IN_QUERY', 'yes'],
]

test.each(WRONG)('%s=%j is refused, and the one problem names it', (name, value) => {
  const result = settingsOf({ [name]: value })
  if (result.ok) throw new Error('it was taken')
  expect(result.problems).toEqual([expect.stringContaining(name)])
})
