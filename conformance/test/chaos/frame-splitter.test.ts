import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OPCODE, readFrame, writeFrame } from '../../src/chaos/frame.ts'
import { FrameSplitter } from '../../src/chaos/frame-splitter.ts'
import type { FrameUnit, Unit } from '../../src/chaos/unit.ts'
import { bytesOf, chunksOf, cuts, split } from './chunks.ts'

/** Lengths on both sides of each form of the header: 7, 16 and 64 bits. */
const lengths = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 300 }) },
  { weight: 1, arbitrary: fc.constantFrom(125, 126, 127, 65_534, 65_535, 65_536, 70_000) },
)

const frames = fc.record({
  opcode: fc.constantFrom(...Object.values(OPCODE)),
  fin: fc.boolean(),
  masked: fc.boolean(),
  payload: fc.tuple(lengths, fc.nat(255)).map(([length, first]) => {
    return Buffer.from(Array.from({ length }, (_, index) => (first + index) % 256))
  }),
})

const sequences = fc.array(frames, { maxLength: 12 })

/** What a frame says, its mask aside. */
function saying(unit: Unit): object {
  const { opcode, fin, masked, payload } = unit as FrameUnit
  return { opcode, fin, masked, payload: payload.toString('base64') }
}

test('any frames in any chunks: the same frames, their bytes as they came', () => {
  fc.assert(
    fc.property(sequences, cuts, (sequence, sizes) => {
      const written = sequence.map(writeFrame)
      const splitter = new FrameSplitter()
      const units = split(splitter, chunksOf(Buffer.concat(written), sizes))
      expect(units.map(saying)).toEqual(
        sequence.map(frame => ({ ...frame, payload: frame.payload.toString('base64') })),
      )
      expect(units.map(unit => unit.bytes.toString('base64'))).toEqual(written.map(one => one.toString('base64')))
      expect(splitter.rest().length).toBe(0)
    }),
    { numRuns: 150 },
  )
})

test('byte by byte it is the same as at once', () => {
  const stream = Buffer.concat([
    writeFrame({ opcode: OPCODE.text, payload: Buffer.from('hello'), masked: true }),
    writeFrame({ opcode: OPCODE.binary, payload: Buffer.alloc(300, 7), masked: false, fin: false }),
    writeFrame({ opcode: OPCODE.continuation, payload: Buffer.alloc(0), masked: true }),
  ])
  const single = split(new FrameSplitter(), chunksOf(stream, [1]))
  expect(single.map(saying)).toEqual(new FrameSplitter().push(stream).map(saying))
  expect(single.length).toBe(3)
})

test('control frames are told apart from those of messages', () => {
  const kinds = Object.entries(OPCODE).map(([name, opcode]) => {
    return [name, readFrame(writeFrame({ opcode, payload: Buffer.from('x'), masked: true })).kind]
  })
  expect(Object.fromEntries(kinds)).toEqual({
    continuation: 'frame',
    text: 'frame',
    binary: 'frame',
    close: 'control',
    ping: 'control',
    pong: 'control',
  })
})

test('a frame over the limit comes in parts, and the frames behind it are found', () => {
  fc.assert(
    fc.property(sequences, cuts, fc.integer({ min: 20, max: 200 }), (sequence, sizes, limit) => {
      const written = sequence.map(writeFrame)
      const units = split(new FrameSplitter(limit), chunksOf(Buffer.concat(written), sizes))
      expect(bytesOf(units)).toEqual(Buffer.concat(written))
      const whole = units.filter(unit => unit.kind !== 'part')
      expect(whole.map(unit => unit.bytes.length)).toEqual(
        written.map(one => one.length).filter(length => length <= limit),
      )
    }),
    { numRuns: 150 },
  )
})

test('a frame of exactly the limit is whole, one byte more is not', () => {
  const frame = writeFrame({ opcode: OPCODE.text, payload: Buffer.alloc(50), masked: true })
  expect(new FrameSplitter(frame.length).push(frame)).toMatchObject([{ kind: 'frame' }])
  expect(new FrameSplitter(frame.length - 1).push(frame)).toEqual([{ kind: 'part', bytes: frame }])
})

test('what is there of a broken frame is the rest', () => {
  const frame = writeFrame({ opcode: OPCODE.text, payload: Buffer.from('broken off'), masked: true })
  for (let length = 0; length < frame.length; length += 1) {
    const splitter = new FrameSplitter()
    expect(splitter.push(frame.subarray(0, length))).toEqual([])
    expect(splitter.rest()).toEqual(frame.subarray(0, length))
  }
})

test('the same payload is masked anew each time, and reads the same', () => {
  const write = () => writeFrame({ opcode: OPCODE.text, payload: Buffer.from('the same payload'), masked: true })
  const [first, second] = [write(), write()]
  expect(first).not.toEqual(second)
  expect(readFrame(first).payload).toEqual(readFrame(second).payload)
})
