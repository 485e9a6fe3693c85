import fc from 'fast-check'
import type { Splitter, Unit } from '../../src/chaos/unit.ts'

/** Where a stream is cut on its way: sizes of chunks, used over and over. */
export const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 })

/** The bytes in chunks of these sizes, again and again. */
export function chunksOf(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + (sizes[chunks.length % sizes.length] ?? 1)
    chunks.push(bytes.subarray(at, end))
    at = end
  }
  return chunks
}

/** The units of a stream that comes in these chunks. */
export function split(splitter: Splitter, chunks: readonly Buffer[]): Unit[] {
  return chunks.flatMap(chunk => splitter.push(chunk))
}

/** All bytes of the units. */
export function bytesOf(units: readonly Unit[]): Buffer {
  return Buffer.concat(units.map(unit => unit.bytes))
}
