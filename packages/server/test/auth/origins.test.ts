import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createOriginPolicy } from '../../src/auth/origins.ts'

const policy = createOriginPolicy(['https://app.example.com', 'http://localhost:3000'])
const HOST = 'chat.example.com'

test.each([
  ['no origin: not a page', undefined],
  ['the same host', 'https://chat.example.com'],
  ['the same host behind a proxy that ends TLS', 'http://chat.example.com'],
  ['the same host, its default port spelled out', 'https://chat.example.com:443'],
  ['a listed origin', 'https://app.example.com'],
  ['a listed origin in other letters', 'HTTPS://APP.example.COM'],
  ['a listed origin with a port', 'http://localhost:3000'],
])('%s is allowed', (_what, origin) => {
  expect(policy.allows(origin, HOST)).toBe(true)
})

test.each([
  'null',
  '',
  'https://evil.example',
  'https://app.example.com.evil.example',
  'https://evilapp.example.com',
  'https://app.example.com:8443',
  'http://app.example.com',
  'http://localhost:3001',
  'http://localhost',
  'https://localhost:3000',
  'https://app.example.com@evil.example',
  'https://evil.example#https://app.example.com',
  'https://app.example.com/',
  'https://app.example.com/path',
  'https://chat.example.com.',
  'https://chat.example.com:8080',
  'file://',
  'chat.example.com',
  '*',
  'https://*.example.com',
])('the origin %j is refused', origin => {
  expect(policy.allows(origin, HOST)).toBe(false)
})

test('without a host nothing is the same host', () => {
  expect(policy.allows('https://chat.example.com', undefined)).toBe(false)
  expect(policy.allows('https://chat.example.com', 'not a host')).toBe(false)
})

test.each(['*', 'null', 'app.example.com', 'https://app.example.com/path', 'ftp://app.example.com', ''])(
  'the list takes no %j',
  entry => {
    expect(() => createOriginPolicy([entry])).toThrow(/^unable to allow the origin /)
  },
)

test('whatever an origin looks like, it is allowed only as one on the list or as the host itself', () => {
  const pieces = fc.constantFrom(
    'http',
    'https',
    '://',
    '.',
    '/',
    '@',
    ':',
    '#',
    '?',
    '\\',
    '443',
    'app.example.com',
    HOST,
    'evil.example',
    ' ',
  )
  const origins = fc.oneof(
    fc.array(pieces, { maxLength: 8 }).map(parts => parts.join('')),
    fc.webUrl(),
    fc.string(),
  )
  fc.assert(
    fc.property(origins, origin => {
      if (!policy.allows(origin, HOST)) return
      const { origin: canonical, host, pathname, username } = new URL(origin)
      expect([pathname, username]).toEqual(['/', ''])
      expect(host === HOST || ['https://app.example.com', 'http://localhost:3000'].includes(canonical)).toBe(true)
    }),
    { numRuns: 5_000 },
  )
})
