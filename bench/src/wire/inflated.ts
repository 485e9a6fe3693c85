import { constants, inflateRawSync } from 'node:zlib'

/** What the compressor leaves out at the end of each message (RFC 7692 §7.2.2). */
const ENDING = Buffer.from([0x00, 0x00, 0xff, 0xff])
/** A server that compresses once for all sends the same bytes to every reader: this many of the last ones are remembered. */
const REMEMBERED = 8

interface Pair {
  readonly deflated: Buffer
  readonly payload: Buffer
}
const last: Pair[] = []
let turn = 0

/**
 * The payload of a message under permessage-deflate without context takeover. What some other reader has had is not inflated again, or the
 * generator would do a thousand times what the server does once.
 */
export function inflated(deflated: Buffer): Buffer {
  const known = last.find(pair => pair.deflated.equals(deflated))
  if (known !== undefined) return known.payload
  const whole = Buffer.concat([deflated, ENDING])
  const payload = inflateRawSync(whole, { finishFlush: constants.Z_SYNC_FLUSH })
  last[turn++ % REMEMBERED] = { deflated: Buffer.from(deflated), payload }
  return payload
}
