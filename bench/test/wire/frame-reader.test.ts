import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientFrame, pongFrame } from '../../src/wire/client-frames.ts'
import { FrameReader, HEAD_BYTES, TAIL_BYTES } from '../../src/wire/frame-reader.ts'
import { deflatedFrame, serverFrame } from '../server-frames.ts'

/** What a reader of the given kind makes of these bytes, cut at these places. */
function read(bytes: Buffer, cuts: readonly number[], wantsWhole: boolean) {
  const heard: { head: string; tail: string; length: number; kind: string }[] = []
  const reader = new FrameReader({
    wantsWhole,
    onWhole: payload =>
      heard.push({ head: String(payload), tail: String(payload), length: payload.length, kind: 'whole' }),
    onEdges: (head, tail, length) => heard.push({ head: String(head), tail: String(tail), length, kind: 'edges' }),
    onControl: (opcode, payload) =>
      heard.push({ head: String(payload), tail: '', length: payload.length, kind: `${opcode}` }),
  })
  const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
  // Each piece is in a buffer that is written over afterwards, as the generator's is.
  for (let i = 1; i < places.length; i++) {
    const piece = Buffer.from(bytes.subarray(places[i - 1], places[i]))
    reader.push(piece)
    piece.fill(0)
  }
  return heard
}

const texts = fc.array(fc.oneof(fc.string({ maxLength: 20 }), fc.string({ minLength: 100, maxLength: 9_000 })), {
  maxLength: 8,
})
const cuts = fc.array(fc.nat(80_000), { maxLength: 20 })
const within = (places: readonly number[], length: number) => places.map(place => place % (length + 1))

describe('frame reader', () => {
  test('whatever way the bytes are cut, whole frames come out as they were sent', () => {
    fc.assert(
      fc.property(texts, cuts, (sent, places) => {
        const bytes = Buffer.concat(sent.map(text => serverFrame(text)))
        expect(read(bytes, within(places, bytes.length), true).map(({ head }) => head)).toEqual(sent)
      }),
    )
  })

  test('whatever way the bytes are cut, edges are those of each frame, and its length', () => {
    fc.assert(
      fc.property(texts, cuts, (sent, places) => {
        const bytes = Buffer.concat(sent.map(text => serverFrame(text)))
        const heard = read(bytes, within(places, bytes.length), false)
        expect(heard.map(({ length }) => length)).toEqual(sent.map(text => Buffer.byteLength(text)))
        for (const [i, { head, tail }] of heard.entries()) {
          const payload = Buffer.from(sent[i] ?? '')
          expect(Buffer.from(head).subarray(0, 100)).toEqual(payload.subarray(0, Math.min(100, payload.length)))
          expect(payload.toString().endsWith(tail.slice(-100))).toBe(true)
        }
      }),
    )
  })

  test.each([true, false])(
    'whatever way the bytes are cut, compressed frames come out inflated; whole %s',
    wantsWhole => {
      fc.assert(
        fc.property(texts, cuts, (sent, places) => {
          const frames = sent.map((text, i) => (i % 2 === 0 ? deflatedFrame(text) : serverFrame(text)))
          const bytes = Buffer.concat([...frames, ...frames])
          const heard = read(bytes, within(places, bytes.length), wantsWhole)
          expect(heard.map(({ length }) => length)).toEqual([...sent, ...sent].map(text => Buffer.byteLength(text)))
          for (const [i, text] of sent.entries()) if (i % 2 === 0) expect(heard[i]?.head).toBe(text)
        }),
      )
    },
  )

  test('of a long frame in pieces the edges have the promised size', () => {
    const text = 'abc'.repeat(40_000)
    const [frame] = read(serverFrame(text), [5, 11, 300, 70_000, 119_990], false)
    expect(frame?.length).toBe(120_000)
    expect(frame?.head).toBe(text.slice(0, HEAD_BYTES))
    expect(frame?.tail).toBe(text.slice(-TAIL_BYTES))
  })

  test('a ping between pieces of data frames is heard whole, whatever is wanted of the others', () => {
    const bytes = Buffer.concat([
      serverFrame('one'),
      serverFrame('are you there', 0x9),
      serverFrame(''),
      serverFrame('two'),
    ])
    expect(read(bytes, [2, 8, 20], false).map(({ kind, head }) => [kind, head])).toEqual([
      ['edges', 'one'],
      ['9', 'are you there'],
      ['edges', ''],
      ['edges', 'two'],
    ])
  })

  test('a masked frame and one in fragments are refused: they would be counted wrong', () => {
    expect(() => read(Buffer.from([0x01, 0x01, 0x61]), [], true)).toThrow(/fragments/)
    expect(() => read(clientFrame('x'), [], true)).toThrow(/masked/)
  })
})

describe('client frames', () => {
  test.each([0, 125, 126, 65_535, 65_536])(
    'a text of %i bytes has the header that its length asks for, and is masked',
    length => {
      const frame = clientFrame('x'.repeat(length))
      expect(frame[0]).toBe(0x81)
      expect((frame[1] ?? 0) & 0x80).toBe(0x80)
      // What a server sends is the same but for the mask.
      const server = serverFrame('x'.repeat(length))
      expect(frame.length).toBe(server.length + 4)
      expect(frame.subarray(frame.length - length).toString()).toBe('x'.repeat(length))
    },
  )

  test('a pong carries what the ping did', () => {
    expect(pongFrame(Buffer.from('hi'))).toEqual(Buffer.from([0x8a, 0x82, 0, 0, 0, 0, 0x68, 0x69]))
  })
})
