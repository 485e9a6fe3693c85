import { decodeFrame, upFrameSchema } from '@holdfast/protocol'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { decodePlainSend } from '../src/wire/decode-send.ts'

const likely = (...values: readonly unknown[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: fc.jsonValue() })

const required = {
  type: likely('message.send', 'message.send', 'message.cancel'),
  roomId: likely('lobby', '', 'no room/at all'),
  clientId: likely('c1', '_-', 'x'.repeat(64), 'x'.repeat(65), '', 'with space', 'c1\n'),
  content: likely('hello', '', 'ä\ud800\0'),
}
const beside = {
  ref: likely('r1', 'x'.repeat(64), 'x'.repeat(65), ''),
  seen: likely(0, 7, -0, -1, 1.5, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER + 1, 1e300, null),
  colour: likely('red'),
}
const more = {
  kind: likely('text', 'image', 'system', 'nonsense'),
  replyTo: likely(null, 'm1'),
  attachments: likely([], ['a']),
  mentions: likely([], ['ann']),
}
const requiredKeys = ['type', 'roomId', 'clientId', 'content'] as const
/** Frames that are nearly always nearly right. */
const sends = fc.oneof(
  fc.record({ ...required, ...beside }, { requiredKeys: [...requiredKeys] }),
  fc.record({ ...required, ...beside, ...more }, { requiredKeys: [...requiredKeys] }),
)

/** What our client sends beside the words, when there is nothing to say. */
const SAYS_NOTHING = { kind: 'text', replyTo: null, mentions: [], seen: null }

describe('plain sends', () => {
  it('[P4.shape] what is read without the schema is read as the schema reads it, and nothing that it refuses is read', () => {
    let read = 0
    fc.assert(
      fc.property(sends, value => {
        const item = JSON.parse(JSON.stringify(value)) as Record<string, unknown>
        const expected = v.safeParse(upFrameSchema, item)
        const plain = decodePlainSend(item)
        if (plain !== null) {
          read++
          expect(plain).toStrictEqual(expected.output)
        }
        expect(decodeFrame(item).ok).toBe(expected.success)
      }),
      { numRuns: 5_000 },
    )
    expect(read).toBeGreaterThan(50)
  })

  it('the commonest send needs no schema; whatever else a send may have does', () => {
    const send = { type: 'message.send', roomId: 'r', clientId: 'c', content: 'hi' }
    for (const more of [{}, { ref: 'a' }, { seen: 4 }, { colour: 'red' }, { seen: null }, SAYS_NOTHING]) {
      expect(decodePlainSend({ ...send, ...more })).not.toBeNull()
    }
    for (const more of [{ kind: 'image' }, { replyTo: 'm1' }, { mentions: ['ann'] }, { attachments: [] }]) {
      expect(decodePlainSend({ ...send, ...more })).toBeNull()
      expect(decodeFrame({ ...send, ...more }).ok).toBe(true)
    }
  })

  it('[C30] fields that an object inherits are no fields', () => {
    const item = JSON.parse('{"type":"message.send","roomId":"r","clientId":"c","content":"x","__proto__":{"seen":1}}')
    expect(decodePlainSend(item)).toStrictEqual({ type: 'message.send', roomId: 'r', clientId: 'c', content: 'x' })
  })
})
