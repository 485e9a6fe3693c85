import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { setStage } from './support/stage.ts'

const SECRET = 'a secret of at least thirty-two bytes, for these tests alone'

const stage = setStage({ HOLDFAST_JWT_SECRET: SECRET })

function tokenFor(sub: string, name: string, lifeSeconds: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const exp = Math.floor(Date.now() / 1000) + lifeSeconds
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub, name, exp })}`
  return `${body}.${createHmac('sha256', SECRET).update(body).digest('base64url')}`
}

it('a server without guests says so, and how one gets in', async () => {
  const stranger = await stage.stranger()
  const { page } = stranger
  stranger.expectsComplaint(/status of 40[34]/)
  await page.getByLabel('Your name').fill('Ana')
  await page.getByRole('button', { name: 'Continue as guest' }).click()
  await page.getByRole('heading', { name: 'This server does not take guests' }).waitFor()
})

it('a link with a token signs in, and the token leaves the address at once', async () => {
  const { page } = await stage.stranger()
  await page.goto(`/#token=${tokenFor('u-1', 'Zoë Ångström', 600)}`)
  await page.reload()
  await page.getByRole('heading', { name: 'Good to see you, Zoë Ångström' }).waitFor()
  expect(page.url()).not.toContain('token')
})

it('a token that the server does not take ends at a page that leads back to the sign-in', async () => {
  const stranger = await stage.stranger()
  const { page } = stranger
  stranger.expectsComplaint(/status of 401/)
  await page.goto(`/#token=${tokenFor('u-1', 'Ana', 600)}x`)
  await page.reload()
  await page.getByRole('heading', { name: 'Holdfast has stopped' }).waitFor()
  await page.getByRole('button', { name: 'Sign in again' }).click()
  await page.getByLabel('Your name').waitFor()
})
