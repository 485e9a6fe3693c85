import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAuth } from '../../src/auth/auth.ts'
import { GUEST_TOKEN_LIFE_S } from '../../src/auth/guest.ts'
import { ManualPlatform } from './manual-platform.ts'

const SECRET = 'a-secret-of-at-least-32-characters'
const GUEST = { mode: 'guest' } as const
let platform: ManualPlatform
let dataDir: string

beforeEach(async () => {
  platform = new ManualPlatform()
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-auth-'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

function tokenBy(secret: string): Promise<string> {
  return new SignJWT({ sub: 'ann', name: 'Ann', exp: platform.nowS + 60 })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret))
}

test('a guest becomes somebody whom the same server knows for 30 days', async () => {
  const { authenticator, guests } = await createAuth(GUEST, null, platform)
  const session = await guests?.issue('Ann')
  expect(session?.user).toEqual({ id: expect.stringMatching(/^guest_[\w-]{16}$/), name: 'Ann' })
  const known = { ok: true, actor: { userId: session?.user.id, name: 'Ann', isAdmin: false } }
  expect(await authenticator.authenticate(session?.token ?? '')).toMatchObject(known)
  platform.pass(GUEST_TOKEN_LIFE_S * 1_000 - 1)
  expect(await authenticator.authenticate(session?.token ?? '')).toMatchObject(known)
  platform.pass(1)
  expect(await authenticator.authenticate(session?.token ?? '')).toMatchObject({ ok: false })
})

test('two guests of one name are two people', async () => {
  const { guests } = await createAuth(GUEST, null, platform)
  expect((await guests?.issue('Ann'))?.user.id).not.toBe((await guests?.issue('Ann'))?.user.id)
})

test('the guests’ secret is made once, read by its owner alone, and outlives the server', async () => {
  const first = await createAuth(GUEST, dataDir, platform)
  const session = await first.guests?.issue('Ann')
  const path = join(dataDir, 'guest-secret')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const kept = await readFile(path, 'utf8')
  const second = await createAuth(GUEST, dataDir, platform)
  expect(await second.authenticator.authenticate(session?.token ?? '')).toMatchObject({ ok: true })
  expect(await readFile(path, 'utf8')).toBe(kept)
})

test('the data directory is made when it is missing, for its owner alone', async () => {
  const missing = join(dataDir, 'a', 'b')
  await createAuth(GUEST, missing, platform)
  expect((await stat(missing)).mode & 0o777).toBe(0o700)
})

test('a server that keeps nothing has a secret for its life alone', async () => {
  const [one, other] = [await createAuth(GUEST, null, platform), await createAuth(GUEST, null, platform)]
  const session = await one.guests?.issue('Ann')
  expect(await other.authenticator.authenticate(session?.token ?? '')).toMatchObject({ ok: false })
})

test('a secret file that holds something else stops the start: it is never taken for a secret', async () => {
  for (const content of ['', 'short', `${'x'.repeat(43)} and more`]) {
    await writeFile(join(dataDir, 'guest-secret'), content)
    await expect(createAuth(GUEST, dataDir, platform)).rejects.toThrow(/^unable to read .*guest-secret; /)
  }
  await chmod(join(dataDir, 'guest-secret'), 0o600)
})

test('in guest mode with no secret given, only the server’s own tokens are good', async () => {
  const { authenticator } = await createAuth(GUEST, null, platform)
  for (const secret of [SECRET, '', 'x']) {
    if (secret !== '') expect(await authenticator.authenticate(await tokenBy(secret))).toMatchObject({ ok: false })
  }
})

test('in guest mode with a secret, the application’s tokens are good beside the guests’', async () => {
  const { authenticator, guests } = await createAuth({ ...GUEST, secret: SECRET }, null, platform)
  expect(await authenticator.authenticate(await tokenBy(SECRET))).toMatchObject({ ok: true, actor: { userId: 'ann' } })
  expect(await authenticator.authenticate((await guests?.issue('Bo'))?.token ?? '')).toMatchObject({ ok: true })
})

test('in jwt mode nobody signs in as a guest', async () => {
  expect((await createAuth({ mode: 'jwt', secret: SECRET }, null, platform)).guests).toBeNull()
})

test('jwt mode without any key is refused at the start', async () => {
  await expect(createAuth({ mode: 'jwt' }, null, platform)).rejects.toThrow(/needs a secret or a JWKS URL/)
})
