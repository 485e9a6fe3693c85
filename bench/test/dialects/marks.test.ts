import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eachMark, seqRange } from '../../src/dialects/marks.ts'
import { HEAD_BYTES, TAIL_BYTES } from '../../src/wire/frame-reader.ts'
import { eventsFrame } from '../server-frames.ts'

describe('counting', () => {
  test("every message's number is found once, in the order of the frame", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 50 }), numbers => {
        const seen: number[] = []
        expect(eachMark(Buffer.from(eventsFrame(1, numbers)), n => seen.push(n))).toBe(numbers.length)
        expect(seen).toEqual(numbers)
      }),
    )
  })

  test('the edges of a frame tell its first and last seq, however long it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 1, max: 300 }), (seq, count) => {
        const payload = Buffer.from(
          eventsFrame(
            seq,
            Array.from({ length: count }, (_, n) => n),
          ),
        )
        const range = seqRange(payload.subarray(0, HEAD_BYTES), payload.subarray(-TAIL_BYTES))
        expect(range).toEqual({ first: seq, last: seq + count - 1 })
      }),
    )
  })

  test('a frame without a seq at its edges is no frame of events: nothing is guessed', () => {
    expect(() => seqRange(Buffer.from('{"type":"message.event"'), Buffer.from(']}'))).toThrow(/no seq/)
  })
})
