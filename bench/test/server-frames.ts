import { constants, deflateRawSync } from 'node:zlib'

/** A server's text frame: not masked. */
export function serverFrame(text: string | Buffer, opcode = 0x1): Buffer {
  const payload = typeof text === 'string' ? Buffer.from(text) : text
  const { length } = payload
  if (length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, length]), payload])
  if (length <= 0xffff) return Buffer.concat([Buffer.from([0x80 | opcode, 126, length >> 8, length & 0xff]), payload])
  const header = Buffer.alloc(10)
  header[0] = 0x80 | opcode
  header[1] = 127
  header.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([header, payload])
}

/** A server's text frame under permessage-deflate, nothing kept from the last one. */
export function deflatedFrame(text: string): Buffer {
  const deflated = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH })
  // The compressor's last four bytes are left out.
  return serverFrame(deflated.subarray(0, -4), 0x41)
}

/** Messages of a room as Holdfast tells them in one frame, with these numbers; the first event has `seq`. */
export function eventsFrame(seq: number, numbers: readonly number[]): string {
  const events = numbers.map((n, i) => ({
    seq: seq + i,
    kind: 'message.created',
    at: 1,
    by: 'writer',
    message: { id: 'id', seq: seq + i, roomId: 'room', clientId: `m-${n}`, type: 'text', content: `message ${n}` },
  }))
  return JSON.stringify({ type: 'message.event', roomId: 'room', events })
}
