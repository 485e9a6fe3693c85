import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Api, expectBody, expectProblem } from '../../src/http.ts'
import { type OwnServer, startServer } from '../../src/own-server.ts'
import { refusedUpgrade, Socket } from '../../src/socket.ts'
import { payload } from '../../src/tokens.ts'
import { unique } from '../../src/unique.ts'

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const
type Algorithm = (typeof ALGORITHMS)[number]

interface Pair {
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

let keys: Readonly<Record<Algorithm, Pair>>
let published: JWK[] = []
let issuer: Server
let server: OwnServer

async function publish(alg: string, pair: Pair, kid: string): Promise<JWK> {
  return { ...(await exportJWK(pair.publicKey)), alg, kid, use: 'sig' }
}

beforeAll(async () => {
  const pairs = await Promise.all(ALGORITHMS.map(alg => generateKeyPair(alg, { extractable: true })))
  keys = Object.fromEntries(ALGORITHMS.map((alg, index) => [alg, pairs[index]])) as Record<Algorithm, Pair>
  published = await Promise.all(ALGORITHMS.map(alg => publish(alg, keys[alg], alg)))
  issuer = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: published }))
  })
  issuer.listen(0, '127.0.0.1')
  await once(issuer, 'listening')
  const { port } = issuer.address() as AddressInfo
  server = await startServer({ secret: null, env: { HOLDFAST_JWKS_URL: `http://127.0.0.1:${port}/jwks.json` } })
})

afterAll(async () => {
  await server.dispose()
  issuer.close()
})

function sign(alg: string, key: CryptoKey | Uint8Array, kid: string, claims: object = {}): Promise<string> {
  const body = payload({ sub: unique('u'), name: 'Someone', ...claims })
  return new SignJWT(body).setProtectedHeader({ alg, kid }).sign(key)
}

test.each(ALGORITHMS)('[P3.jwks.1] a token signed with %s by a published key is accepted', async alg => {
  const token = await sign(alg, keys[alg].privateKey, alg)
  expectBody(await new Api(server, token).get('/api/rooms'), 200)
  const socket = await Socket.connect(server, { token })
  await socket.hello()
})

test.each(ALGORITHMS)('[P3.jwks.2] a token signed with %s by a key of one’s own is refused', async alg => {
  const { privateKey } = await generateKeyPair(alg)
  const token = await sign(alg, privateKey, alg)
  expectProblem(await new Api(server, token).get('/api/rooms'), 401, 'unauthorized')
  expect(await refusedUpgrade(server, { token })).toBe(401)
})

test('[P3.jwks.3] the public key used as an HS256 secret is refused', async () => {
  const secret = new TextEncoder().encode(await exportSPKI(keys.RS256.publicKey))
  const token = await sign('HS256', secret, 'RS256')
  expectProblem(await new Api(server, token).get('/api/rooms'), 401, 'unauthorized')
})

test('[P3.jwks.4] exp, sub and name are required of these tokens too', async () => {
  const expired = Math.floor(Date.now() / 1000) - 120
  for (const claims of [{ exp: null }, { sub: null }, { name: null }, { exp: expired }]) {
    const token = await sign('ES256', keys.ES256.privateKey, 'ES256', claims)
    expectProblem(await new Api(server, token).get('/api/rooms'), 401, 'unauthorized')
  }
})
