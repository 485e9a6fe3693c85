/** What the stamper needs of the platform: wall time, and bytes that nobody can guess. */
export interface StampSource {
  readonly clock: { wallMs(): number }
  readonly random: { bytes(count: number): Uint8Array }
}

/** Random bytes are drawn in blocks: one call for many ids. */
const RANDOM_BLOCK = 4_096
/** The random end of a message id: 42 bits, in six bytes. */
const ID_RANDOM_BYTES = 6
/** Bits of seq in a message id. A room that has had 2^32 events would repeat them, and its ids would no longer sort. */
const SEQ_BITS = 32
const SEQ_SPAN = 2 ** SEQ_BITS
/** Numbers below 16 and below 256 in hex, of one digit and of two. */
const NIBBLES = Array.from({ length: 16 }, (_, n) => n.toString(16))
const BYTES = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'))

/**
 * Stamps that follow order (contract §2.9), whatever the clock does.
 *
 * It is a hybrid logical clock whose logical half is the room's own row: `at` is the wall time, but never less than the
 * room's last stamp, and within one millisecond it is `seq` that counts. So it needs no memory of its own, and a
 * restart, a clock set back or another node changes nothing.
 *
 * A message id is a UUIDv7 (RFC 9562, §6.2 method 1): 48 bits of `at`, 32 bits of `seq` as the counter, 42 random bits.
 * Both first parts only grow within a room, so ids sort as seqs do; and an id tells the seq of its message, so that
 * finding a message by its id takes the same index as finding it by seq.
 */
export class Stamper {
  readonly #source: StampSource
  #block: Uint8Array = new Uint8Array(0)
  #used = 0
  /** The beginning of ids, of this moment. */
  #prefix = ''
  #prefixedAt = -1

  constructor(source: StampSource) {
    this.#source = source
  }

  /** Wall time: what bans, mutes and slow mode are measured by. */
  now(): number {
    return Math.floor(this.#source.clock.wallMs())
  }

  /** The stamp of a room's next event, after one of `lastAt`. */
  at(lastAt: number): number {
    return Math.max(this.now(), lastAt)
  }

  /** The id of the message that is created at `at` as event `seq`. Every message pays for it: no list is made, nothing padded but once a millisecond. */
  messageId(at: number, seq: number): string {
    if (at !== this.#prefixedAt) {
      const time = at.toString(16).padStart(12, '0').slice(-12)
      this.#prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`
      this.#prefixedAt = at
    }
    const counter = seq % SEQ_SPAN
    const high = Math.floor(counter / 2 ** 20)
    const low = counter % 2 ** 20
    const random = this.#take(ID_RANDOM_BYTES)
    const variant = 0x8000 | (low >>> 6)
    const rest = ((low & 0x3f) << 2) | ((random[0] ?? 0) & 0b11)
    const middle = `${NIBBLES[high >>> 8]}${BYTES[high & 0xff]}-${BYTES[variant >>> 8]}${BYTES[variant & 0xff]}`
    return `${this.#prefix}${middle}-${BYTES[rest]}${hex(random, 1)}`
  }

  /** A name for a new incarnation of a room's log: 72 bits that nobody can guess. */
  epoch(): string {
    return hex(this.#take(9))
  }

  #take(count: number): Uint8Array {
    if (this.#used + count > this.#block.length) {
      this.#block = this.#source.random.bytes(RANDOM_BLOCK)
      this.#used = 0
    }
    const bytes = this.#block.subarray(this.#used, this.#used + count)
    this.#used += count
    return bytes
  }
}

const MESSAGE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** The seq (its low 32 bits) of the message that has this id, or null when no message can have it. */
export function seqOfMessageId(id: string): number | null {
  if (!MESSAGE_ID.test(id)) return null
  const high = Number.parseInt(id.slice(15, 18), 16)
  const middle = Number.parseInt(id.slice(19, 23), 16) & 0x3fff
  const low = Number.parseInt(id.slice(24, 26), 16) >> 2
  return high * 2 ** 20 + middle * 2 ** 6 + low
}

function hex(bytes: Uint8Array, from = 0): string {
  let text = ''
  for (let i = from; i < bytes.length; i++) text += BYTES[bytes[i] ?? 0]
  return text
}
