import { decodeDown, decodeUp, encode, parseJson, type UpFrame, upFrameSchema } from '@holdfast/protocol'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'

const only = (text: string) => {
  const frames = decodeUp(text)
  expect(frames).toHaveLength(1)
  const frame = frames?.[0]
  if (frame === undefined) throw new Error('unable to go on; no frame')
  return frame
}

const open = (fields: object) => only(JSON.stringify({ type: 'room.open', roomId: 'r', ...fields }))

describe('frames from a client', () => {
  it.each(['', '{', 'null', '1', '"text"', 'true', '[1]', '[null]', '[[{"type":"ping"}]]', '['.repeat(10_000)])(
    '[P4.shape] %j is no frame and no array of frames',
    text => {
      expect(decodeUp(text)).toBeNull()
    },
  )

  it('[C31] nesting without end is answered as any other wrong frame', () => {
    const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`
    expect(only(deep)).toMatchObject({ ok: false })
    expect(only(`{"type":"ping","x":${deep}}`)).toEqual({ ok: true, frame: { type: 'ping' } })
    expect(decodeUp('['.repeat(10_000) + ']'.repeat(10_000))).toBeNull()
  })

  it('[P4.shape] an empty array holds no frame', () => {
    expect(decodeUp('[]')).toEqual([])
  })

  it.each([{}, { type: 7 }, { type: 'nope' }, { type: 'room.open' }, { type: 'room.open', roomId: 5 }, { type: null }])(
    '[P4.bad-request] %j is refused and names why',
    frame => {
      const decoded = only(JSON.stringify(frame))
      expect(decoded.ok).toBe(false)
      if (!decoded.ok) expect(decoded.reason).not.toBe('')
    },
  )

  it('[P4.bad-request] a refusal repeats ref, roomId and clientId, and nothing longer than the contract allows', () => {
    const decoded = only(JSON.stringify({ type: 'message.send', ref: 'a', roomId: 'r', clientId: 'c', content: 1 }))
    expect(decoded).toMatchObject({ ok: false, addressee: { ref: 'a', roomId: 'r', clientId: 'c' } })
    const long = only(JSON.stringify({ type: 'x'.repeat(9_000), ref: 'r'.repeat(65) }))
    expect(long).toMatchObject({ ok: false, addressee: {} })
    if (!long.ok) expect(long.reason.length).toBeLessThanOrEqual(200)
  })

  it('[P4.clamp] numbers out of range are clamped', () => {
    expect(open({ window: 101 })).toMatchObject({ ok: true, frame: { window: 100 } })
    expect(open({ window: 0 })).toMatchObject({ ok: true, frame: { window: 1 } })
    expect(open({ seq: -1 })).toMatchObject({ ok: true, frame: { seq: 0 } })
    expect(open({ seq: 1e300 })).toMatchObject({ ok: true, frame: { seq: Number.MAX_SAFE_INTEGER } })
  })

  it('[P4.clamp] numbers that are not integers are refused', () => {
    expect(open({ window: 1.5 })).toMatchObject({ ok: false })
    expect(open({ seq: '1' })).toMatchObject({ ok: false })
  })

  it('[P4.extra] unknown fields are ignored', () => {
    const decoded = open({ colour: 'red', __proto__x: 1 })
    expect(decoded).toEqual({ ok: true, frame: { type: 'room.open', roomId: 'r' } })
  })

  it('[C30] nothing that comes in changes what objects inherit', () => {
    decodeUp('{"type":"ping","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    const key = only('{"type":"reaction.add","roomId":"r","messageId":"m","key":"__proto__"}')
    expect(key.ok).toBe(false)
  })

  it('[P4.shape] whatever the text, decoding answers and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), text => {
        const frames = decodeUp(text)
        expect(frames === null || Array.isArray(frames)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('[P4.shape] a mutated good frame is either good or refused', () => {
    const good: UpFrame = { type: 'message.send', roomId: 'r', clientId: 'c', content: 'hi', mentions: ['ann'] }
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(good)), fc.jsonValue(), (field, value) => {
        const decoded = only(JSON.stringify({ ...good, [field]: value }))
        if (decoded.ok) expect(v.is(upFrameSchema, decoded.frame)).toBe(true)
      }),
    )
  })
})

describe('frames from a server', () => {
  it('[P4.extra] a type that this version does not know is a frame too: whoever takes frames lets it pass', () => {
    expect(decodeDown('[{"type":"pong","n":1},{"type":"future"}]')).toEqual([
      { type: 'pong', n: 1 },
      { type: 'future' },
    ])
  })

  it('[P4.shape] what is no frame is null', () => {
    for (const text of ['', '7', '[7]', '{']) expect(decodeDown(text)).toBeNull()
  })
})

it('encode and decode are inverse', () => {
  const frames: UpFrame[] = [
    { type: 'ping', n: 3 },
    { type: 'room.close', roomId: 'r' },
  ]
  expect(decodeUp(encode(frames))).toEqual(frames.map(frame => ({ ok: true, frame })))
})

it('parseJson never throws', () => {
  expect(parseJson('{"a":1}')).toEqual({ ok: true, value: { a: 1 } })
  expect(parseJson('{a:1}')).toEqual({ ok: false })
})
