import { afterEach, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'

let server: LiveServer
afterEach(() => server.close())

const send = (i: number) => server.call('ann', 'POST', '/api/rooms/lobby/messages', { clientId: `c${i}`, content: 'x' })

test('messages beyond the burst are 429 with the time to wait, and were not written', async () => {
  server = await LiveServer.start({ sendRate: 1 })
  await server.room('lobby', 'ann')
  for (let i = 0; i < 5; i++) expect((await send(i)).status).toBe(201)
  const refused = await send(5)
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited', retryable: true } })
  expect((refused.body as { retryAfterMs: number }).retryAfterMs).toBeLessThanOrEqual(1_000)
  const { body } = await server.call('ann', 'GET', '/api/rooms/lobby')
  expect(body).toMatchObject({ seq: 7 })
})

test('other changes have a pace of their own, one over all ways', async () => {
  server = await LiveServer.start({ sendRate: 1 })
  await server.room('lobby', 'ann')
  const statuses: number[] = []
  for (let i = 0; i < 30; i++) {
    const change = i % 2 === 0 ? { topic: `topic ${i}` } : { name: `name ${i}` }
    statuses.push((await server.call('ann', 'PATCH', '/api/rooms/lobby', change)).status)
  }
  // 25 at once, the room itself among them; then 5 a second.
  expect(statuses.slice(0, 24)).toEqual(Array.from({ length: 24 }, () => 200))
  expect(statuses).toContain(429)
  expect((await server.call('ben', 'POST', '/api/rooms', { name: 'Other', type: 'public' })).status).toBe(201)
})

test('with a rate of 0 nothing is held up: neither messages nor bad tokens nor guests', async () => {
  server = await LiveServer.start({ sendRate: 0, auth: { mode: 'guest' } })
  const statuses = new Set<number>()
  for (let i = 0; i < 150; i++) {
    const guest = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"Ann"}' }
    statuses.add((await fetch(`${server.url}/api/auth/guest`, guest)).status)
    statuses.add((await fetch(`${server.url}/api/rooms`, { headers: { authorization: 'Bearer x' } })).status)
  }
  expect([...statuses].sort()).toEqual([200, 401])
})
