import { afterEach, beforeEach, expect, test } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { expectProblem, startApp, type TestApp } from './test-app.ts'

let app: TestApp
let isDraining: boolean
let storeIsWell: boolean

beforeEach(async () => {
  isDraining = false
  storeIsWell = true
  app = await startApp({
    health: {
      isDraining: () => isDraining,
      check: async () => [{ name: 'store', ok: storeIsWell, ...(!storeIsWell && { detail: 'disk full' }) }],
    },
  })
})
afterEach(() => app.close())

test('/healthz is well as long as it answers, whatever the store does', async () => {
  storeIsWell = false
  expect(await app.call(null, 'GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
})

test('/readyz is 200 with every check while all are well', async () => {
  expect(await app.call(null, 'GET', '/readyz')).toMatchObject({
    status: 200,
    body: {
      status: 'ready',
      checks: [
        { name: 'draining', ok: true },
        { name: 'store', ok: true },
      ],
    },
  })
})

test('/readyz is 503 and says which check failed', async () => {
  storeIsWell = false
  const answer = await app.call(null, 'GET', '/readyz')
  expectProblem(answer, 503, 'unavailable')
  expect(answer.body).toMatchObject({ checks: [{ ok: true }, { name: 'store', ok: false, detail: 'disk full' }] })
})

test('/readyz is 503 while draining', async () => {
  isDraining = true
  expectProblem(await app.call(null, 'GET', '/readyz'), 503, 'unavailable')
})

test('/metrics counts requests by route, never by what was asked for', async () => {
  await app.call('ann', 'GET', '/api/rooms/marker-room')
  await app.call('ann', 'GET', '/marker-path')
  await createApp(app.deps).fetch(new Request('http://x/healthz', { method: 'MARKER' }))
  const { status, headers, text } = await app.call(null, 'GET', '/metrics')
  expect(status).toBe(200)
  expect(headers.get('content-type')).toMatch(/^text\/plain; version=/)
  expect(text).toContain('holdfast_http_requests_total{route="/api/rooms/:id",method="GET",status="404"} 1')
  expect(text).toContain('method="other"')
  expect(text).not.toMatch(/marker/i)
})
