import { afterAll, beforeAll, expect, test } from 'vitest'
import { jsonPost, Person } from './support/chat.ts'
import { Program } from './support/program.ts'

let program: Program
let url: string

beforeAll(async () => {
  program = new Program('express.ts')
  url = await program.url()
})
afterAll(async () => {
  expect(await program.stop()).toBe(0)
})

async function signIn(user: string): Promise<Person> {
  const response = await fetch(`${url}/chat-token`, jsonPost({ user }))
  return new Person(`${url}/chat`, ((await response.json()) as { token: string }).token)
}

test('the application’s own routes work beside Holdfast', async () => {
  const response = await fetch(`${url}/orders`, jsonPost({ item: 'tea' }))
  expect([response.status, await response.json()]).toEqual([201, { ordered: 'tea' }])
  expect((await fetch(`${url}/api/rooms`)).status).toBe(404)
})

test('a body that Express has read already arrives, and the message is seen over the socket', async () => {
  const [ann, bob] = [await signIn('ann'), await signIn('bob')]
  const room = { id: 'desk', name: 'Desk', type: 'public', metadata: { text: 'é\u2028"' } }
  expect(await ann.call('POST', '/api/rooms', room)).toMatchObject({ status: 201, body: room })
  const next = await bob.listen('desk')
  const sent = await ann.call('POST', '/api/rooms/desk/messages', { clientId: 'c1', content: 'Hello' })
  expect(sent).toMatchObject({ status: 201, body: { duplicate: false } })
  expect(await next()).toMatchObject({ content: 'Hello', senderName: 'ann' })
  expect(await ann.call('PATCH', '/api/rooms/desk', { topic: 'T' })).toMatchObject({
    status: 200,
    body: { topic: 'T' },
  })
  expect((await bob.call('POST', '/api/rooms/desk/join', {})).status).toBe(200)
  expect((await bob.call('POST', '/api/rooms/desk/leave')).status).toBe(204)
})

test('Holdfast believes nobody but the application', async () => {
  const stranger = new Person(`${url}/chat`, 'made-up')
  expect(await stranger.call('GET', '/api/rooms')).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
})
