import { expect, test } from 'vitest'
import { expectProblem } from '../src/http.ts'
import { person } from '../src/people.ts'
import { makeRoom } from '../src/rooms.ts'

// What the contract names and the reference server does not serve yet. Each statement here goes when its feature
// comes, and its proper specs take its place.

test.each([
  { method: 'GET', path: '/api/events?rooms=r' },
  { method: 'POST', path: '/api/poll', body: { rooms: [], waitMs: 0 } },
  { method: 'GET', path: '/api/search?q=x' },
  { method: 'POST', path: '/api/uploads', body: {} },
  { method: 'GET', path: '/api/files/some-file' },
])('[P5.later.1] $method $path answers 501 unsupported', async ({ method, path, body }) => {
  const ann = await person('ann')
  expectProblem(await ann.api.call(method, path, body), 501, 'unsupported')
})

test('[P4.later.1] a message with an attachment is refused', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  const answer = await socket.say(roomId, 'see the picture', { attachments: ['01890000-0000-7000-8000-000000000000'] })
  expect(answer).toMatchObject({ type: 'error', code: 'unsupported', retryable: false })
})
