import { decodeUp, encode, upFrameSchema } from '@holdfast/protocol'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SEED } from '../support/fuzz-seed.ts'
import { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'
import { chopped, clientFrame, type FrameShape, OPCODE } from '../support/wire.ts'
import { WireClient } from '../support/wire-client.ts'
import { MeasuredServer } from './measured.ts'
import { changedBytes, changedMessages } from './mutations.ts'
import { recordTraffic, type Traffic } from './traffic.ts'

/** Of each kind. A failure prints the seed with which it comes again; `FUZZ_SEED=any` draws others (see `fuzz-seed.ts`). */
const DECODED = 2_000
const SESSIONS = 600
const STREAMS = 500
/** What is said of a run that has drawn too little. */
const FROM = `drawn from FUZZ_SEED=${SEED}`
const QUEUE_BYTES = 1_048_576
const NOISE = 12 * 1_048_576
/** What a client that says such things may be closed with: no frame, another version, no UTF-8, too large. */
const ENDS = [4500, 4505, 1007, 1009]
/** Below the messages more can be wrong: frames that break RFC 6455, binary, too many fragments. */
const ENDS_OF_STREAMS = [...ENDS, 1000, 1002, 1003, 1005, 1008, null]

/** What of a frame may be another than it is. */
const strangeFrame: fc.Arbitrary<Partial<FrameShape>> = fc.oneof(
  fc.record({ opcode: fc.nat({ max: 15 }) }),
  fc.record({ opcode: fc.nat({ max: 15 }), fin: fc.boolean() }),
  fc.record({ rsv: fc.nat({ max: 7 }) }),
  fc.record({ mask: fc.constant(null) }),
  fc.record({ length: fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 2 ** 53, 2n ** 64n - 1n) }),
)

function withChange(
  frames: readonly FrameShape[],
  [where, change]: readonly [number, Partial<FrameShape>],
): readonly FrameShape[] {
  return frames.map((frame, i) => (i === where % frames.length ? { ...frame, ...change } : frame))
}

