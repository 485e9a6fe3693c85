import { expect, test } from 'vitest'
import { RETRY_MOST_MS } from '../src/errors.ts'
import { Http } from '../src/http.ts'
import { createFakeServer, fakePlatform } from '../src/testing.ts'

/** What the refused call of a client rejects with, whose answer is `body`. */
async function refusalOf(body: string): Promise<unknown> {
  const platform = fakePlatform('ann', createFakeServer())
  const fetch = async () => new Response(body, { status: 429 })
  const http = new Http({ platform: { ...platform, fetch }, baseUrl: 'http://fake', getToken: async () => 'ann' })
  return http.call('GET', '/api/rooms').catch((error: unknown) => error)
}

test.each([
  ['{"retryAfterMs":700}', 700],
  ['{"retryAfterMs":0}', 0],
  ['{"retryAfterMs":-1}', undefined],
  ['{"retryAfterMs":"700"}', undefined],
  ['{"retryAfterMs":[700]}', undefined],
  ['{"retryAfterMs":null}', undefined],
  ['{"retryAfterMs":1e300}', RETRY_MOST_MS],
  ['{"retryAfterMs":1e999}', RETRY_MOST_MS],
  ['[]', undefined],
  ['busy', undefined],
])('an answer of whoever stands between, %s: the wait is %s', async (body, retryAfterMs) => {
  expect(await refusalOf(body)).toMatchObject({ name: 'HoldfastError', code: 'rate_limited', retryAfterMs })
})
