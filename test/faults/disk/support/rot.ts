import type { Seeded } from './random.ts'

const PAGE_BYTES = 4_096
const SECTOR_BYTES = 512

/** A way in which a disk gives back what was not written. Returns where, for the name of what it did. */
export type Rot = (bytes: Buffer, random: Seeded) => string

/** One bit is another. */
export const flippedBit: Rot = (bytes, random) => {
  const at = random.below(bytes.length)
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at)
  return `a bit of byte ${at}`
}

/** A sector is anything. */
export const scrambledSector: Rot = (bytes, random) => {
  const at = random.below(Math.floor(bytes.length / SECTOR_BYTES)) * SECTOR_BYTES
  for (let i = 0; i < SECTOR_BYTES; i++) bytes.writeUInt8(random.below(256), at + i)
  return `the sector at ${at}`
}

/** A page was never written, or is gone. */
export const emptyPage: Rot = (bytes, random) => {
  const page = random.below(Math.floor(bytes.length / PAGE_BYTES))
  bytes.fill(0, page * PAGE_BYTES, (page + 1) * PAGE_BYTES)
  return `page ${page}, which is zeros`
}

/** A page was written to the place of another. */
export const misplacedPage: Rot = (bytes, random) => {
  const pages = Math.floor(bytes.length / PAGE_BYTES)
  const [from, to] = [random.below(pages), random.below(pages)]
  bytes.copy(bytes, to * PAGE_BYTES, from * PAGE_BYTES, (from + 1) * PAGE_BYTES)
  return `page ${to}, which is page ${from}`
}
