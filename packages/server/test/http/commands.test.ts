import { afterEach, beforeEach, expect, test } from 'vitest'
import { expectProblem, startApp, type TestApp } from './test-app.ts'

let app: TestApp

beforeEach(async () => {
  app = await startApp()
  await app.call('ann', 'POST', '/api/rooms', { id: 'lobby', name: 'Lobby', type: 'public' })
})
afterEach(() => app.close())

const run = (frames: unknown) => app.call('ann', 'POST', '/api/commands', frames)
const message = (clientId: string) => ({ type: 'message.send', roomId: 'lobby', clientId, content: clientId })

test('answers come in the order of the commands, each naming its own', async () => {
  const answer = await run([
    message('c1'),
    { type: 'ping', n: 7 },
    message('c2'),
    { type: 'message.send', roomId: 'lobby', clientId: 'c3', content: '' },
    { type: 'message.cancel', roomId: 'lobby', clientId: 'c3' },
    { type: 'reaction.add', ref: 'r1', roomId: 'lobby', messageId: 'none', key: '👍' },
    message('c1'),
  ])
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject([
    { type: 'message.ack', clientId: 'c1', seq: 3, duplicate: false },
    { type: 'pong', n: 7 },
    { type: 'message.ack', clientId: 'c2', seq: 4, duplicate: false },
    { type: 'error', clientId: 'c3', code: 'bad_request', retryable: false },
    { type: 'ok', roomId: 'lobby', clientId: 'c3' },
    { type: 'error', ref: 'r1', code: 'not_found' },
    { type: 'message.ack', clientId: 'c1', seq: 3, duplicate: true },
  ])
})

test('a hundred messages in one request get seqs in their order', async () => {
  const answers = (await run(Array.from({ length: 100 }, (_, i) => message(`c${i}`)))).body as { seq: number }[]
  expect(answers.map(answer => answer.seq)).toEqual(Array.from({ length: 100 }, (_, i) => 3 + i))
})

test('what has no answer has none here either', async () => {
  expect((await run([{ type: 'room.read', roomId: 'lobby', seq: 1 }])).body).toEqual([])
  expect((await run([])).body).toEqual([])
})

test('what needs a connection is refused in its place', async () => {
  const frames = [
    { type: 'session.hello', ref: 'a', protocol: 1, client: { name: 'x', version: '1' } },
    { type: 'room.open', ref: 'b', roomId: 'lobby' },
    { type: 'room.close', ref: 'c', roomId: 'lobby' },
    { type: 'ping' },
  ]
  expect((await run(frames)).body).toMatchObject([
    { type: 'error', ref: 'a', code: 'bad_request' },
    { type: 'error', ref: 'b', code: 'bad_request' },
    { type: 'error', ref: 'c', code: 'bad_request' },
    { type: 'pong' },
  ])
})

test('a frame that is none is refused in its place, and the others run', async () => {
  expect((await run([{ type: 'nonsense', ref: 'a' }, {}, { type: 7 }, message('c1')])).body).toMatchObject([
    { type: 'error', ref: 'a', code: 'bad_request' },
    { type: 'error', code: 'bad_request' },
    { type: 'error', code: 'bad_request' },
    { type: 'message.ack', clientId: 'c1' },
  ])
})

test.each(['null', '7', '"ping"', '[7]', '[null]', '[[]]'])('the body %s is a bad request', async body => {
  expectProblem(await run(body), 400, 'bad_request')
})

test('a thousand frames are taken, one more is too many', async () => {
  const frames = Array.from({ length: 1_001 }, () => ({ type: 'ping' }))
  expectProblem(await run(frames), 413, 'too_large')
  expect((await run(frames.slice(1))).body).toHaveLength(1_000)
})
