import { afterEach, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'

let server: LiveServer | null = null

afterEach(async () => {
  await server?.close()
  server = null
})

test('[inbox] over real sockets and SQLite: told unopened, read on one device and cleared on the other, resumed by cursor', async () => {
  server = await LiveServer.startOnDisk()
  await server.room('lobby', 'ann', ['bob'])
  const [phone, desk] = [await server.client('bob', { inbox: true }), await server.client('bob', { inbox: true })]
  await server.call('ann', 'POST', '/api/rooms/lobby/messages', { clientId: 'c1', content: 'Hi', mentions: ['bob'] })
  for (const device of [phone, desk]) {
    const told = await device.next('inbox')
    expect(told.rooms).toMatchObject([{ roomId: 'lobby', unread: 1, mentions: 1, lastMessage: { content: 'Hi' } }])
  }
  phone.send({ type: 'room.read', roomId: 'lobby', seq: 4 })
  const cleared = await desk.next('inbox', ({ rooms }) => rooms.some(({ unread }) => unread === 0))
  expect(cleared.rooms).toMatchObject([{ unread: 0, mentions: 0, lastReadSeq: 4 }])

  const list = await server.call('bob', 'GET', '/api/rooms')
  const { inboxCursor } = list.body as { inboxCursor: string }
  desk.terminate()
  await server.call('ann', 'POST', '/api/rooms/lobby/messages', { clientId: 'c2', content: 'Again' })
  const back = await server.client('bob', { inbox: true, inboxSince: inboxCursor })
  expect(await back.next('inbox')).toMatchObject({ rooms: [{ roomId: 'lobby', unread: 1 }], total: 1 })
})
