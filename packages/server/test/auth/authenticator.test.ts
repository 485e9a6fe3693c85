import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { type AuthResult, createAuthenticator, type TokenRules } from '../../src/auth/authenticator.ts'
import { ManualPlatform } from './manual-platform.ts'

const SECRET = 'a-secret-of-at-least-32-characters'
const RULES: TokenRules = { secret: SECRET, keys: null, issuer: null, audience: null }
const platform = new ManualPlatform()
const CLAIMS = { sub: 'ann', name: 'Ann', exp: platform.nowS + 60 }

interface Signing {
  readonly header?: Record<string, unknown>
  readonly secret?: string
}

function sign(claims: JWTPayload, { header = {}, secret = SECRET }: Signing = {}): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', ...header }).sign(new TextEncoder().encode(secret))
}

function authenticate(token: string, rules: Partial<TokenRules> = {}): Promise<AuthResult> {
  return createAuthenticator({ ...RULES, ...rules }, platform).authenticate(token)
}

/** JSON as base64url: what a forger writes by hand. */
function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

async function expectRefused(token: string, rules?: Partial<TokenRules>, reason?: RegExp): Promise<void> {
  const result = await authenticate(token, rules)
  expect(result).toEqual({
    ok: false,
    reason: expect.stringMatching(reason ?? /^unable to accept the token; /),
    hasExpired: false,
  })
}

describe('a good token', () => {
  test('says who its bearer is and until when', async () => {
    expect(await authenticate(await sign(CLAIMS))).toEqual({
      ok: true,
      actor: { userId: 'ann', name: 'Ann', isAdmin: false },
      expiresAtMs: CLAIMS.exp * 1_000,
    })
  })

  test.each([
    [['admin'], true],
    [['member', 'admin'], true],
    [['administrator'], false],
    ['admin', false],
    [{ admin: true }, false],
    [null, false],
  ])('roles %j make an admin: %s', async (roles, isAdmin) => {
    expect(await authenticate(await sign({ ...CLAIMS, roles }))).toMatchObject({ ok: true, actor: { isAdmin } })
  })

  test('an exp beyond all dates means for ever', async () => {
    const result = await authenticate(await sign({ ...CLAIMS, exp: 1e300 }))
    expect(result).toMatchObject({ ok: true, expiresAtMs: 8.64e15 })
  })

  test('nbf may be ahead by the few seconds that clocks differ, and no more', async () => {
    expect(await authenticate(await sign({ ...CLAIMS, nbf: platform.nowS + 5 }))).toMatchObject({ ok: true })
    await expectRefused(await sign({ ...CLAIMS, nbf: platform.nowS + 6 }))
  })
})

describe('time', () => {
  test('an expired token is refused from the second it expires in', async () => {
    for (const late of [3_600, 6, 5, 1, 0]) {
      const result = await authenticate(await sign({ ...CLAIMS, exp: platform.nowS - late }))
      expect(result).toEqual({ ok: false, reason: 'unable to accept the token; it has expired', hasExpired: true })
    }
    expect(await authenticate(await sign({ ...CLAIMS, exp: platform.nowS + 1 }))).toMatchObject({ ok: true })
  })

  test('only a token that was good once has expired', async () => {
    const exp = platform.nowS - 1
    await expectRefused(
      await sign({ ...CLAIMS, exp }, { secret: 'another-secret-of-32-characters!!' }),
      {},
      /signature/,
    )
  })

  test.each(['tomorrow', null, '2000000060', [2_000_000_060]])('exp %j is refused', async exp => {
    await expectRefused(await sign({ ...CLAIMS, exp: exp as unknown as number }))
  })
})

describe('claims', () => {
  test.each(['sub', 'name', 'exp'])('a token without %s is refused', async claim => {
    const claims = Object.fromEntries(Object.entries(CLAIMS).filter(([name]) => name !== claim))
    await expectRefused(await sign(claims))
  })

  test.each([
    '',
    'a\nb',
    'a\u0000',
    '\u007f',
    '\u0085',
    'x'.repeat(129),
    'é'.repeat(65),
    '\ud800',
    7,
    null,
    ['ann'],
    {},
  ])('sub %j is refused', async sub => expectRefused(await sign({ ...CLAIMS, sub: sub as string })))

  test('a sub of 128 bytes is taken', async () => {
    const sub = 'é'.repeat(64)
    expect(await authenticate(await sign({ ...CLAIMS, sub }))).toMatchObject({ ok: true, actor: { userId: sub } })
  })

  test.each(['', '   ', 'x'.repeat(201), 'a\u0000', 7, null, {}])('name %j is refused', async name => {
    await expectRefused(await sign({ ...CLAIMS, name }))
  })

  test('iss must be the one configured', async () => {
    const rules = { issuer: 'https://id.example' }
    expect(await authenticate(await sign({ ...CLAIMS, iss: 'https://id.example' }), rules)).toMatchObject({ ok: true })
    await expectRefused(await sign({ ...CLAIMS, iss: 'https://id.example.evil' }), rules, /"iss"/)
    await expectRefused(await sign(CLAIMS), rules, /"iss"/)
  })

  test('aud must contain the one configured', async () => {
    const rules = { audience: 'chat' }
    expect(await authenticate(await sign({ ...CLAIMS, aud: ['mail', 'chat'] }), rules)).toMatchObject({ ok: true })
    await expectRefused(await sign({ ...CLAIMS, aud: 'mail' }), rules, /"aud"/)
    await expectRefused(await sign(CLAIMS), rules, /"aud"/)
  })
})

