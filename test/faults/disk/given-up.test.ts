import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { allKept, Disk } from './support/disk.ts'
import { examine } from './support/examine.ts'
import { newFolder } from './support/folder.ts'
import { UNCUT } from './support/plants.ts'
import { Seeded } from './support/random.ts'
import { type Change, changesIn, type Recorded } from './support/recording.ts'
import { Served } from './support/served.ts'
import { finished, recorded } from './support/strace.ts'
import { until } from './support/until.ts'
import { Writers } from './support/writers.ts'

const LOG_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const FRAME_BYTES = FRAME_HEADER_BYTES + 4_096
const SECTOR_BYTES = 512
/** More frames than the messages of a test need. */
const LARGE = 4_000
const TORN = 2

let folder: ReturnType<typeof newFolder>
beforeEach(() => {
  folder = newFolder()
})
afterEach(() => folder.remove())

const root = () => join(folder.path, 'disk')
const dataDir = () => join(root(), 'data')
const database = () => join(dataDir(), 'holdfast.db')
const wal = () => `${database()}-wal`

/** What a server leaves that was killed before the last frame of a large commit: all other frames of it are in the log. */
async function killedInLargeCommit() {
  const server = await Served.start({ dataDir: dataDir() })
  await server.kill()
  const kept = readFileSync(database())
  const connection = new DatabaseSync(database())
  connection.exec('PRAGMA wal_autocheckpoint = 0')
  connection.exec(`CREATE TABLE large AS WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${LARGE})
    SELECT zeroblob(3900) AS bytes, i FROM n`)
  const log = readFileSync(wal())
  connection.close()
  rmSync(`${database()}-shm`, { force: true })
  writeFileSync(database(), kept)
  writeFileSync(wal(), log.subarray(0, log.length - FRAME_BYTES))
}

/** The folder as changes that make it: all of it is on the disk. */
function asItLies(): readonly Change[] {
  const files = [database(), wal()].map(path => ({ path, data: readFileSync(path) }))
  return [
    { kind: 'folder.made', path: dataDir() },
    ...files.flatMap(({ path, data }): Change[] => [
      { kind: 'file.made', path },
      { kind: 'written', path, offset: 0, data },
      { kind: 'synced', path, isDone: true },
    ]),
    { kind: 'synced', path: dataDir(), isDone: true },
    { kind: 'synced', path: root(), isDone: true },
  ]
}

/** Whether the frame at this offset has its mark of a commit in one sector and its checksum in the next. */
function isInTwoSectors(offset: number): boolean {
  const inSector = offset % SECTOR_BYTES
  return inSector + 8 <= SECTOR_BYTES && inSector + 16 >= SECTOR_BYTES
}

function endsCommitInTwoSectors({ change }: Recorded): boolean {
  if (change.kind !== 'written' || change.path !== wal() || change.data.length !== FRAME_HEADER_BYTES) return false
  return change.data.readUInt32BE(4) !== 0 && isInTwoSectors(change.offset)
}

/** How many frames of the log as it is now end a commit so. The frames that were given up end none. */
function endsInTwoSectors(): number {
  const log = readFileSync(wal())
  let count = 0
  for (let at = LOG_HEADER_BYTES; at + FRAME_BYTES <= log.length; at += FRAME_BYTES) {
    if (isInTwoSectors(at) && log.readUInt32BE(at + 4) !== 0) count++
  }
  return count
}

it.each([
  ['cuts off', []],
  ['writes over', [UNCUT]],
] as const)(
  'a server killed in a large commit, and the next one, which %s what is left of it: when the power tears the end of a commit, nothing is lost and the log is not taken for damaged',
  async (_, planted) => {
    mkdirSync(root())
    await killedInLargeCommit()
    const found = asItLies()
    const trace = join(folder.path, 'trace')
    const server = await Served.start({ dataDir: dataDir(), follow: recorded(trace), planted })
    const writers = await Writers.at(server.url)
    writers.begin()
    await until('commits that end in two sectors', () => endsInTwoSectors() >= TORN)
    await server.kill()
    writers.leave()

    const disk = new Disk(root())
    for (const change of found) disk.apply(change)
    let torn = 0
    for (const recording of changesIn(finished(trace) ?? [], root())) {
      const { change, atMs } = recording
      if (change.kind === 'written' && endsCommitInTwoSectors(recording)) {
        const inFirst = SECTOR_BYTES - (change.offset % SECTOR_BYTES)
        disk.apply({ ...change, data: change.data.subarray(0, inFirst) })
        const image = join(folder.path, `image-${torn++}`)
        disk.restore(image, allKept, new Seeded(1))
        expect(await examine(join(image, 'data'), writers.storyAt(atMs))).toEqual({ lost: [], wrong: [] })
      }
      disk.apply(change)
    }
    expect(torn).toBeGreaterThanOrEqual(TORN)
  },
)
