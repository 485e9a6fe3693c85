import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { expectProblem, startApp, type TestApp } from './test-app.ts'

const MESSAGES = '/api/rooms/lobby/messages'
let app: TestApp

beforeEach(async () => {
  app = await startApp()
  await app.call('ann', 'POST', '/api/rooms', { id: 'lobby', name: 'Lobby', type: 'public', members: ['bob'] })
})
afterEach(() => app.close())

interface Page {
  readonly messages: readonly { readonly id: string; readonly seq: number; readonly content: string }[]
  readonly nextCursor: string | null
  readonly hasMore: boolean
}

async function send(content: string, clientId = content): Promise<string> {
  const { body } = await app.call('ann', 'POST', MESSAGES, { clientId, content })
  return (body as { messageId: string }).messageId
}

async function page(query: string): Promise<Page> {
  const answer = await app.call('bob', 'GET', `${MESSAGES}?${query}`)
  expect(answer.status, answer.text).toBe(200)
  return answer.body as Page
}

function contents({ messages }: Page): readonly string[] {
  return messages.map(message => message.content)
}

describe('POST', () => {
  test('answers 201 with what a message.ack says; sent again, 200 with the same and duplicate', async () => {
    const first = await app.call('ann', 'POST', MESSAGES, { clientId: 'c1', content: 'Hello' })
    expect(first.status).toBe(201)
    expect(first.body).toEqual({ messageId: expect.any(String), seq: 4, at: expect.any(Number), duplicate: false })
    const again = await app.call('ann', 'POST', MESSAGES, { clientId: 'c1', content: 'Hello' })
    expect(again.status).toBe(200)
    expect(again.body).toEqual({ ...(first.body as object), duplicate: true })
  })

  test('the same clientId with other content is a conflict', async () => {
    await send('Hello', 'c1')
    expectProblem(await app.call('ann', 'POST', MESSAGES, { clientId: 'c1', content: 'Other' }), 409, 'conflict')
  })

  test('a reader who has not joined is forbidden', async () => {
    expectProblem(await app.call('eve', 'POST', MESSAGES, { clientId: 'c', content: 'x' }), 403, 'forbidden')
  })

  test.each([
    ['no clientId', { content: 'x' }, 400, 'bad_request'],
    ['a clientId with other characters', { clientId: 'a b', content: 'x' }, 400, 'bad_request'],
    ['no content', { clientId: 'c' }, 400, 'bad_request'],
    ['empty content', { clientId: 'c', content: ' \n' }, 400, 'bad_request'],
    ['content of another type', { clientId: 'c', content: 7 }, 400, 'bad_request'],
    ['content that no store gives back', { clientId: 'c', content: 'a\u0000' }, 400, 'bad_request'],
    ['an array', [{ clientId: 'c', content: 'x' }], 400, 'bad_request'],
    ['a system message', { clientId: 'c', content: 'x', kind: 'system' }, 403, 'forbidden'],
    ['attachments', { clientId: 'c', content: 'x', attachments: ['a'] }, 501, 'unsupported'],
    ['content over the limit', { clientId: 'c', content: 'x'.repeat(8_193) }, 413, 'too_large'],
    ['a reply to what is not there', { clientId: 'c', content: 'x', replyTo: 'nothing' }, 404, 'not_found'],
  ] as const)('%s is refused with %i %s', async (_what, body, status, code) => {
    expectProblem(await app.call('ann', 'POST', MESSAGES, body), status, code)
  })

  test('the body cannot name another room, sender or type of frame', async () => {
    await app.call('ann', 'POST', '/api/rooms', { id: 'den', name: 'Den', type: 'private' })
    const body = { clientId: 'c', content: 'x', type: 'message.delete', roomId: 'den', senderId: 'root', seq: 1 }
    expect((await app.call('ann', 'POST', MESSAGES, body)).status).toBe(201)
    const { messages } = await page('')
    expect(messages).toMatchObject([{ roomId: 'lobby', senderId: 'ann', senderName: 'ANN', type: 'text', seq: 4 }])
  })
})

describe('PATCH and DELETE', () => {
  test('edit answers 200 with the seq, and others’ messages are not theirs to edit', async () => {
    const path = `${MESSAGES}/${await send('Hello')}`
    expect(await app.call('ann', 'PATCH', path, { content: 'Hi' })).toMatchObject({ status: 200, body: { seq: 5 } })
    expectProblem(await app.call('bob', 'PATCH', path, { content: 'Hi' }), 403, 'forbidden')
    expectProblem(await app.call('ann', 'PATCH', path, {}), 400, 'bad_request')
    expectProblem(await app.call('ann', 'PATCH', `${MESSAGES}/none`, { content: 'x' }), 404, 'not_found')
  })

  test('delete answers 200 with the seq, again the same, and takes no body', async () => {
    const path = `${MESSAGES}/${await send('Hello')}`
    expectProblem(await app.call('bob', 'DELETE', path), 403, 'forbidden')
    for (let i = 0; i < 2; i++) {
      expect(await app.call('ann', 'DELETE', path)).toMatchObject({ status: 200, body: { seq: 5 } })
    }
    expect(contents(await page(''))).toEqual([''])
    expectProblem(await app.call('ann', 'PATCH', path, { content: 'x' }), 409, 'conflict')
  })
})

describe('GET', () => {
  const all = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7']
  let ids: readonly string[]

  beforeEach(async () => {
    const made: string[] = []
    for (const content of all) made.push(await send(content))
    ids = made
  })

  test('without cursor the latest, oldest first; nextCursor leads to older ones until there are none', async () => {
    const first = await page('limit=3')
    expect(first).toMatchObject({ hasMore: true, epoch: expect.any(String), seq: 10 })
    expect(contents(first)).toEqual(['m5', 'm6', 'm7'])
    const second = await page(`limit=3&cursor=${encodeURIComponent(first.nextCursor ?? '')}`)
    expect(contents(second)).toEqual(['m2', 'm3', 'm4'])
    const third = await page(`limit=3&cursor=${encodeURIComponent(second.nextCursor ?? '')}`)
    expect(contents(third)).toEqual(['m1'])
    expect(third).toMatchObject({ hasMore: false, nextCursor: null })
  })

  test('around a message, and after a seq', async () => {
    expect(contents(await page(`around=${ids[3]}&limit=3`))).toEqual(['m3', 'm4', 'm5'])
    expect(contents(await page('after=8&limit=5'))).toEqual(['m6', 'm7'])
    expect(contents(await page('after=-9&limit=2'))).toEqual(['m1', 'm2'])
    expectProblem(await app.call('bob', 'GET', `${MESSAGES}?around=none`), 404, 'not_found')
  })

  test.each(['limit=x', 'limit=1.5', 'after=x', 'after=', 'after=1&cursor=1', 'around=a&after=1', 'cursor=made%20up'])(
    '?%s is a bad request',
    async query => {
      expectProblem(await app.call('bob', 'GET', `${MESSAGES}?${query}`), 400, 'bad_request')
    },
  )

  test('a limit out of range is clamped', async () => {
    expect(contents(await page('limit=0'))).toEqual(['m7'])
    expect(contents(await page('limit=101'))).toEqual(all)
  })
})
