const FIN_AND_TEXT = 0x81
const FIN_AND_PONG = 0x8a
const MASKED = 0x80
const LENGTH_16 = 126
const LENGTH_64 = 127
const MASK_BYTES = 4

/**
 * `text` as one WebSocket frame of a client (RFC 6455 §5.2). A client must mask, and a mask of zeros is a mask: the server does
 * its work on it, the generator has none.
 */
export function clientFrame(text: string): Buffer {
  return framed(FIN_AND_TEXT, Buffer.from(text))
}

/** The answer to a server's ping, with what it carried. */
export function pongFrame(payload: Buffer): Buffer {
  return framed(FIN_AND_PONG, payload)
}

function framed(first: number, payload: Buffer): Buffer {
  const { length } = payload
  const header = length < LENGTH_16 ? 2 : length <= 0xffff ? 4 : 10
  const frame = Buffer.allocUnsafe(header + MASK_BYTES + length)
  frame[0] = first
  if (header === 2) frame[1] = MASKED | length
  else if (header === 4) {
    frame[1] = MASKED | LENGTH_16
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = MASKED | LENGTH_64
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.fill(0, header, header + MASK_BYTES)
  payload.copy(frame, header + MASK_BYTES)
  return frame
}
