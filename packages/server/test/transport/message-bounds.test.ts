import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { areWholeMessages, MessageBounds } from '../../src/transport/message-bounds.ts'
import { chopped, clientFrame, OPCODE } from '../support/wire.ts'

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 130 }),
  fc.constantFrom(125, 126, 127, 65_535, 65_536).map(length => new Uint8Array(length)),
)
const control = fc.tuple(fc.constantFrom(OPCODE.ping, OPCODE.pong), fc.uint8Array({ maxLength: 125 }))
const mask = fc.constantFrom(null, [1, 2, 3, 4] as const)
const message = fc.record({
  parts: fc.array(payload, { minLength: 1, maxLength: 4 }),
  between: fc.array(control),
  mask,
})
type Sent = typeof message extends fc.Arbitrary<infer T> ? T : never

/** The frames of a message with its control frames between them, and where in it its bytes end. */
function framesOf({ parts, between, mask }: Sent): Buffer[] {
  return parts.flatMap((payload, i) => {
    const opcode = i === 0 ? OPCODE.text : OPCODE.continuation
    const part = clientFrame({ opcode, payload, fin: i === parts.length - 1, mask })
    if (i === 0) return [part]
    return [...between.map(([opcode, payload]) => clientFrame({ opcode, payload, mask })), part]
  })
}

function hasLongFrame(one: Sent | readonly [number, Uint8Array]): boolean {
  return 'parts' in one && one.parts.some(part => part.length > 65_535)
}

describe('where messages begin and end', () => {
  test('is known at every byte, whatever the messages, their fragments, and the pieces that they come in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(message, control), { maxLength: 5 }),
        fc.integer({ min: 1, max: 999 }),
        (all, size) => {
          const ends = new Set<number>([0])
          let bytes = Buffer.alloc(0)
          for (const one of all) {
            const [opcode, payload] = Array.isArray(one) ? one : [0]
            const frames = Array.isArray(one) ? [clientFrame({ opcode, ...(payload && { payload }) })] : framesOf(one)
            bytes = Buffer.concat([bytes, ...frames])
            ends.add(bytes.length)
          }
          const bounds = new MessageBounds()
          let at = 0
          for (const piece of chopped(bytes, size)) {
            bounds.take(piece)
            at += piece.length
            expect(bounds.isWithin).toBe(!ends.has(at))
            expect(bounds.ended).toBe([...ends].filter(end => end > 0 && end <= at).length)
          }
          if (all.some(hasLongFrame)) return
          for (const end of [...ends, ...[1, 2, 3, 5, 8].map(n => Math.min(n * size, bytes.length))]) {
            expect(areWholeMessages(bytes.subarray(0, end))).toBe(ends.has(end))
          }
        },
      ),
    )
  })

  test.each([
    ['half a head', Buffer.from([0x81]), true],
    ['a head without its length', Buffer.from([0x81, 0xfe, 0x01]), true],
    ['a head without its mask', Buffer.from([0x81, 0x80]), true],
    ['a fragment', clientFrame({ opcode: OPCODE.text, payload: 'x', fin: false }), true],
    ['an empty fragment', clientFrame({ opcode: OPCODE.text, fin: false }), true],
    ['an empty message', clientFrame({ opcode: OPCODE.text }), false],
    ['an empty message that is not masked', clientFrame({ opcode: OPCODE.text, mask: null }), false],
    ['a length of 2^64 − 1', clientFrame({ opcode: OPCODE.text, length: 2n ** 64n - 1n }), true],
  ])('%s', (_, bytes, isWithin) => {
    const bounds = new MessageBounds()
    bounds.take(bytes)
    expect(bounds.isWithin).toBe(isWithin)
    expect(areWholeMessages(bytes)).toBe(!isWithin)
  })

  test('bytes that are taken for whole messages are whole, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        const bounds = new MessageBounds()
        bounds.take(bytes)
        if (areWholeMessages(bytes)) expect(bounds.isWithin).toBe(false)
      }),
    )
  })
})
