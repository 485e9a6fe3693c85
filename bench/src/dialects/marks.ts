import { MARK } from './dialect.ts'

const ZERO = 0x30
const NINE = 0x39
const SEQ = Buffer.from('"seq":')

/** Calls `each` with the number of every message in the payload, in their order there; gives how many there were. */
export function eachMark(payload: Buffer, each: (n: number) => void): number {
  let count = 0
  for (let at = payload.indexOf(MARK); at >= 0; at = payload.indexOf(MARK, at)) {
    at += MARK.length
    each(digits(payload, at))
    count++
  }
  return count
}

/** The first and the last `seq` in a frame of events, by its edges: those of the first and of the last event. */
export function seqRange(head: Buffer, tail: Buffer): { readonly first: number; readonly last: number } {
  const first = head.indexOf(SEQ)
  const last = tail.lastIndexOf(SEQ)
  if (first < 0 || last < 0) throw new Error('unable to count; a frame of events shows no seq at its edges')
  return { first: digits(head, first + SEQ.length), last: digits(tail, last + SEQ.length) }
}

/** The decimal number that begins at `at`. */
function digits(bytes: Buffer, at: number): number {
  let value = 0
  for (let i = at; i < bytes.length; i++) {
    const digit = bytes[i] ?? 0
    if (digit < ZERO || digit > NINE) break
    value = value * 10 + digit - ZERO
  }
  return value
}
