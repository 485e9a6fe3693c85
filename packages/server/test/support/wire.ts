/** WebSocket frames as bytes, as a client sends them, right and wrong ones (RFC 6455 §5.2). */

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** What may be wrong with a frame, or unusual. */
export interface FrameShape {
  readonly opcode: number
  readonly payload?: string | Uint8Array
  /** Default true. */
  readonly fin?: boolean
  /** The three reserved bits as a number, default 0. */
  readonly rsv?: number
  /** Default: any. Null: the frame is not masked. */
  readonly mask?: readonly [number, number, number, number] | null
  /** The length that the head gives. Default: that of the payload. */
  readonly length?: number | bigint
}

const MASK = [0x12, 0xa4, 0x55, 0xe9] as const

/** One frame as a client sends it. */
export function clientFrame({ opcode, payload = '', fin = true, rsv = 0, mask = MASK, length }: FrameShape): Buffer {
  const body = Buffer.from(payload as Uint8Array)
  const masked = mask === null ? body : body.map((byte, i) => byte ^ (mask[i % 4] ?? 0))
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode
  return Buffer.concat([
    Buffer.from([first]),
    lengthField(length ?? body.length, mask !== null),
    Buffer.from(mask ?? []),
    masked,
  ])
}

function lengthField(length: number | bigint, isMasked: boolean): Buffer {
  const bit = isMasked ? 0x80 : 0
  if (length < 126) return Buffer.from([bit | Number(length)])
  const field = Buffer.alloc(length <= 0xffff ? 3 : 9)
  field[0] = bit | (length <= 0xffff ? 126 : 127)
  if (length <= 0xffff) field.writeUInt16BE(Number(length), 1)
  else field.writeBigUInt64BE(BigInt(length), 1)
  return field
}

/** The payload of a close frame. */
export function closePayload(code: number, reason: string | Uint8Array = ''): Buffer {
  const payload = Buffer.alloc(2)
  payload.writeUInt16BE(code)
  return Buffer.concat([payload, Buffer.from(reason as Uint8Array)])
}

/** A text message in so many fragments of about the same size. */
export function fragments(payload: string | Uint8Array, count: number): Buffer[] {
  const bytes = Buffer.from(payload as Uint8Array)
  const size = Math.ceil(bytes.length / count)
  return Array.from({ length: count }, (_, i) =>
    clientFrame({
      opcode: i === 0 ? OPCODE.text : OPCODE.continuation,
      payload: bytes.subarray(i * size, (i + 1) * size),
      fin: i === count - 1,
    }),
  )
}

/** Bytes in pieces of so many. */
export function chopped(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
}
