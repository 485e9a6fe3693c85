import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { endianness } from 'node:os'

const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
/** What a frame's checksum covers of its header: the page's number and, in a commit's last frame, the database's size. */
const FRAME_SUMMED_BYTES = 8
const MAGIC_LITTLE_ENDIAN = 0x377f0682
const MAGIC_BIG_ENDIAN = 0x377f0683
const LEAST_PAGE_BYTES = 512
const MOST_PAGE_BYTES = 65_536

/** Where a write-ahead log stops being what was written. */
export interface WalDamage {
  /** Up to here it is whole. */
  readonly offset: number
}

type Sum = readonly [number, number]

interface Frame {
  readonly isCommit: boolean
  /** Names the time since the log was last begun anew: frames of an earlier one may stand behind. */
  readonly salt: string
  /** The checksum that stands in the frame; with it the next frame's begins. */
  readonly sum: Sum
  /** Whether the frame is what was written behind the one before it, by that one's `sum` as it stands. */
  readonly follows: boolean
}

/**
 * Finds damage in a write-ahead log that SQLite would take for its end.
 *
 * SQLite reads the log up to the first frame whose checksum is wrong and forgets the rest without a word: that is how it
 * finds the end of what a crash interrupted. A frame that rots in the middle would so take every later commit with it,
 * each of them acknowledged. It is told from an interrupted end by what is behind it: a frame is appended to a commit only
 * after that commit was synced (`synchronous=FULL`), and a frame's checksum begins with that of the frame before. So where
 * a frame follows on a commit, all up to that commit was on the disk, and a bad frame among it is no interrupted write.
 *
 * Damage in the last commit of the log looks like an interrupted write and cannot be found.
 *
 * @returns null when there is none to be found, also when there is no such file.
 */
export function findWalDamage(file: string): WalDamage | null {
  const log = openLog(file)
  if (log === null) return null
  try {
    return damageIn(log)
  } finally {
    closeSync(log.descriptor)
  }
}

interface Log {
  readonly descriptor: number
  readonly pageBytes: number
  readonly isLittleEndian: boolean
  readonly frames: number
  /** Null when the header itself is not what was written: SQLite takes the log for empty. */
  readonly start: { readonly salt: string; readonly sum: Sum } | null
}

function damageIn(log: Log): WalDamage | null {
  let before: Frame | null = null
  let whole: number | null = log.start === null ? 0 : null
  for (let index = 0; index < log.frames; index++) {
    const frame = readFrame(log, index, before?.sum ?? log.start?.sum ?? [0, 0])
    const salt: string | undefined = log.start?.salt ?? before?.salt
    const isNext = frame.follows && frame.salt === salt
    if (whole === null && !isNext) whole = HEADER_BYTES + index * frameBytes(log)
    if (whole !== null && isNext && before?.isCommit === true && before.salt === salt) return { offset: whole }
    before = frame
  }
  return null
}

function openLog(file: string): Log | null {
  const descriptor = openIfThere(file)
  if (descriptor === null) return null
  const header = Buffer.alloc(HEADER_BYTES)
  readSync(descriptor, header, 0, HEADER_BYTES, 0)
  const magic = header.readUInt32BE(0)
  const toldLittle = magic === MAGIC_LITTLE_ENDIAN
  const sum = sumOf(header.subarray(0, HEADER_BYTES - 8), [0, 0], toldLittle)
  const isWhole = (toldLittle || magic === MAGIC_BIG_ENDIAN) && equal(sum, sumAt(header, HEADER_BYTES - 8))
  const pageBytes = isWhole ? header.readUInt32BE(8) : guessedPageBytes(header.readUInt32BE(8))
  const frames = Math.floor((fstatSync(descriptor).size - HEADER_BYTES) / (FRAME_HEADER_BYTES + pageBytes))
  const start = isWhole ? { salt: header.toString('latin1', 16, 24), sum } : null
  // What is written by this machine is summed as its words lie in memory.
  return { descriptor, pageBytes, isLittleEndian: isWhole ? toldLittle : endianness() === 'LE', frames, start }
}

/** Of a header that is damaged: its own word if it can be one, else what this store's databases have. */
function guessedPageBytes(told: number): number {
  const isPowerOfTwo = (told & (told - 1)) === 0
  return isPowerOfTwo && told >= LEAST_PAGE_BYTES && told <= MOST_PAGE_BYTES ? told : 4_096
}

function readFrame(log: Log, index: number, before: Sum): Frame {
  const bytes = Buffer.alloc(frameBytes(log))
  readSync(log.descriptor, bytes, 0, bytes.length, HEADER_BYTES + index * bytes.length)
  const headSum = sumOf(bytes.subarray(0, FRAME_SUMMED_BYTES), before, log.isLittleEndian)
  const sum = sumAt(bytes, FRAME_HEADER_BYTES - 8)
  return {
    isCommit: bytes.readUInt32BE(4) !== 0,
    salt: bytes.toString('latin1', 8, 16),
    sum,
    follows: equal(sumOf(bytes.subarray(FRAME_HEADER_BYTES), headSum, log.isLittleEndian), sum),
  }
}

function frameBytes({ pageBytes }: Log): number {
  return FRAME_HEADER_BYTES + pageBytes
}

/** The checksum of https://www.sqlite.org/fileformat2.html#checksum_algorithm. */
function sumOf(bytes: Buffer, [first, second]: Sum, isLittleEndian: boolean): Sum {
  const words = new Uint32Array(bytes.length / 4)
  const copy = Buffer.from(words.buffer)
  bytes.copy(copy)
  if (isLittleEndian !== (endianness() === 'LE')) copy.swap32()
  let a = first
  let b = second
  for (let i = 0; i < words.length; i += 2) {
    a = (a + (words[i] ?? 0) + b) >>> 0
    b = (b + (words[i + 1] ?? 0) + a) >>> 0
  }
  return [a, b]
}

function sumAt(bytes: Buffer, offset: number): Sum {
  return [bytes.readUInt32BE(offset), bytes.readUInt32BE(offset + 4)]
}

function equal(one: Sum, other: Sum): boolean {
  return one[0] === other[0] && one[1] === other[1]
}

function openIfThere(file: string): number | null {
  try {
    return openSync(file, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
