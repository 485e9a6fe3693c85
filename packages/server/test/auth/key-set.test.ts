import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Authenticator, createAuthenticator } from '../../src/auth/authenticator.ts'
import { createRemoteKeySet } from '../../src/auth/key-set.ts'
import { ManualPlatform } from './manual-platform.ts'

/** A real identity provider's key page: what it publishes and how it behaves can be changed while it runs. */
class KeyPage {
  readonly #server: Server
  fetches = 0
  keys: unknown[] = []
  answer: RequestListener = (_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: this.keys }))
  }

  constructor() {
    this.#server = createServer((request, response) => {
      this.fetches++
      this.answer(request, response)
    })
  }

  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }
}

type Alg = 'RS256' | 'ES256' | 'EdDSA'

async function keyPair(alg: Alg, kid?: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), alg, use: 'sig', ...(kid !== undefined && { kid }) }
  const token = (header: Record<string, unknown> = {}) =>
    new SignJWT({ sub: 'ann', name: 'Ann', exp: platform.nowS + 1e9 })
      .setProtectedHeader({ alg, ...(kid !== undefined && { kid }), ...header })
      .sign(privateKey)
  return { jwk, token }
}

let platform: ManualPlatform
let page: KeyPage
let url: string
let authenticator: Authenticator

beforeEach(async () => {
  platform = new ManualPlatform()
  page = new KeyPage()
  url = await page.listen()
  authenticator = withKeysOf(url)
})
afterEach(() => page.close())

function withKeysOf(address: string, secret: string | null = null): Authenticator {
  const keys = createRemoteKeySet(address, platform)
  return createAuthenticator({ secret, keys, issuer: null, audience: null }, platform)
}

async function isAccepted(token: string): Promise<boolean> {
  return (await authenticator.authenticate(token)).ok
}

test.each<Alg>(['RS256', 'ES256', 'EdDSA'])('a %s token of a published key is accepted', async alg => {
  const key = await keyPair(alg, 'one')
  page.keys = [key.jwk]
  expect(await isAccepted(await key.token())).toBe(true)
})

test('other algorithms of key pairs are refused', async () => {
  const { publicKey, privateKey } = await generateKeyPair('PS256', { extractable: true })
  page.keys = [{ ...(await exportJWK(publicKey)), kid: 'one' }]
  const token = new SignJWT({ sub: 'ann', name: 'Ann', exp: platform.nowS + 60 })
  expect(await isAccepted(await token.setProtectedHeader({ alg: 'PS256', kid: 'one' }).sign(privateKey))).toBe(false)
})

test('a secret that somebody published among the keys verifies nothing', async () => {
  const secret = Buffer.from('a-secret-of-at-least-32-characters')
  page.keys = [{ kty: 'oct', k: secret.toString('base64url'), kid: 'one', alg: 'HS256' }]
  const token = await new SignJWT({ sub: 'ann', name: 'Ann', exp: platform.nowS + 60 })
    .setProtectedHeader({ alg: 'HS256', kid: 'one' })
    .sign(secret)
  expect(await isAccepted(token)).toBe(false)
  authenticator = withKeysOf(url, 'another-secret-of-32-characters!!')
  expect(await isAccepted(token)).toBe(false)
})

test('keys are fetched once for many tokens, and once for many at a time', async () => {
  const key = await keyPair('ES256', 'one')
  page.keys = [key.jwk]
  const token = await key.token()
  expect(await Promise.all(Array.from({ length: 20 }, () => isAccepted(token)))).not.toContain(false)
  expect(await isAccepted(token)).toBe(true)
  expect(page.fetches).toBe(1)
})

test('rotation: a token with a new key id makes one fetch, and is accepted', async () => {
  const [old, fresh] = [await keyPair('ES256', 'old'), await keyPair('ES256', 'new')]
  page.keys = [old.jwk]
  expect(await isAccepted(await old.token())).toBe(true)
  platform.pass(60_000)
  page.keys = [old.jwk, fresh.jwk]
  expect(await isAccepted(await fresh.token())).toBe(true)
  expect(await isAccepted(await old.token())).toBe(true)
  expect(page.fetches).toBe(2)
})

