import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'
import type { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'
import { chopped, clientFrame, type FrameShape, fragments, OPCODE } from '../support/wire.ts'
import { WireClient } from '../support/wire-client.ts'

const FRAME_BYTES = 65_536
const MAX_FRAGMENTS = 64

/** A ping of ours in so many bytes: JSON may be padded. Answered by a pong with the same number. */
function pingOf(bytes: number, n = bytes): string {
  return `{"type":"ping","n":${n}}`.padEnd(bytes)
}

/**
 * Families 1, 3, 4, 5, 9 and 10 of the Autobahn test suite, against what there is here instead of an echo. Every frame is made
 * byte by byte.
 */
describe('[websocket] frames', () => {
  let server: LiveServer
  let token: string
  let neighbour: RawClient
  const peers: WireClient[] = []
  beforeAll(async () => {
    server = await LiveServer.start()
    token = await tokenFor('eve')
    neighbour = await server.client('ann')
    await server.room('room', 'ann', ['eve'])
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

  /** What a new session is closed with when these frames come. */
  async function closeAfter(...frames: readonly FrameShape[]): Promise<number | null> {
    const peer = await open()
    peer.write(...frames.map(clientFrame))
    const code = await peer.closed()
    peer.write(clientFrame({ opcode: OPCODE.close }))
    await peer.ended()
    return code
  }

  describe('1: of any length', () => {
    test.each([30, 125, 126, 127, 128, 65_535, FRAME_BYTES])('a text of %i bytes is taken as it is', async bytes => {
      const peer = await open()
      peer.write(clientFrame({ opcode: OPCODE.text, payload: pingOf(bytes) }))
      await peer.message('pong', bytes)
    })

    test.each([1, 7, 997])('in pieces of %i bytes, as a network may cut them', async size => {
      const peer = await open()
      const bytes = size === 1 ? 500 : FRAME_BYTES
      for (const piece of chopped(clientFrame({ opcode: OPCODE.text, payload: pingOf(bytes) }), size)) {
        peer.socket.write(piece)
        if (size === 1) await new Promise(setImmediate)
      }
      await peer.message('pong', bytes)
    })

    test.each([1, 20, 5_000])(
      '%i frames behind the handshake, before it is answered, are taken as any other',
      async count => {
        const hello = { type: 'session.hello', protocol: 1, client: { name: 'wire', version: '0' } }
        const texts = [JSON.stringify(hello), ...Array.from({ length: count }, (_, n) => pingOf(0, n))]
        const behind = Buffer.concat(texts.map(payload => clientFrame({ opcode: OPCODE.text, payload })))
        const peer = await WireClient.connect(server.url, token, [], behind)
        peers.push(peer)
        await peer.message('pong', count - 1)
        expect(peer.messages.slice(1).map(({ n }) => n)).toEqual(Array.from({ length: count }, (_, n) => n))
      },
    )

    test('many in one piece are answered in their order', async () => {
      const peer = await open()
      const sent = Array.from({ length: 500 }, (_, i) => i)
      peer.write(...sent.map(n => clientFrame({ opcode: OPCODE.text, payload: pingOf(0, n) })))
      await peer.message('pong', 499)
      expect(peer.messages.slice(1).map(({ n }) => n)).toEqual(sent)
    })

    test('an empty text is no frame of the protocol: 4500', async () => {
      expect(await closeAfter({ opcode: OPCODE.text })).toBe(4500)
    })

    test.each([0, 1, 125, 65_536])('binary of %i bytes closes with 1003', async bytes => {
      expect(await closeAfter({ opcode: OPCODE.binary, payload: new Uint8Array(bytes) })).toBe(1003)
    })

    test('a session is over and counted with its close, though the peer does not answer that', async () => {
      const counted = async (name: string) => {
        const text = await (await fetch(`${server.url}/metrics`)).text()
        return Number(
          text
            .split('\n')
            .find(line => line.startsWith(`${name} `))
            ?.split(' ')[1] ?? 0,
        )
      }
      const [CLOSES, DELIVERIES] = ['holdfast_closes_total{code="1003"}', 'holdfast_deliveries_total']
      const before = { closes: await counted(CLOSES), deliveries: await counted(DELIVERIES) }
      await server.room('counted', 'ann', ['eve'])
      const peer = await open()
      peer.text({ type: 'room.open', roomId: 'counted' })
      await peer.until(() => peer.messages.some(({ type }) => type === 'room.live'), 'the room')
      await neighbour.say('counted', 'while-it-is-there', 'Hello')
      await peer.until(() => peer.messages.some(({ type }) => type === 'message.event'), 'what was said')
      expect(await counted(DELIVERIES)).toBe(before.deliveries + 1)
      peer.write(clientFrame({ opcode: OPCODE.binary, payload: 'bytes' }))
      expect(await peer.closed()).toBe(1003)
      expect(await counted(CLOSES)).toBe(before.closes + 1)
      await neighbour.say('counted', 'when-it-is-over', 'Hello')
      await neighbour.fence()
      expect(await counted(DELIVERIES)).toBe(before.deliveries + 1)
    })

    test.each([
      ['16 bits for 30 bytes', [126, 0, 30]],
      ['64 bits for 30 bytes', [127, 0, 0, 0, 0, 0, 0, 0, 30]],
    ])('a length in more bytes than it needs is read all the same: %s', async (_, [short = 0, ...length]) => {
      const peer = await open()
      peer.write(Buffer.from([0x81, 0x80 | short, ...length, 0, 0, 0, 0]), Buffer.from(pingOf(30)))
      await peer.message('pong', 30)
    })
  })

  describe('3: reserved bits', () => {
    test.each([1, 2, 3, 4, 5, 6, 7])('RSV %i closes with 1002, on whatever frame', async rsv => {
      expect(await closeAfter({ opcode: OPCODE.text, payload: pingOf(30), rsv })).toBe(1002)
      expect(await closeAfter({ opcode: OPCODE.binary, rsv })).toBe(1002)
      expect(await closeAfter({ opcode: OPCODE.ping, rsv })).toBe(1002)
      expect(await closeAfter({ opcode: OPCODE.close, rsv })).toBe(1002)
      const begun = { opcode: OPCODE.text, payload: 'x', fin: false }
      expect(await closeAfter(begun, { opcode: OPCODE.continuation, rsv })).toBe(1002)
    })

    test('what came before it is taken, what comes after is not', async () => {
      const peer = await open()
      const send = (clientId: string) => ({ type: 'message.send', roomId: 'room', clientId, content: clientId })
      peer.text(send('before'))
      peer.write(clientFrame({ opcode: OPCODE.text, payload: JSON.stringify(send('broken')), rsv: 4 }))
      peer.text(send('after'))
      expect(await peer.closed()).toBe(1002)
      await neighbour.say('room', 'last', 'last')
      const { body } = await server.call('ann', 'GET', '/api/rooms/room/messages')
      const { messages } = body as { messages: { content: string }[] }
      expect(messages.map(({ content }) => content)).toEqual(['before', 'last'])
    })
  })

  describe('4: opcodes that mean nothing', () => {
    test.each([3, 4, 5, 6, 7, 11, 12, 13, 14, 15])('%i closes with 1002', async opcode => {
      expect(await closeAfter({ opcode })).toBe(1002)
      expect(await closeAfter({ opcode, payload: 'x'.repeat(100) })).toBe(1002)
      expect(await closeAfter({ opcode: OPCODE.text, payload: pingOf(30) }, { opcode, fin: false })).toBe(1002)
    })

    test.each([OPCODE.text, OPCODE.ping, OPCODE.close])(
      'opcode %i that is not masked closes with 1002',
      async opcode => {
        expect(await closeAfter({ opcode, payload: opcode === OPCODE.text ? pingOf(30) : '', mask: null })).toBe(1002)
      },
    )

    test('a mask of zeros is a mask', async () => {
      const peer = await open()
      peer.write(clientFrame({ opcode: OPCODE.text, payload: pingOf(30), mask: [0, 0, 0, 0] }))
      await peer.message('pong', 30)
    })
  })

  describe('5: fragments', () => {
    const first = (payload: string): FrameShape => ({ opcode: OPCODE.text, payload, fin: false })
    const next = (payload: string, fin = true): FrameShape => ({ opcode: OPCODE.continuation, payload, fin })

    test.each([OPCODE.ping, OPCODE.pong, OPCODE.close])(
      'a control frame (%i) in fragments closes with 1002',
      async opcode => {
        expect(await closeAfter({ opcode, payload: 'xx', fin: false }, next('yy'))).toBe(1002)
      },
    )

    test.each([1, 9, 4_096])('a text in two, with a ping between them, in pieces of %i bytes', async size => {
      const peer = await open()
      const parts = [first(pingOf(20, 7).slice(0, 9)), { opcode: OPCODE.ping, payload: 'between' }, next('')]
      const last = next(pingOf(20, 7).slice(9))
      const bytes = Buffer.concat([...parts.slice(0, 2), last].map(clientFrame))
      for (const piece of chopped(bytes, size)) {
        peer.socket.write(piece)
        if (size === 1) await new Promise(setImmediate)
      }
      await peer.message('pong', 7)
      expect(peer.ofOpcode(OPCODE.pong).map(String)).toEqual(['between'])
      // The answer to what came between was not held up by the rest.
      expect(peer.frames.findIndex(({ opcode }) => opcode === OPCODE.pong)).toBe(1)
    })

    test('empty fragments before, between and behind', async () => {
      const peer = await open()
      const text = pingOf(20, 8)
      const frames = [
        first(''),
        next('', false),
        next(text.slice(0, 5), false),
        next('', false),
        next(text.slice(5), false),
      ]
      peer.write(...[...frames, next('')].map(clientFrame))
      await peer.message('pong', 8)
    })

    test('a message that is nothing but empty fragments is an empty text', async () => {
      expect(await closeAfter(first(''), next('', false), next(''))).toBe(4500)
    })

    test.each([true, false])('a continuation of nothing closes with 1002 (final: %s)', async fin => {
      expect(await closeAfter(next('x', fin))).toBe(1002)
      expect(await closeAfter({ opcode: OPCODE.text, payload: pingOf(30) }, next('x', fin))).toBe(1002)
      expect(await closeAfter(first('{"type":'), next('"ping"}'), next('x', fin))).toBe(1002)
    })

    test.each([OPCODE.text, OPCODE.binary])('a message (%i) within another closes with 1002', async opcode => {
      expect(await closeAfter(first('{'), { opcode, payload: pingOf(30) })).toBe(1002)
      expect(await closeAfter(first('{'), { opcode, payload: 'x', fin: false })).toBe(1002)
    })

    test('binary in fragments closes with 1003', async () => {
      expect(await closeAfter({ opcode: OPCODE.binary, payload: 'x', fin: false }, next('y'))).toBe(1003)
    })

    test('a close within a message ends it: nothing of it is taken', async () => {
      const peer = await open()
      const frames = [
        first('{"type":'),
        { opcode: OPCODE.close, payload: Buffer.from([0x03, 0xe8]) },
        next('"ping","n":1}'),
      ]
      peer.write(...frames.map(clientFrame))
      expect(await peer.closed()).toBe(1000)
      await peer.ended()
      expect(peer.messages).toHaveLength(1)
    })
  })

  describe('9 and 10: limits', () => {
    test.each([2, 3, 16, MAX_FRAGMENTS])('a message of the limit in %i fragments is taken', async count => {
      const peer = await open()
      peer.write(...fragments(pingOf(FRAME_BYTES), count))
      await peer.message('pong', FRAME_BYTES)
    })

    test('one fragment more than the limit closes with 1008', async () => {
      const peer = await open()
      peer.write(...fragments(pingOf(FRAME_BYTES), MAX_FRAGMENTS + 1))
      expect(await peer.closed()).toBe(1008)
    })

    test.each([1, 2, 64])('one byte more than the limit closes with 1009, in %i fragments', async count => {
      const peer = await open()
      peer.write(...fragments(pingOf(FRAME_BYTES + 1), count))
      expect(await peer.closed()).toBe(1009)
    })

    test.each([FRAME_BYTES + 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n])(
      'a length of %s is refused by the head alone: 1009',
      async length => {
        expect(await closeAfter({ opcode: OPCODE.text, payload: 'x', length })).toBe(1009)
      },
    )

    test('fragments are refused by the head that goes over the limit', async () => {
      const begun = { opcode: OPCODE.text, payload: 'x'.repeat(FRAME_BYTES), fin: false }
      expect(await closeAfter(begun, { opcode: OPCODE.continuation, length: 1 })).toBe(1009)
    })
  })
})
