import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Person } from './support/chat.ts'
import { Program } from './support/program.ts'

let dataDir: string
let server: Program
let url: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-bot-'))
  await startServer('0')
})
afterAll(async () => {
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
})

async function startServer(port: string): Promise<void> {
  server = new Program('../apps/cli/src/main.ts', { HOLDFAST_PORT: port, HOLDFAST_DATA_DIR: dataDir }, ['serve'])
  url = await server.url()
}

test('the bot answers what is asked once it is there, goes on after a restart of the server, and answers nothing twice', async () => {
  const ann = await Person.guest(url, 'Ann')
  await ann.call('POST', '/api/rooms', { id: 'lobby', name: 'Lobby', type: 'public' })
  const write = async (clientId: string, content: string) => {
    const { body } = await ann.call('POST', '/api/rooms/lobby/messages', { clientId, content })
    return (body as { messageId: string }).messageId
  }
  await write('c0', '!time')
  const bot = new Program('bot.ts', { HOLDFAST_URL: url, ROOM: 'lobby' })
  await bot.printed(/answering in lobby/)

  const next = await ann.listen('lobby')
  const asked = await write('c1', '!time')
  expect(await next()).toMatchObject({ id: asked })
  expect(await next()).toMatchObject({
    senderName: 'Time bot',
    replyTo: asked,
    content: expect.stringMatching(/^It is \d{4}-/),
  })

  await server.stop('SIGKILL')
  await startServer(new URL(url).port)
  const later = await ann.listen('lobby')
  const again = await write('c2', '!time')
  expect(await later()).toMatchObject({ id: again })
  expect(await later()).toMatchObject({ senderName: 'Time bot', replyTo: again })
  const { body } = await ann.call('GET', '/api/rooms/lobby/messages')
  expect((body as { messages: unknown[] }).messages).toHaveLength(5)
  await bot.stop('SIGKILL')
})
