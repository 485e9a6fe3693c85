import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { WebSocketAcceptor } from '../../src/transport/acceptor.ts'
import { DEPARTURES_A_TURN } from '../../src/transport/departures.ts'
import { SharedText } from '../../src/transport/shared-text.ts'
import type { Transport } from '../../src/transport/transport.ts'
import { FakePlatform } from '../support/fake-platform.ts'

/** More writes than any of these tests has cause for: without it a loop of next ticks would never give the thread back. */
const MAX_WRITES = 100

/** A socket whose peer takes what is written when the test says so, and not before. */
class SlowSocket extends Duplex {
  #writes = 0
  #taken: (() => void)[] = []

  override _read(): void {}

  override _writev(_chunks: unknown, callback: () => void): void {
    this.#taken.push(callback)
  }

  override write(...args: unknown[]): boolean {
    if (++this.#writes > MAX_WRITES) throw new Error('the transport writes for ever')
    return Reflect.apply(super.write, this, args)
  }

  /** The peer reads what is in flight. */
  readSome(): void {
    const taken = this.#taken
    this.#taken = []
    for (const callback of taken) callback()
  }

  halfClose(): void {
    this.push(null)
  }

  get writes(): number {
    return this.#writes
  }
}

const turn = () => new Promise(setImmediate)

function handshake(): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  request.method = 'GET'
  request.headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
  }
  return request
}

function acceptorOf(time: FakePlatform) {
  return new WebSocketAcceptor({ frameBytes: 65_536, compression: false, time })
}

/** A transport over such a socket, its handshake done. */
async function slow(acceptor = acceptorOf(new FakePlatform())) {
  const socket = new SlowSocket()
  let transport: Transport | null = null
  const told = { flushed: 0, closed: 0 }
  acceptor.accept(handshake(), socket, Buffer.alloc(0), made => {
    transport = made
    made.start({
      onMessage() {},
      onAlive() {},
      onBreach() {},
      onFlushed: () => told.flushed++,
      onClosed: () => told.closed++,
    })
  })
  // The answer to the handshake.
  socket.readSome()
  await turn()
  if (transport === null) throw new Error('no transport')
  const opened: Transport = transport
  async function send(text: string): Promise<void> {
    opened.send(new SharedText(text))
    await turn()
  }
  return { socket, transport: opened, told, send }
}

test('a connection listens once for what it is told, and not for what its WebSocket is: each listener is held by every idle connection', async () => {
  const { socket } = await slow()
  const heard = socket.eventNames().map(event => [event, socket.listenerCount(event)] as const)
  // Both `ws` and the transport look at what comes; Node's own streams listen for the end.
  expect(Object.fromEntries(heard)).toMatchObject({ data: 2, error: 1, close: 1 })
})

describe('a slow reader that goes', () => {
  test('one that half-closes while frames wait costs no write that can never end', async () => {
    const { socket, told, send } = await slow()
    await send('first')
    await send('second')
    socket.readSome()
    await turn()
    await send('third')
    socket.halfClose()
    await turn()
    expect(socket.writable).toBe(false)
    for (let i = 0; i < 5; i++) {
      socket.readSome()
      await turn()
    }
    expect(socket.writes).toBeLessThan(MAX_WRITES)
    expect(told.flushed).toBeGreaterThan(0)
    expect(told.closed).toBe(1)
  })

  test('closing one whose socket is gone, with bytes of others in flight, ends too', async () => {
    const { socket, transport, told } = await slow()
    transport.ping()
    socket.destroy()
    transport.close(4_001, 'bye')
    await turn()
    const { writes } = socket
    expect(writes).toBeLessThan(MAX_WRITES)
    for (let i = 0; i < 5; i++) {
      socket.readSome()
      await turn()
    }
    expect(socket.writes).toBe(writes)
    expect(told.closed).toBe(1)
  })
})

test('a crowd whose connections are lost at once leaves by turns', async () => {
  const platform = new FakePlatform()
  const acceptor = acceptorOf(platform)
  const crowd = await Promise.all(Array.from({ length: 2 * DEPARTURES_A_TURN }, () => slow(acceptor)))
  for (const { socket } of crowd) socket.destroy()
  await turn()
  const gone = () => crowd.filter(({ told }) => told.closed > 0).length
  expect(gone()).toBe(DEPARTURES_A_TURN)
  await platform.advance(0)
  await turn()
  expect(gone()).toBe(crowd.length)
})

test('one that has ended its half and does not read the rest is cut some time after it is told to go', async () => {
  const platform = new FakePlatform()
  const { socket, transport, told, send } = await slow(acceptorOf(platform))
  await send('first')
  await send('second')
  socket.halfClose()
  await turn()
  transport.close(4_000, 'silent')
  await turn()
  expect([told.closed, socket.destroyed]).toEqual([0, false])
  await platform.advance(60_000)
  await turn()
  expect([told.closed, socket.destroyed]).toEqual([1, true])
  await platform.advance(0)
  expect(platform.pending).toBe(0)
})
