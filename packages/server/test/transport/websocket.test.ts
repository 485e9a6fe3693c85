import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { WebSocketAcceptor } from '../../src/transport/acceptor.ts'
import { MESSAGE_MS } from '../../src/transport/message-deadline.ts'
import { SharedText, textFrame } from '../../src/transport/shared-text.ts'
import type { Breach, Transport } from '../../src/transport/transport.ts'
import { FakePlatform } from '../support/fake-platform.ts'

const FRAME_BYTES = 65_536
/** What the listener here closes with; a session's codes are the machine's. */
const CODES: Readonly<Record<Breach, number>> = { 'not-text': 4_901, unfinished: 4_902 }

describe('a WebSocket as a transport', () => {
  let server: Server
  let port: number
  const platform = new FakePlatform()
  const transports: Transport[] = []
  let onText: (text: string) => void = () => {}
  const log: { transport: Transport; text?: string; closed?: number; alive?: true; breach?: Breach }[] = []

  beforeAll(async () => {
    const acceptor = new WebSocketAcceptor({ frameBytes: FRAME_BYTES, compression: false, time: platform })
    server = createServer()
    server.on('upgrade', (request, socket, head) =>
      acceptor.accept(request, socket, head, transport => {
        transports.push(transport)
        transport.start({
          onMessage: text => {
            log.push({ transport, text })
            onText(text)
          },
          onAlive: () => log.push({ transport, alive: true }),
          onBreach: breach => {
            log.push({ transport, breach })
            transport.close(CODES[breach], breach)
          },
          onFlushed() {},
          onClosed: code => log.push({ transport, closed: code }),
        })
      }),
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => server.close())

  async function open(): Promise<{ client: WebSocket; transport: Transport }> {
    const client = new WebSocket(`ws://127.0.0.1:${port}`)
    client.on('error', () => {})
    await once(client, 'open')
    const transport = transports.at(-1)
    if (transport === undefined) throw new Error('no transport')
    return { client, transport }
  }

  async function closeOf(client: WebSocket): Promise<number> {
    const [code] = await once(client, 'close')
    return code as number
  }

  test.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])(
    'text of %i bytes arrives as it was sent, shared or not',
    async bytes => {
      const { client, transport } = await open()
      const text = 'x'.repeat(bytes)
      const shared = new SharedText(text)
      const got: string[] = []
      client.on('message', data => got.push(String(data)))
      transport.send(text)
      transport.send(shared)
      transport.send(shared)
      while (got.length < 3) await once(client, 'message')
      expect(got).toEqual([text, text, text])
      client.terminate()
    },
  )

  test('several bytes a character are counted as bytes', async () => {
    expect(textFrame('ä'.repeat(63)).subarray(0, 4)).toEqual(Buffer.from([0x81, 126, 0, 126]))
    const { client, transport } = await open()
    transport.send('Grüße 🚢')
    const [data] = await once(client, 'message')
    expect(String(data)).toBe('Grüße 🚢')
    client.terminate()
  })

  test('pings, text and the closing handshake never cut into each other', async () => {
    const { client, transport } = await open()
    const got: string[] = []
    client.on('message', data => got.push(String(data)))
    let pings = 0
    client.on('ping', () => pings++)
    for (let i = 0; i < 200; i++) {
      transport.send(new SharedText(`message ${i}`))
      if (i % 10 === 0) transport.ping()
    }
    transport.close(4001, 'bye')
    transport.send('after the close')
    expect(await closeOf(client)).toBe(4001)
    expect(got).toEqual(Array.from({ length: 200 }, (_, i) => `message ${i}`))
    expect(pings).toBe(20)
  })

  /** What the peer is sent by `say`, message by message, until as many frames have come. */
  async function heard(frames: number, say: (transport: Transport) => void): Promise<(number | number[])[]> {
    const { client, transport } = await open()
    const got: (number | number[])[] = []
    client.on('message', data => got.push(JSON.parse(String(data))))
    say(transport)
    while (got.flat().length < frames) await once(client, 'message')
    client.terminate()
    return got
  }

  test('texts of one go are one array, and what is shared keeps its place among them', async () => {
    const got = await heard(7, transport => {
      for (const text of ['1', '2', '3']) transport.send(text)
      transport.send(new SharedText('4'))
      transport.send(new SharedText('5'))
      for (const text of ['6', '7']) transport.send(text)
    })
    expect(got).toEqual([[1, 2, 3], 4, 5, [6, 7]])
  })

  test('what is said while a message is heard stands alone: a welcome is no element of an array', async () => {
    const { client, transport } = await open()
    const got: unknown[] = []
    client.on('message', data => got.push(JSON.parse(String(data))))
    onText = () => {
      transport.send('1')
      transport.send('2')
    }
    client.send('hello')
    while (got.length < 2) await once(client, 'message')
    expect(got).toEqual([1, 2])
    onText = () => {}
    client.terminate()
  })

  test('a text that is alone is no array', async () => {
    expect(await heard(1, transport => transport.send('1'))).toEqual([1])
  })

  test('no array is longer than a message may be; a text that is longer by itself goes alone', async () => {
    const { client, transport } = await open()
    const got: string[] = []
    client.on('message', data => got.push(String(data)))
    const texts = [...Array.from({ length: 300 }, (_, i) => `"${String(i).padStart(997, 'ä')}"`), '1', '2']
    const long = `"${'x'.repeat(FRAME_BYTES)}"`
    for (const text of [...texts.slice(0, 200), long, ...texts.slice(200)]) transport.send(text)
    const frames = () => got.flatMap(text => JSON.parse(text) as unknown)
    while (frames().length < 303) await once(client, 'message')
    expect(frames()).toEqual([...texts.slice(0, 200), long, ...texts.slice(200)].map(text => JSON.parse(text)))
    const sizes = got.filter(text => text !== long).map(text => Buffer.byteLength(text))
    expect(Math.max(...sizes)).toBeLessThanOrEqual(FRAME_BYTES)
    expect(got.length).toBeLessThan(15)
    client.terminate()
  })

  test('what was said in answer to the last message before the peer goes is sent before the goodbye', async () => {
    const { client, transport } = await open()
    const got: string[] = []
    client.on('message', data => got.push(String(data)))
    onText = text => transport.send(`"${text}"`)
    const raw = (client as unknown as { _socket: Socket })._socket
    raw.cork()
    client.send('last')
    client.close(1000)
    raw.uncork()
    expect(await closeOf(client)).toBe(1000)
    expect(got).toEqual(['"last"'])
    onText = () => {}
  })

  test.each([1, 2])('what was sent before the close, %i texts or frames, arrives before it', async count => {
    for (const kind of ['text', 'shared'] as const) {
      const { client, transport } = await open()
      const got: unknown[] = []
      client.on('message', data => got.push(JSON.parse(String(data))))
      for (let i = 1; i <= count; i++) transport.send(kind === 'text' ? String(i) : new SharedText(String(i)))
      transport.close(4001, 'bye')
      expect(await closeOf(client)).toBe(4001)
      expect(got.flat()).toEqual([1, 2].slice(0, count))
    }
  })

  test('what waits to be gathered counts as unsent', async () => {
    const { client, transport } = await open()
    const shared = new SharedText('"shared"')
    transport.send('"ä"')
    expect(transport.bufferedBytes).toBe(4)
    transport.send('1')
    expect(transport.bufferedBytes).toBe(Buffer.byteLength('["ä",1]'))
    transport.send(shared)
    transport.send(shared)
    expect(transport.bufferedBytes).toBe(textFrame('["ä",1]').length + 2 * shared.frame.length)
    await once(client, 'message')
    expect(transport.bufferedBytes).toBe(0)
    client.terminate()
  })

  test('a binary message is no message: the listener is told, and closes; what follows is nobody’s', async () => {
    const { client, transport } = await open()
    client.send(Buffer.from('bytes'))
    client.send(Buffer.from('bytes'))
    client.send('text')
    expect(await closeOf(client)).toBe(CODES['not-text'])
    const told = log.filter(entry => entry.transport === transport && entry.closed === undefined)
    expect(told).toEqual([{ transport, breach: 'not-text' }])
  })

  test('[1009] a message over the limit closes; one of exactly the limit is taken', async () => {
    const { client, transport } = await open()
    client.send('x'.repeat(FRAME_BYTES))
    while (!log.some(entry => entry.transport === transport && entry.text !== undefined))
      await new Promise(setImmediate)
    client.send('x'.repeat(FRAME_BYTES + 1))
    expect(await closeOf(client)).toBe(1009)
  })

  test('[fragments] more fragments than any client needs close, empty ones too', async () => {
    const { client } = await open()
    for (let i = 0; i < 100; i++) client.send('', { fin: false })
    expect(await closeOf(client)).toBe(1008)
  })

  test('compression is not negotiated', async () => {
    const { client } = await open()
    expect(client.extensions).toBe('')
    client.terminate()
  })

  test('a peer that resets is told as closed, once, and harms nobody', async () => {
    const { client, transport } = await open()
    const raw = (client as unknown as { _socket: Socket })._socket
    raw.resetAndDestroy()
    const isClosed = () => log.filter(entry => entry.transport === transport && entry.closed !== undefined)
    while (isClosed().length === 0) await new Promise(setImmediate)
    transport.send('into the void')
    transport.ping()
    transport.close(1011, 'again')
    await new Promise(setImmediate)
    expect(isClosed()).toHaveLength(1)
  })

  test('a handshake that is none gets an HTTP error', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.write(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n',
    )
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /)
    socket.destroy()
  })

  test('[paused] what is not read is not taken from the peer, until it is', async () => {
    const { client, transport } = await open()
    transport.pause()
    client.send('held up')
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(log.some(entry => entry.transport === transport && entry.text === 'held up')).toBe(false)
    transport.resume()
    while (!log.some(entry => entry.transport === transport && entry.text === 'held up'))
      await new Promise(setImmediate)
    client.terminate()
  })

  /** A connection that has sent the beginning of a message, which has come in. */
  async function begun(): Promise<{ client: WebSocket; transport: Transport }> {
    const opened = await open()
    opened.client.send('the beginning', { fin: false })
    opened.client.ping()
    await once(opened.client, 'pong')
    return opened
  }

  test('of a message that does not end the listener is told; the time in which it is not read does not count', async () => {
    const { client, transport } = await begun()
    transport.pause()
    await platform.advance(MESSAGE_MS * 2)
    transport.resume()
    client.ping()
    await once(client, 'pong')
    await platform.advance(MESSAGE_MS)
    expect(await closeOf(client)).toBe(CODES.unfinished)
  })

  test('a connection that goes within a message leaves no timer behind', async () => {
    const { client, transport } = await begun()
    // Those of before have gone by now.
    await platform.advance(0)
    expect(platform.pending).toBe(1)
    client.terminate()
    while (!log.some(entry => entry.transport === transport && entry.closed !== undefined))
      await new Promise(setImmediate)
    await platform.advance(0)
    expect(platform.pending).toBe(0)
  })
})
