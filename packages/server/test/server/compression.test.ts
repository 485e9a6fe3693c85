import { describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'
import { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'

const CONTENT = 'the same words again and again, '.repeat(60)

/** What a reader of two rooms gets on a server, and how many bytes that took. */
async function read(compression: boolean) {
  const server = await LiveServer.start({ compression })
  await server.room('lobby', 'ann', ['bob'])
  const ann = await server.client('ann')
  const bob = await RawClient.connect(server.url, await tokenFor('bob'))
  bob.send({ type: 'session.hello', protocol: 1, client: { name: 'test', version: '0' }, rooms: [{ roomId: 'lobby' }] })
  await bob.next('room.live')
  const socket = (bob.ws as unknown as { _socket: { bytesRead: number } })._socket
  const before = socket.bytesRead
  for (let i = 0; i < 5; i++) await ann.say('lobby', `c${i}`, CONTENT)
  await bob.until(() => bob.events('lobby').length === 5, 'five events')
  const told = { bytes: socket.bytesRead - before, contents: bob.events('lobby'), extensions: bob.ws.extensions }
  await server.close()
  return told
}

describe('compression', () => {
  test('is off unless it is switched on, and then events take a fraction of the bytes', async () => {
    const [plain, compressed] = [await read(false), await read(true)]
    expect([plain.extensions, compressed.extensions]).toEqual(['', 'permessage-deflate'])
    const contents = (events: typeof plain.contents) =>
      events.map(event => (event.kind === 'message.created' ? event.message.content : event.kind))
    expect(contents(compressed.contents)).toEqual(contents(plain.contents))
    expect(compressed.bytes).toBeLessThan(plain.bytes / 3)
  })
})
