import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'
import type { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'
import { chopped, clientFrame, closePayload, type FrameShape, OPCODE } from '../support/wire.ts'
import { WireClient } from '../support/wire-client.ts'

const bytes = (length: number) => Buffer.from(Array.from({ length }, (_, i) => 255 - i))
const ping = (payload: string | Uint8Array): Buffer => clientFrame({ opcode: OPCODE.ping, payload })
const pong = (payload: string | Uint8Array): Buffer => clientFrame({ opcode: OPCODE.pong, payload })
const close = (payload: string | Uint8Array): Buffer => clientFrame({ opcode: OPCODE.close, payload })
const asked = (n: number): Buffer => clientFrame({ opcode: OPCODE.text, payload: JSON.stringify({ type: 'ping', n }) })

/** Families 2 and 7 of the Autobahn test suite: pings, pongs, and the closing handshake. */
describe('[websocket] control frames', () => {
  let server: LiveServer
  let token: string
  let neighbour: RawClient
  const peers: WireClient[] = []
  beforeAll(async () => {
    server = await LiveServer.start()
    token = await tokenFor('eve')
    neighbour = await server.client('ann')
  })
  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.destroy()
    await neighbour.fence()
  })
  afterAll(() => server.close())

  async function open(): Promise<WireClient> {
    const peer = await WireClient.open(server.url, token)
    peers.push(peer)
    return peer
  }

  async function pongs(peer: WireClient, count: number): Promise<Buffer[]> {
    await peer.until(() => peer.ofOpcode(OPCODE.pong).length >= count, `${count} pongs`)
    return peer.ofOpcode(OPCODE.pong)
  }

  /** What a new session is closed with when this frame comes. */
  async function closeAfter(frame: FrameShape): Promise<number | null> {
    const peer = await open()
    peer.write(clientFrame(frame))
    const code = await peer.closed()
    await peer.ended()
    return code
  }

  describe('2: pings and pongs', () => {
    test.each([0, 1, 4, 124, 125])('a ping of %i bytes, of whatever kind, is answered with the same', async length => {
      const peer = await open()
      peer.write(ping(bytes(length)))
      expect(await pongs(peer, 1)).toEqual([bytes(length)])
    })

    test('a ping of 126 bytes closes with 1002', async () => {
      expect(await closeAfter({ opcode: OPCODE.ping, payload: bytes(126) })).toBe(1002)
      expect(await closeAfter({ opcode: OPCODE.pong, payload: bytes(126) })).toBe(1002)
    })

    test('a ping that comes byte by byte', async () => {
      const peer = await open()
      for (const piece of chopped(ping(bytes(125)), 1)) {
        peer.socket.write(piece)
        await new Promise(setImmediate)
      }
      expect(await pongs(peer, 1)).toEqual([bytes(125)])
    })

    test.each([10, 60])('%i pings in one go are answered, each, in their order', async count => {
      const peer = await open()
      const sent = Array.from({ length: count }, (_, i) => `ping ${i}`)
      peer.write(...sent.map(ping))
      expect((await pongs(peer, count)).map(String)).toEqual(sent)
    })

    test('pongs that nobody asked for cost nothing, and answer no ping', async () => {
      const peer = await open()
      peer.write(pong(''), pong('unasked'), ping('asked'), pong(bytes(125)))
      expect((await pongs(peer, 1)).map(String)).toEqual(['asked'])
      peer.write(asked(1))
      await peer.message('pong', 1)
      expect(peer.ofOpcode(OPCODE.pong)).toHaveLength(1)
    })
  })

  describe('7: the end', () => {
    const GOOD = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4001, 4999]
    test.each(GOOD)('a close with %i is answered with the same, and the connection ends', async code => {
      expect(await closeAfter({ opcode: OPCODE.close, payload: closePayload(code, 'bye') })).toBe(code)
    })

    const BAD = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]
    test.each(BAD)('a close with %i, which nobody may send, is answered with 1002', async code => {
      expect(await closeAfter({ opcode: OPCODE.close, payload: closePayload(code) })).toBe(1002)
    })

    test('a close without a code is answered without one', async () => {
      expect(await closeAfter({ opcode: OPCODE.close })).toBe(1005)
    })

    test('half a code, a reason of 124 bytes: 1002', async () => {
      expect(await closeAfter({ opcode: OPCODE.close, payload: bytes(1) })).toBe(1002)
      expect(await closeAfter({ opcode: OPCODE.close, payload: closePayload(1000, 'x'.repeat(124)) })).toBe(1002)
      expect(await closeAfter({ opcode: OPCODE.close, payload: closePayload(1000, 'x'.repeat(123)) })).toBe(1000)
    })

    test('a reason that is not UTF-8: 1007', async () => {
      const reason = Buffer.from([0xce, 0xba, 0xe1, 0xbd, 0xb9, 0xcf, 0x83, 0xed, 0xa0, 0x80])
      expect(await closeAfter({ opcode: OPCODE.close, payload: closePayload(1000, reason) })).toBe(1007)
    })

    test('what comes behind a close is neither taken nor answered', async () => {
      const peer = await open()
      peer.write(close(closePayload(1000)), asked(1), ping('late'), close(closePayload(4000)))
      expect(await peer.closed()).toBe(1000)
      await peer.ended()
      expect(peer.messages.map(({ type }) => type)).toEqual(['session.welcome'])
      expect(peer.ofOpcode(OPCODE.pong)).toEqual([])
      expect(peer.ofOpcode(OPCODE.close)).toHaveLength(1)
    })

    test('floods of closes are answered once', async () => {
      const peer = await open()
      const frame = close(closePayload(1000, 'x'.repeat(123)))
      peer.write(...Array.from({ length: 10_000 }, () => frame))
      await peer.ended()
      expect(peer.ofOpcode(OPCODE.close).length).toBeLessThanOrEqual(1)
    })

    test('a connection that ends without a close, within a frame or reset, ends its session', async () => {
      // Those of the tests before may still be on their way out: what remains is the neighbour.
      const before = 1
      await expect.poll(sessions, { timeout: 15_000 }).toBe(before)
      const [ended, within, reset] = [await open(), await open(), await open()]
      expect(await sessions()).toBe(before + 3)
      ended.socket.end()
      within.socket.end(ping('cut').subarray(0, 4))
      reset.socket.resetAndDestroy()
      await expect.poll(sessions, { timeout: 15_000 }).toBe(before)
    })
  })

  async function sessions(): Promise<number> {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    return Number(/^holdfast_sessions (\d+)$/m.exec(text)?.[1])
  }
})
