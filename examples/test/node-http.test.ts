import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Person } from './support/chat.ts'
import { Program } from './support/program.ts'

let program: Program
let url: string

beforeAll(async () => {
  program = new Program('node-http.ts')
  url = await program.url()
})
afterAll(async () => {
  expect(await program.stop()).toBe(0)
})

test('the host’s own page and its own socket work', async () => {
  expect(await (await fetch(`${url}/about`)).text()).toBe('A trading floor with a chat\n')
  const socket = new WebSocket(`${url.replace('http', 'ws')}/prices`)
  const [first] = await once(socket, 'message')
  expect(String(first)).toBe('ACME 12.30')
  socket.send('ACME')
  const [second] = await once(socket, 'message')
  expect(String(second)).toBe('ACME 12.31')
  socket.close()
})

test('Holdfast works beside it, over HTTP and its socket', async () => {
  const [ann, bob] = [await Person.guest(url, 'Ann'), await Person.guest(url, 'Bob')]
  expect((await ann.call('POST', '/api/rooms', { id: 'floor', name: 'Floor', type: 'public' })).status).toBe(201)
  const next = await bob.listen('floor')
  await ann.call('POST', '/api/rooms/floor/messages', { clientId: 'c1', content: 'Sell!' })
  expect(await next()).toMatchObject({ content: 'Sell!', senderName: 'Ann' })
})

test('an upgrade on a path that is nobody’s is the host’s to end', async () => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/elsewhere`)
  const [error] = await once(socket, 'error')
  expect((error as Error).message).toMatch(/socket hang up|ECONNRESET/)
})
