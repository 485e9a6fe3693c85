/** A server's text frame: not masked. */
export function serverFrame(text: string, opcode = 0x1): Buffer {
  const payload = Buffer.from(text)
  const { length } = payload
  if (length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, length]), payload])
  if (length <= 0xffff) return Buffer.concat([Buffer.from([0x80 | opcode, 126, length >> 8, length & 0xff]), payload])
  const header = Buffer.alloc(10)
  header[0] = 0x80 | opcode
  header[1] = 127
  header.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([header, payload])
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
