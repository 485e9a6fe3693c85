import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Intake, MAX_WAITING } from '../../src/session/intake.ts'
import { WebSocketAcceptor } from '../../src/transport/acceptor.ts'
import { FakePlatform } from '../support/fake-platform.ts'

const FRAME_BYTES = 65_536
/** Ninety bytes on the way; parsed it is a million. */
const BOMB = `[${Array.from({ length: 20_000 }, () => '{}').join()}]`
const BOMBS = 300

const server = createServer()
afterEach(() => server.close())

test('what was read before the pause and inflates to more than may wait ends the session; no more is kept', async () => {
  const acceptor = new WebSocketAcceptor({ frameBytes: FRAME_BYTES, compression: true, time: new FakePlatform() })
  let heard = 0
  server.on('upgrade', (request, socket, head) =>
    acceptor.accept(request, socket, head, transport => {
      const taker = { take: () => intake.hold('busy'), onOverrun: () => transport.close(4029, 'too many frames') }
      const intake = new Intake(transport, taker, FRAME_BYTES)
      const onMessage = (text: string) => {
        heard++
        intake.arrive(text)
      }
      transport.start({ onMessage, onAlive() {}, onBreach() {}, onFlushed() {}, onClosed() {} })
    }),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await once(client, 'open')
  // All at once, as one read of the server's.
  const raw = (client as unknown as { _socket: Socket })._socket
  raw.cork()
  const sent = Array.from({ length: BOMBS }, () => new Promise(resolve => client.send(BOMB, resolve)))
  while (raw.writableLength < BOMBS * 50) await new Promise(setImmediate)
  raw.uncork()
  const [code] = await once(client, 'close')
  await Promise.all(sent)
  expect(code).toBe(4029)
  expect(heard).toBeLessThan((MAX_WAITING + FRAME_BYTES) / BOMB.length + 3)
})