describe('forgery', () => {
  test('alg none is refused, however it is spelled', async () => {
    await expectRefused(new UnsecuredJWT(CLAIMS).encode())
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null, undefined, ['HS256']]) {
      await expectRefused(`${part({ alg })}.${part(CLAIMS)}.`)
      await expectRefused(`${part({ alg })}.${part(CLAIMS)}.${(await sign(CLAIMS)).split('.')[2]}`)
    }
  })

  test('another secret, a cut or a changed signature is refused', async () => {
    await expectRefused(await sign(CLAIMS, { secret: 'another-secret-of-32-characters!!' }), {}, /signature/)
    const [header, , signature] = (await sign(CLAIMS)).split('.')
    await expectRefused(`${header}.${part({ ...CLAIMS, sub: 'root' })}.${signature}`, {}, /signature/)
    await expectRefused(`${header}.${part(CLAIMS)}.${signature?.slice(0, -3)}`)
    await expectRefused(`${header}.${part(CLAIMS)}.`)
  })

  test('other HMAC strengths are refused', async () => {
    for (const alg of ['HS384', 'HS512']) {
      const token = await new SignJWT(CLAIMS)
        .setProtectedHeader({ alg })
        .sign(new TextEncoder().encode(SECRET.repeat(2)))
      await expectRefused(token, { secret: SECRET.repeat(2) }, /algorithm/)
    }
  })

  test('a key named by the token itself is not looked at', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
    const jwk = await exportJWK(publicKey)
    const own = { jwk, jku: 'http://127.0.0.1:1/keys', x5u: 'http://127.0.0.1:1/cert' }
    await expectRefused(await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'RS256', ...own }).sign(privateKey))
    await expectRefused(
      await sign(CLAIMS, { header: own, secret: 'another-secret-of-32-characters!!' }),
      {},
      /signature/,
    )
  })

  test('a public key is no secret: HS256 with its text is refused where only a secret or only keys are', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const pem = await exportSPKI(publicKey)
    const forged = await sign(CLAIMS, { secret: pem })
    await expectRefused(forged)
    await expectRefused(forged, { secret: null }, /algorithm/)
  })

  test.each(['../../dev/null', "' OR 1=1 --", '__proto__', ''])('kid %j means nothing to a secret', async kid => {
    expect(await authenticate(await sign(CLAIMS, { header: { kid } }))).toMatchObject({ ok: true })
    await expectRefused(
      await sign(CLAIMS, { header: { kid }, secret: 'another-secret-of-32-characters!!' }),
      {},
      /signature/,
    )
  })

  test('an extension that it calls critical and nobody knows is refused', async () => {
    const signed = new SignJWT(CLAIMS).setProtectedHeader({ alg: 'HS256', crit: ['exp'], exp: 1 })
    const token = await signed.sign(new TextEncoder().encode(SECRET), { crit: { exp: true } })
    await expectRefused(token)
  })

  test.each(['', '.', '..', 'a.b.c', 'not-a-token', `${'x'.repeat(9_000)}.y.z`, '\u0000', '....', 'e30.e30.e30'])(
    '%j is refused, and nothing throws',
    async token => expectRefused(token),
  )

  test('a good token with any byte of it changed is refused', async () => {
    const good = (await sign(CLAIMS)).split('.').map(text => Buffer.from(text, 'base64url'))
    const changes = fc.tuple(fc.nat(2), fc.nat(), fc.integer({ min: 1, max: 255 }))
    await fc.assert(
      fc.asyncProperty(changes, async ([part, place, flip]) => {
        const bytes = good.map(piece => Buffer.from(piece))
        const piece = bytes[part] ?? Buffer.alloc(1)
        const at = place % piece.length
        piece[at] = (piece[at] ?? 0) ^ flip
        await expectRefused(bytes.map(changed => changed.toString('base64url')).join('.'))
      }),
    )
  })

  test('the reason never quotes the token', async () => {
    const token = await sign({ ...CLAIMS, sub: 'marker\n', exp: 1 })
    const result = await authenticate(token)
    expect(JSON.stringify(result)).not.toContain('marker')
    for (const piece of token.split('.')) expect(JSON.stringify(result)).not.toContain(piece)
  })
})
