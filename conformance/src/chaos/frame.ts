import { randomBytes } from 'node:crypto'
import type { FrameUnit } from './unit.ts'

/** RFC 6455 §5.2: opcodes from here on are control frames. */
const FIRST_CONTROL = 0x8

/** RFC 6455 §5.2. */
export const OPCODE = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const

/** The most bytes a header has: two, eight of length, four of mask. */
export const MAX_HEADER_BYTES = 14

const MASK_BYTES = 4

interface Header {
  /** Bytes of the header, its mask included. */
  readonly headerBytes: number
  readonly payloadBytes: number
}

/** The sizes that a frame's first bytes tell; `undefined` when they do not reach to the end of its length. */
export function headerOf(bytes: Buffer): Header | undefined {
  const second = bytes[1]
  if (second === undefined) return undefined
  const mask = second & 0x80 ? MASK_BYTES : 0
  const short = second & 0x7f
  if (short < 126) return { headerBytes: 2 + mask, payloadBytes: short }
  if (short === 126) {
    return bytes.length < 4 ? undefined : { headerBytes: 4 + mask, payloadBytes: bytes.readUInt16BE(2) }
  }
  return bytes.length < 10 ? undefined : { headerBytes: 10 + mask, payloadBytes: Number(bytes.readBigUInt64BE(2)) }
}

/** Reads a whole frame. */
export function readFrame(bytes: Buffer): FrameUnit {
  const [first = 0, second = 0] = bytes
  const { headerBytes } = headerOf(bytes) ?? { headerBytes: 0 }
  const opcode = first & 0x0f
  const masked = (second & 0x80) !== 0
  const body = bytes.subarray(headerBytes)
  return {
    kind: opcode >= FIRST_CONTROL ? 'control' : 'frame',
    bytes,
    fin: (first & 0x80) !== 0,
    opcode,
    masked,
    // Most frames go by without anybody asking what they say.
    get payload() {
      return masked ? withMask(body, bytes.subarray(headerBytes - MASK_BYTES, headerBytes)) : body
    },
  }
}

/** What a frame is written from. */
export interface FrameParts {
  readonly opcode: number
  readonly payload: Buffer
  /** Default true. */
  readonly fin?: boolean
  /** As frames of a client have to be, under a fresh mask. */
  readonly masked: boolean
}

/** The bytes of a frame, its length in the shortest form. */
export function writeFrame({ opcode, payload, fin = true, masked }: FrameParts): Buffer {
  const size = lengthBytes(payload.length)
  size[0] = (size[0] ?? 0) | (masked ? 0x80 : 0)
  const first = Buffer.from([(fin ? 0x80 : 0) | opcode])
  if (!masked) return Buffer.concat([first, size, payload])
  const mask = randomBytes(MASK_BYTES)
  return Buffer.concat([first, size, mask, withMask(payload, mask)])
}

function lengthBytes(length: number): Buffer {
  if (length < 126) return Buffer.from([length])
  const long = length > 0xffff
  const bytes = Buffer.alloc(long ? 9 : 3)
  bytes[0] = long ? 127 : 126
  if (long) bytes.writeBigUInt64BE(BigInt(length), 1)
  else bytes.writeUInt16BE(length, 1)
  return bytes
}

/** Masks what is plain, and makes plain what is masked. */
function withMask(bytes: Buffer, mask: Buffer): Buffer {
  const other = Buffer.from(bytes)
  for (let index = 0; index < other.length; index += 1) {
    other[index] = (other[index] ?? 0) ^ (mask[index % MASK_BYTES] ?? 0)
  }
  return other
}
