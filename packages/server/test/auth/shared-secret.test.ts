import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { decodeProtectedHeader, type JWTVerifyOptions, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { SharedSecret } from '../../src/auth/shared-secret.ts'

const SECRET = 'a-secret-of-at-least-32-characters'
const NOW_S = 2_000_000_000
const OPTIONS: JWTVerifyOptions = {
  algorithms: ['HS256'],
  currentDate: new Date(NOW_S * 1_000),
  clockTolerance: 5,
  requiredClaims: ['sub', 'exp'],
  issuer: 'https://id.example',
  audience: 'chat',
}

/** Mostly one of the good, so that most tokens are good but for one thing. */
function mostly<T>(good: readonly T[], bad: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom<unknown>(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  )
}

const claims = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      sub: mostly(['ann'], ['', 7, undefined]),
      exp: mostly([NOW_S + 60, NOW_S - 4], [NOW_S - 5, NOW_S - 6, 'soon', null, undefined, Number.MAX_VALUE]),
      nbf: mostly([undefined, NOW_S, NOW_S + 5], [NOW_S + 6, 'soon', null]),
      iat: mostly([undefined, NOW_S + 60], ['soon', null]),
      iss: mostly(['https://id.example'], ['https://id.example.evil', ['https://id.example'], undefined]),
      aud: mostly(['chat', ['mail', 'chat']], ['mail', [], 7, undefined]),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<unknown>([], 'text', 7, null) },
)
const header = fc.record({
  alg: fc.constant('HS256'),
  typ: mostly(['JWT', undefined], ['x', 7]),
  kid: mostly([undefined, ''], ['../../dev/null', 7]),
  b64: mostly([undefined], [true, false]),
  crit: mostly([undefined], [['exp'], [], 'b64', ['b64', 'exp'], null]),
})
/** What is done to a token on its way: nothing, another key, some characters of it exchanged, added or left out. */
const harm = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({ at: fc.nat(), put: fc.constantFrom('', 'A', '.', '=', ' ', 'é', '\n', '+', '-') }),
  },
)

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

test('a token is good exactly where the library finds it good, whatever it says and whatever was done to it', async () => {
  const secret = new SharedSecret(SECRET)
  let good = 0
  await fc.assert(
    fc.asyncProperty(header, claims, harm, async (headerOf, claimsOf, harmDone) => {
      const head = `${part(headerOf)}.${part(claimsOf)}`
      const signed = `${head}.${createHmac('sha256', SECRET).update(head).digest('base64url')}`
      const at = harmDone === null ? 0 : harmDone.at % signed.length
      const token = harmDone === null ? signed : signed.slice(0, at) + harmDone.put + signed.slice(at + 1)
      const wanted = await outcomeOf(async () => (await jwtVerify(token, Buffer.from(SECRET), OPTIONS)).payload)
      const got = await outcomeOf(async () => secret.verify(token, decodeProtectedHeader(token), OPTIONS))
      if ('claims' in got) good++
      expect('claims' in got).toBe('claims' in wanted)
      if (harmDone === null && headerOf.crit === undefined) expect(got).toEqual(wanted)
    }),
    { numRuns: 2_000 },
  )
  expect(good).toBeGreaterThan(100)
})

async function outcomeOf(verify: () => Promise<unknown>): Promise<{ claims: unknown } | { error: unknown }> {
  try {
    return { claims: await verify() }
  } catch (error) {
    return { error: (error as { code?: unknown }).code ?? String(error) }
  }
}
