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
const CHUNK_BYTES = 1024 * 1024

/** What stands in a write-ahead log. */
export interface WalSurvey {
  /** The length of its file. */
  readonly bytes: number
  /** Where its last whole commit ends: SQLite goes on from there. 0 when it holds none. */
  readonly committedBytes: number
  /** Up to here it is whole, and behind it are commits that SQLite would forget; null when no such damage is found. */
  readonly damagedAt: number | null
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
 * Reads a write-ahead log as SQLite will, and finds damage in it that SQLite would take for its end.
 *
 * SQLite reads the log up to the first frame whose checksum is wrong and forgets the rest without a word: that is how it
 * finds the end of what a crash interrupted. A frame that rots in the middle would so take every later commit with it,
 * each of them acknowledged. It is told from an interrupted end by what is behind it: a frame is appended to a commit only
 * after that commit was synced (`synchronous=FULL`), and a frame's checksum begins with that of the frame before. So where
 * a frame follows on a commit, all up to that commit was on the disk, and a bad frame among it is no interrupted write.
 *
 * The commit must be whole itself. Behind the end may stand frames of a transaction that was given up, and a commit
 * written over them that the power interrupted between two sectors can have its mark and the sum of the frame that was
 * there: what follows on that sum is no proof.
 *
 * Damage in the last commit of the log looks like an interrupted write and cannot be found; nor is it when it spoils the
 * end of the commit before.
 *
 * @returns null when there is no such file.
 */
export function surveyWal(file: string): WalSurvey | null {
  const log = openLog(file)
  if (log === null) return null
  try {
    return surveyOf(log)
  } finally {
    closeSync(log.descriptor)
  }
}

interface Log {
  readonly descriptor: number
  readonly bytes: number
  readonly pageBytes: number
  readonly isLittleEndian: boolean
  readonly frames: number
  /** Null when the header itself is not what was written: SQLite takes the log for empty. */
  readonly start: { readonly salt: string; readonly sum: Sum } | null
}

function surveyOf(log: Log): WalSurvey {
  const { bytes, start } = log
  let before: Frame | null = null
  let whole: number | null = start === null ? 0 : null
  let committedBytes = 0
  let offset = HEADER_BYTES
  for (const frameAsWritten of framesOf(log)) {
    const frame = frameIn(frameAsWritten, before?.sum ?? start?.sum ?? [0, 0], log.isLittleEndian)
    const salt: string | undefined = start?.salt ?? before?.salt
    const isNext = frame.follows && frame.salt === salt
    if (whole === null && !isNext) whole = offset
    const isBehindCommit = before?.isCommit === true && before.follows && before.salt === salt
    if (whole !== null && isNext && isBehindCommit) return { bytes, committedBytes, damagedAt: whole }
    offset += frameBytes(log)
    if (whole === null && frame.isCommit) committedBytes = offset
    before = frame
  }
  return { bytes, committedBytes, damagedAt: null }
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
  const bytes = fstatSync(descriptor).size
  const frames = Math.max(0, Math.floor((bytes - HEADER_BYTES) / (FRAME_HEADER_BYTES + pageBytes)))
  const start = isWhole ? { salt: header.toString('latin1', 16, 24), sum } : null
  // What is written by this machine is summed as its words lie in memory.
  const isLittleEndian = isWhole ? toldLittle : endianness() === 'LE'
  return { descriptor, bytes, pageBytes, isLittleEndian, frames, start }
}

/** Of a header that is damaged: its own word if it can be one, else what this store's databases have. */
function guessedPageBytes(told: number): number {
  const isPowerOfTwo = (told & (told - 1)) === 0
  return isPowerOfTwo && told >= LEAST_PAGE_BYTES && told <= MOST_PAGE_BYTES ? told : 4_096
}

/** The frames in their order, read many at a time. Each stands in a buffer that the next ones are read into. */
function* framesOf(log: Log): Generator<Buffer, void, void> {
  const each = frameBytes(log)
  const atATime = Math.max(1, Math.floor(CHUNK_BYTES / each))
  const chunk = Buffer.alloc(atATime * each)
  for (let index = 0; index < log.frames; index += atATime) {
    const count = Math.min(atATime, log.frames - index)
    readWhole(log.descriptor, chunk.subarray(0, count * each), HEADER_BYTES + index * each)
    for (let at = 0; at < count; at++) yield chunk.subarray(at * each, (at + 1) * each)
  }
}

function readWhole(descriptor: number, bytes: Buffer, offset: number): void {
  for (let done = 0; done < bytes.length; ) {
    const count = readSync(descriptor, bytes, done, bytes.length - done, offset + done)
    if (count === 0) throw new Error('its log became shorter while it was read')
    done += count
  }
}

function frameIn(bytes: Buffer, before: Sum, isLittleEndian: boolean): Frame {
  const headSum = sumOf(bytes.subarray(0, FRAME_SUMMED_BYTES), before, isLittleEndian)
  const sum = sumAt(bytes, FRAME_HEADER_BYTES - 8)
  return {
    isCommit: bytes.readUInt32BE(4) !== 0,
    salt: bytes.toString('latin1', 8, 16),
    sum,
    follows: equal(sumOf(bytes.subarray(FRAME_HEADER_BYTES), headSum, isLittleEndian), sum),
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
