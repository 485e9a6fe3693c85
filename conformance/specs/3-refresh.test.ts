import { expect, test } from 'vitest'
import { Api, expectSuccess } from '../src/http.ts'
import { people, person } from '../src/people.ts'
import { history, makeRoom } from '../src/rooms.ts'
import { Socket } from '../src/socket.ts'
import { mint, mintUnsigned, seconds } from '../src/tokens.ts'

/** Protocol §3: 4005 within 5 s of expiry; the rest is for the token's own life and a busy machine. */
const EXPIRY_WAIT_MS = 15_000

/** Life of a short token in seconds: `exp` counts in whole seconds, so it lives between one and two. */
const SHORT_LIFE_S = 2

test('[P3.refresh.1] auth.refresh with a token of the same sub answers ok', async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  const token = await mint(ann.at.secret, { sub: ann.id, name: ann.name, exp: seconds(7200) })
  expect(await socket.request({ type: 'auth.refresh', token })).toMatchObject({ type: 'ok' })
  await socket.fence()
})

test('[P3.refresh.2] a token of another sub is forbidden, and the session stays whose it was', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  const answer = await socket.request({ type: 'auth.refresh', token: bob.token })
  expect(answer).toMatchObject({ type: 'error', code: 'forbidden', retryable: false })
  expect(await socket.say(roomId, 'still me')).toMatchObject({ type: 'message.ack' })
})

test('[P3.refresh.3] a token that would not open a socket is unauthorized, and the session lives on', async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  const own = { sub: ann.id, name: ann.name }
  const tokens = [
    'not-a-token',
    mintUnsigned(own),
    await mint('another-secret-of-at-least-32-bytes!!', own),
    await mint(ann.at.secret, { ...own, exp: seconds(-120) }),
    await mint(ann.at.secret, { ...own, exp: null }),
  ]
  for (const token of tokens) {
    expect(await socket.request({ type: 'auth.refresh', token })).toMatchObject({ type: 'error', code: 'unauthorized' })
  }
  await socket.fence()
})

test('[P3.expiry.1] a session whose token expires is closed with 4005', async () => {
  const ann = await person('ann')
  const token = await mint(ann.at.secret, { sub: ann.id, name: ann.name, exp: seconds(SHORT_LIFE_S) })
  const socket = await Socket.connect(ann.at, { token })
  await socket.hello()
  const { code } = await socket.closes(EXPIRY_WAIT_MS)
  expect(code).toBe(4005)
})

test('[P3.expiry.2] a refreshed session outlives its first token', async () => {
  const ann = await person('ann')
  const exp = seconds(SHORT_LIFE_S)
  const short = await mint(ann.at.secret, { sub: ann.id, name: ann.name, exp })
  const [refreshed, forgotten] = [
    await Socket.connect(ann.at, { token: short }),
    await Socket.connect(ann.at, { token: short }),
  ]
  for (const socket of [refreshed, forgotten]) await socket.hello()
  expect(await refreshed.request({ type: 'auth.refresh', token: ann.token })).toMatchObject({ type: 'ok' })
  expect((await forgotten.closes(EXPIRY_WAIT_MS)).code).toBe(4005)
  await refreshed.fence()
})

test('[P3.expiry.3] a refresh by a shorter token shortens the session', async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  const token = await mint(ann.at.secret, { sub: ann.id, name: ann.name, exp: seconds(SHORT_LIFE_S) })
  expect(await socket.request({ type: 'auth.refresh', token })).toMatchObject({ type: 'ok' })
  expect((await socket.closes(EXPIRY_WAIT_MS)).code).toBe(4005)
})

test('[P3.expiry.4] a session opened with a ticket ends with the token that the ticket was issued for', async () => {
  const ann = await person('ann')
  const token = await mint(ann.at.secret, { sub: ann.id, name: ann.name, exp: seconds(SHORT_LIFE_S) })
  const { ticket } = expectSuccess(await new Api(ann.at, token).post<{ ticket: string }>('/api/tickets'))
  const socket = await Socket.connect(ann.at, { query: `?ticket=${encodeURIComponent(ticket)}` })
  await socket.hello()
  expect((await socket.closes(EXPIRY_WAIT_MS)).code).toBe(4005)
})

test('[P3.refresh.4] what is sent after a refresh bears the name of the new token', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  await socket.say(roomId, 'before')
  const token = await mint(ann.at.secret, { sub: ann.id, name: 'New name' })
  await socket.request({ type: 'auth.refresh', token })
  await socket.say(roomId, 'after')
  expect((await history(ann, roomId)).messages.map(message => message.senderName)).toEqual([ann.name, 'New name'])
})
