import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { constants, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { WebSocketAcceptor } from '../../src/transport/acceptor.ts'
import { SharedText } from '../../src/transport/shared-text.ts'
import type { Transport } from '../../src/transport/transport.ts'
import { FakePlatform } from '../support/fake-platform.ts'

const FRAME_BYTES = 65_536
/** Compresses to a small part of itself. */
const EVENTS = JSON.stringify(Array.from({ length: 40 }, (_, seq) => ({ seq, kind: 'message.created', text: 'hello' })))

describe('compression', () => {
  let server: Server
  let port: number
  const transports: Transport[] = []
  const heard: string[] = []

  beforeAll(async () => {
    const acceptor = new WebSocketAcceptor({ frameBytes: FRAME_BYTES, compression: true, time: new FakePlatform() })
    server = createServer()
    server.on('upgrade', (request, socket, head) =>
      acceptor.accept(request, socket, head, transport => {
        transports.push(transport)
        transport.start({
          onMessage: text => heard.push(text),
          onAlive() {},
          onBreach() {},
          onFlushed() {},
          onClosed() {},
        })
      }),
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => server.close())

  async function open(options: ClientOptions = {}) {
    const client = new WebSocket(`ws://127.0.0.1:${port}`, options)
    client.on('error', () => {})
    const [response] = await once(client, 'upgrade')
    const offer = String(response.headers['sec-websocket-extensions'] ?? '')
    if (client.readyState !== WebSocket.OPEN) await once(client, 'open')
    const transport = transports.at(-1)
    if (transport === undefined) throw new Error('no transport')
    return { client, transport, offer }
  }

  test('is settled on without memory of earlier messages, on either side', async () => {
    const { client, offer } = await open()
    expect(client.extensions).toBe('permessage-deflate')
    expect(offer.split('; ')).toEqual(
      expect.arrayContaining(['server_no_context_takeover', 'client_no_context_takeover']),
    )
    client.terminate()
  })

  test('an offer that asks for a smaller window than all others have is not taken up; the socket is', async () => {
    const { client, transport, offer } = await open({ perMessageDeflate: { serverMaxWindowBits: 10 } })
    expect(offer).toBe('')
    transport.send(new SharedText(EVENTS, true))
    expect(String((await once(client, 'message'))[0])).toBe(EVENTS)
    client.terminate()
  })

  test('those who inflate and those who do not get the same texts in the same order', async () => {
    const got: string[][] = []
    const texts = [new SharedText(EVENTS, true), new SharedText('"short"', true), new SharedText(EVENTS)]
    for (const perMessageDeflate of [true, false]) {
      const { client, transport } = await open({ perMessageDeflate })
      const mine: string[] = []
      got.push(mine)
      client.on('message', data => mine.push(String(data)))
      for (const text of [...texts, ...texts]) transport.send(text)
      transport.send('"last"')
      while (mine.length < 7) await once(client, 'message')
      client.terminate()
    }
    const all = texts.map(({ text }) => text)
    expect(got).toEqual([
      [...all, ...all, '"last"'],
      [...all, ...all, '"last"'],
    ])
  })

  test('is done once for all, and only to what may be compressed and is long enough', () => {
    const events = new SharedText(EVENTS, true)
    expect(events.deflatedFrame).toBe(events.deflatedFrame)
    expect(events.deflatedFrame.length).toBeLessThan(events.frame.length / 5)
    expect(events.deflatedFrame[0]).toBe(0xc1)
    for (const plain of [new SharedText(EVENTS), new SharedText(EVENTS.slice(0, 1_023), true)]) {
      expect(plain.deflatedFrame).toBe(plain.frame)
    }
  })

  test('what does not become smaller is sent as it is', () => {
    const bytes = crypto.getRandomValues(new Uint8Array(4_096))
    const noise = new SharedText(String.fromCharCode(...bytes.map(byte => byte & 0x7f)), true)
    expect(noise.deflatedFrame.length).toBeLessThanOrEqual(noise.frame.length)
  })

  test('whatever the text, it is inflated to what it was', () => {
    const texts = fc.string({ unit: 'binary', minLength: 600, maxLength: 3_000 })
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 80 }), (text, times) => {
        const shared = new SharedText(text.toWellFormed().repeat(times), true)
        const frame = shared.deflatedFrame
        const isDeflated = ((frame[0] ?? 0) & 0x40) !== 0
        const header = (frame[1] ?? 0) === 127 ? 10 : 4
        const payload = frame.subarray(header)
        const inflated = isDeflated
          ? inflateRawSync(Buffer.concat([payload, Buffer.from([0, 0, 0xff, 0xff])]), {
              finishFlush: constants.Z_SYNC_FLUSH,
            })
          : payload
        expect(inflated.toString()).toBe(shared.text)
      }),
      { numRuns: 60 },
    )
  })

  test('[1009] a message that is small and inflates to more than the limit closes; one of exactly the limit is taken', async () => {
    const { client } = await open({ perMessageDeflate: { threshold: 0 } })
    const largest = 'x'.repeat(FRAME_BYTES)
    client.send(largest)
    while (heard.at(-1) !== largest) await new Promise(setImmediate)
    client.send('x'.repeat(50_000_000))
    expect((await once(client, 'close'))[0]).toBe(1009)
    expect(heard.at(-1)).toBe(largest)
  })

  test('what comes in compressed and plain is heard in the order sent', async () => {
    const { client } = await open({ perMessageDeflate: { threshold: 100 } })
    const sent = Array.from({ length: 50 }, (_, i) => String(i).repeat(i % 2 === 0 ? 200 : 1))
    const before = heard.length
    for (const text of sent) client.send(text)
    while (heard.length < before + sent.length) await new Promise(setImmediate)
    expect(heard.slice(before)).toEqual(sent)
    client.terminate()
  })
})