test('made-up key ids make no storm of fetches', async () => {
  const key = await keyPair('ES256', 'one')
  page.keys = [key.jwk]
  expect(await isAccepted(await key.token())).toBe(true)
  platform.pass(60_000)
  for (let i = 0; i < 20; i++) expect(await isAccepted(await key.token({ kid: `made-up-${i}` }))).toBe(false)
  expect(page.fetches).toBe(2)
})

test('a withdrawn key is refused ten minutes later at the latest', async () => {
  const [old, fresh] = [await keyPair('ES256', 'old'), await keyPair('ES256', 'new')]
  page.keys = [old.jwk]
  expect(await isAccepted(await old.token())).toBe(true)
  page.keys = [fresh.jwk]
  platform.pass(600_000)
  expect(await isAccepted(await old.token())).toBe(false)
})

const OUTAGES: Readonly<Record<string, () => void | Promise<void>>> = {
  'is down': () => page.close(),
  'answers 500': () => {
    page.answer = (_request, response) => response.writeHead(500).end()
  },
  'answers HTML': () => {
    page.answer = (_request, response) => response.end('<!doctype html>')
  },
  'answers something else': () => {
    page.answer = (_request, response) => response.end('{"keys": {"kty": "RSA"}}')
  },
  redirects: () => {
    const { answer } = page
    page.answer = (request, response) => {
      if (request.url === '/elsewhere') answer(request, response)
      else response.writeHead(302, { location: '/elsewhere' }).end()
    }
  },
  'answers without end': () => {
    page.answer = (_request, response) => response.end(`{"keys": [], "x": "${'x'.repeat(300_000)}"}`)
  },
}

test.each(Object.keys(OUTAGES))(
  'when the key page %s, known keys go on for a day and no unknown one gets in',
  async outage => {
    const [known, unknown] = [await keyPair('ES256', 'known'), await keyPair('ES256', 'unknown')]
    page.keys = [known.jwk]
    expect(await isAccepted(await known.token())).toBe(true)
    await OUTAGES[outage]?.()
    page.keys = [known.jwk, unknown.jwk]
    platform.pass(3_600_000)
    expect(await isAccepted(await known.token())).toBe(true)
    expect(await isAccepted(await unknown.token())).toBe(false)
    platform.pass(86_400_000)
    expect(await isAccepted(await known.token())).toBe(false)
  },
)

test('with no key fetched yet, an unreachable key page lets nobody in', async () => {
  const key = await keyPair('RS256', 'one')
  await page.close()
  expect(await authenticator.authenticate(await key.token())).toEqual({
    ok: false,
    reason: 'unable to accept the token; its key is unknown',
    hasExpired: false,
  })
})

test('after a failed start the keys are fetched as soon as they are there', async () => {
  const key = await keyPair('RS256', 'one')
  const { answer } = page
  OUTAGES['answers 500']?.()
  expect(await isAccepted(await key.token())).toBe(false)
  page.answer = answer
  page.keys = [key.jwk]
  platform.pass(5_000)
  expect(await isAccepted(await key.token())).toBe(true)
})

test('a token without key id is tried with every key of its kind', async () => {
  const [one, two] = [await keyPair('ES256'), await keyPair('ES256')]
  const stranger = await keyPair('ES256')
  page.keys = [one.jwk, two.jwk]
  expect(await isAccepted(await two.token())).toBe(true)
  expect(await isAccepted(await stranger.token())).toBe(false)
})

test('key sets are kept apart by address: one provider’s key is none of another’s', async () => {
  const key = await keyPair('ES256', 'one')
  page.keys = [key.jwk]
  expect(await isAccepted(await key.token())).toBe(true)
  const other = new KeyPage()
  other.keys = [(await keyPair('ES256', 'one')).jwk]
  authenticator = withKeysOf(await other.listen())
  expect(await isAccepted(await key.token())).toBe(false)
  await other.close()
})
