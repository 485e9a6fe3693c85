import { jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { signToken } from '../../src/commands/token.ts'
import { run } from '../support/run.ts'

const SECRET = 'a-secret-of-at-least-32-characters'
const KEY = new TextEncoder().encode(SECRET)
const ANN = { sub: 'ann', name: 'Ann', expires: '1h' }

test('token prints a token and nothing else', async () => {
  const { code, stdout, stderr } = await run(
    ['token', '--sub', 'ann', '--name', 'Ann', '--admin', '--expires', '15m'],
    {
      HOLDFAST_JWT_SECRET: SECRET,
    },
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { payload } = await jwtVerify(stdout.trimEnd(), KEY, { algorithms: ['HS256'] })
  expect(payload).toMatchObject({ sub: 'ann', name: 'Ann', roles: ['admin'] })
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900)
})

test('without a secret token says so in one line', async () => {
  const { code, stdout, stderr } = await run(['token', '--sub', 'ann', '--name', 'Ann'])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^holdfast: HOLDFAST_JWT_SECRET [^\n]+\n$/)
})

test('a token carries the issuer and audience that the server asks for', async () => {
  const env = { HOLDFAST_JWT_SECRET: SECRET, HOLDFAST_JWT_ISSUER: 'us', HOLDFAST_JWT_AUDIENCE: 'chat' }
  const token = await signToken(ANN, env, Date.now())
  await expect(jwtVerify(token, KEY, { issuer: 'us', audience: 'chat' })).resolves.toBeDefined()
})

test.each([
  { ...ANN, sub: '' },
  { ...ANN, sub: 'a\nb' },
  { ...ANN, name: '  ' },
  { ...ANN, expires: '0s' },
  { ...ANN, expires: 'soon' },
])('a token that no server would accept is not made: %j', async request => {
  await expect(signToken(request, { HOLDFAST_JWT_SECRET: SECRET }, Date.now())).rejects.toThrow(/^--/)
})