/** Real traffic of a real server, made wrong; the server has a process of its own, with a neighbour who must not notice. */
describe('[fuzz] frames', () => {
  let server: MeasuredServer
  let neighbour: RawClient
  let traffic: Traffic
  let token: string
  beforeAll(async () => {
    server = await MeasuredServer.start(QUEUE_BYTES)
    token = await tokenFor('eve')
    await server.call('ann', 'POST', '/api/rooms', { id: 'room', name: 'Room', type: 'private', members: ['eve'] })
    await server.call('ann', 'PUT', '/api/rooms/room/members/eve', { role: 'admin' })
    traffic = await recordTraffic(server.url, 'eve', 'room')
    neighbour = await RawClient.open(server.url, await tokenFor('ann'))
    await neighbour.openRoom('room')
  })
  afterAll(async () => {
    neighbour.terminate()
    await server.close()
  })

  /** Mostly what a client sends; what a server does is sent to nobody. */
  const corpus = () => [...Array.from({ length: 6 }, () => traffic.sent).flat(), ...traffic.received]
  /** Seldom not: what comes before the hello ends everything. */
  const greets = fc.nat({ max: 9 }).map(n => n > 0)

  /** The neighbour has missed nothing, the server complains of nothing, and holds no more than before. */
  async function expectUnharmed(live: number): Promise<void> {
    const { seq } = (await neighbour.say('room', `after-${performance.now()}`.replace('.', '-'), 'Still here')) as {
      seq: number
    }
    await neighbour.until(() => neighbour.events('room').at(-1)?.seq === seq, 'all that was said')
    const seqs = neighbour.events('room').map(event => event.seq)
    expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i))
    const after = await server.footprintWhen(footprint => footprint.live - live < NOISE)
    expect(after.faults).toEqual([])
    expect(after.live - live).toBeLessThan(NOISE)
    expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/^holdfast_sessions 1$/m)
  }

  test('the traffic holds every frame that a client can send', () => {
    const types = upFrameSchema.options.map(({ entries }) => entries.type.literal)
    const sent = new Set(traffic.sent.map(text => (JSON.parse(text) as { type: string }).type))
    expect([...sent].sort()).toEqual([...types].sort())
  })

  test('decoding answers whatever comes, and what it takes it takes again as it is', () => {
    const taken = new Set<string>()
    fc.assert(
      fc.property(fc.oneof(changedMessages(corpus()).map(String), fc.json(), fc.string({ unit: 'binary' })), text => {
        for (const decoded of decodeUp(text) ?? []) {
          if (decoded.ok) {
            taken.add(decoded.frame.type)
            expect(decodeUp(encode(decoded.frame))).toEqual([decoded])
          } else expect(decoded.reason.length).toBeLessThanOrEqual(200)
        }
        expect('polluted' in {}).toBe(false)
      }),
      { seed: SEED, numRuns: DECODED },
    )
    // Not vacuous: most kinds of frame survive some of it.
    expect(taken.size, FROM).toBeGreaterThan(12)
  })

  test('real traffic with fields, types, lengths and bytes changed: answered, or that socket alone closes', async () => {
    const { live } = await server.footprint()
    const got = new Set<string | number | null>()
    const sessions = fc.tuple(greets, fc.array(changedMessages(corpus()), { minLength: 1, maxLength: 16 }))
    await fc.assert(
      fc.asyncProperty(sessions, async ([greets, texts]) => {
        const peer = await (greets ? WireClient.open(server.url, token) : WireClient.connect(server.url, token))
        for (const payload of texts) peer.write(clientFrame({ opcode: OPCODE.text, payload }))
        peer.text({ type: 'ping', ref: 'the last one', n: 424_242 })
        const isOver = () => peer.isEnded || peer.ofOpcode(OPCODE.close).length > 0
        await peer.until(() => isOver() || peer.messages.some(({ n }) => n === 424_242), 'an answer or an end')
        for (const { type } of peer.messages) got.add(type)
        if (isOver()) {
          const code = await peer.closed()
          got.add(code)
          expect(ENDS).toContain(code)
        }
        peer.destroy()
      }),
      { seed: SEED, numRuns: SESSIONS },
    )
    for (const kind of ['session.welcome', 'ok', 'error', 'message.ack', 'pong', 4500])
      expect(got, FROM).toContain(kind)
    await expectUnharmed(live)
  })

  test('the bytes of a session, changed and cut anywhere: answered, or that socket alone closes', async () => {
    const { live } = await server.footprint()
    const got = new Set<string | number | null>()
    const frames = traffic.sent.flatMap((payload): FrameShape[] => [
      { opcode: OPCODE.text, payload },
      { opcode: OPCODE.ping, payload: 'here' },
    ])
    const whole = fc
      .array(fc.tuple(fc.nat(), strangeFrame), { maxLength: 2 })
      .map(changes => Buffer.concat(changes.reduce(withChange, frames).map(clientFrame)))
    const streams = fc.tuple(changedBytes(whole, 2), fc.integer({ min: 1, max: 4_096 }))
    await fc.assert(
      fc.asyncProperty(streams, async ([bytes, size]) => {
        const peer = await WireClient.connect(server.url, token)
        for (const piece of chopped(bytes, Math.max(size, bytes.length >> 6))) peer.write(piece)
        peer.socket.end()
        await peer.ended()
        const code = await peer.closed()
        got.add(code)
        for (const { type } of peer.messages) got.add(type)
        expect(ENDS_OF_STREAMS).toContain(code)
      }),
      { seed: SEED, numRuns: STREAMS },
    )
    for (const kind of ['session.welcome', 'ok', 'error', 1002]) expect(got, FROM).toContain(kind)
    await expectUnharmed(live)
  })
})
