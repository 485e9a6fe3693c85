import { cpSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSqlite } from '../../../src/log/sqlite/connection.ts'
import { makeDurable } from '../../../src/log/sqlite/durability.ts'
import { surveyWal } from '../../../src/log/sqlite/wal-damage.ts'
import { inheritWal } from '../../../src/log/sqlite/wal-inheritance.ts'
import { newFolder } from '../folders.ts'
import { ann, done } from '../kit.ts'
import { openWatched } from './open-harness.ts'

const HEADER_BYTES = 32
const FRAME_BYTES = 24 + 4_096
const SECTOR_BYTES = 512
const MESSAGES = 12

const damagedAt = (file: string) => surveyWal(file)?.damagedAt

describe('a write-ahead log that a server left behind:', () => {
  let folder: ReturnType<typeof newFolder>
  /** The files as a killed server leaves them, and the same for each case. */
  let image: string
  let wal: string

  beforeEach(async () => {
    folder = newFolder()
    image = join(folder.path, 'image')
    wal = join(image, 'holdfast.db-wal')
    const { h, log } = await openWatched(join(folder.path, 'live'))
    await h.create(ann, 'r')
    for (let i = 0; i < MESSAGES; i++) await done(h.send(ann, 'r', `message ${i}`))
    cpSync(join(folder.path, 'live'), image, { recursive: true })
    rmSync(join(image, 'holdfast.db-shm'))
    await log.close()
  })
  afterEach(() => folder.remove())

  /** The frames that end a commit, by their index. */
  const commits = () => {
    const bytes = readFileSync(wal)
    const frames = Math.floor((bytes.length - HEADER_BYTES) / FRAME_BYTES)
    return Array.from({ length: frames }, (_, i) => i).filter(i => bytes.readUInt32BE(offsetOf(i) + 4) !== 0)
  }
  const offsetOf = (frame: number) => HEADER_BYTES + frame * FRAME_BYTES
  const change = (alter: (bytes: Buffer) => void) => {
    const bytes = readFileSync(wal)
    alter(bytes)
    writeFileSync(wal, bytes)
  }
  const flip = (offset: number, bit = 4) => change(bytes => bytes.writeUInt8(bytes.readUInt8(offset) ^ bit, offset))
  const seqsServed = async () => {
    const { h, log } = await openWatched(image)
    const events = await h.events('r')
    await log.close()
    return events.map(event => event.seq)
  }

  it('[W1] is taken over whole when it is whole, and none is no damage', async () => {
    expect(damagedAt(wal)).toBeNull()
    expect(surveyWal(join(folder.path, 'none-wal'))).toBeNull()
    expect((await seqsServed()).length).toBe(2 + MESSAGES)
    expect(existsSync(wal), 'after a clean end there is none').toBe(false)
  })

  it.each([
    ['the number of its page', 0],
    ['the mark of a commit', 7],
    ['a salt', 9],
    ['its checksum', 17],
    ['its page', 24 + 2_000],
  ])(
    '[W2] with one bit of a frame in the middle wrong (%s) it is refused, in one line that says what to do',
    async (_, at) => {
      const ends = commits()
      for (const frame of [0, 5, ends[3] ?? 0, (ends.at(-3) ?? 0) + 1]) {
        const bytes = readFileSync(wal)
        flip(offsetOf(frame) + at)
        expect(damagedAt(wal), `frame ${frame}`).toBe(offsetOf(frame))
        await expect(openWatched(image)).rejects.toThrow(
          `unable to open the database ${join(image, 'holdfast.db')}; its log ${wal} is damaged at byte ${offsetOf(frame)}, and acknowledged messages behind the damage cannot be read: restore a backup, or at your own risk try a copy of the folder without that file`,
        )
        writeFileSync(wal, bytes)
      }
    },
  )

  it('[W3] with one bit of its header wrong it is refused, and not taken for empty', () => {
    const bytes = readFileSync(wal)
    for (let at = 0; at < HEADER_BYTES; at++) {
      for (const bit of [1, 4, 16]) {
        flip(at, bit)
        expect(damagedAt(wal), `byte ${at}, bit ${bit}`).toBe(0)
        writeFileSync(wal, bytes)
      }
    }
  })

  it('[W4] refused, all files are left as they are', async () => {
    flip(offsetOf((commits().at(-4) ?? 0) + 1) + 100)
    const files = ['holdfast.db', 'holdfast.db-wal'].map(name => join(image, name))
    const bytes = files.map(file => readFileSync(file))
    await expect(openWatched(image)).rejects.toThrow(/ is damaged at byte /)
    expect(files.map((file, i) => readFileSync(file).equals(bytes[i] ?? Buffer.of()))).toEqual([true, true])
  })

  it('[W5] an interrupted last commit is no damage, whatever of it is there', async () => {
    const [before = 0, last = 0] = commits().slice(-2)
    for (let frame = before + 1; frame <= last; frame++) {
      const bytes = readFileSync(wal)
      change(all => all.fill(0, offsetOf(frame) + 512, offsetOf(frame + 1)))
      expect(damagedAt(wal)).toBeNull()
      writeFileSync(wal, bytes.subarray(0, offsetOf(frame) + 100))
      expect(damagedAt(wal)).toBeNull()
      writeFileSync(wal, bytes)
    }
    truncateSync(wal, offsetOf(last) + 1_000)
    expect((await seqsServed()).length).toBe(2 + MESSAGES - 1)
  })

  it('[W6] frames of an earlier time that stand behind its end are no damage', async () => {
    const earlier = readFileSync(wal)
    const { h, log, watched } = await openWatched(image)
    watched.get('writer').pragma('wal_checkpoint(RESTART)')
    await done(h.send(ann, 'r', 'the log begins anew', { clientId: 'anew' }))
    const began = readFileSync(wal)
    await log.close()
    expect(began.length).toBe(earlier.length)
    expect(began.subarray(offsetOf(20)).equals(earlier.subarray(offsetOf(20)))).toBe(true)
    const file = join(folder.path, 'anew-wal')
    writeFileSync(file, began)
    expect(damagedAt(file)).toBeNull()
  })

  it('[W7] too short for a frame or for its header, it is empty', () => {
    for (const length of [FRAME_BYTES, HEADER_BYTES, 20, 0]) {
      truncateSync(wal, length)
      expect(damagedAt(wal)).toBeNull()
      expect(statSync(wal).size).toBe(length)
    }
  })

  /** The lengths that were told of as large. */
  const inherit = () => {
    const told: number[] = []
    inheritWal(join(image, 'holdfast.db'), bytes => told.push(bytes))
    return told
  }

  it('[W8] what stands behind its last whole commit is cut off before SQLite opens it, and no more', () => {
    const [before = 0, last = 0] = commits().slice(-2)
    const whole = readFileSync(wal)
    inherit()
    expect(readFileSync(wal).equals(whole)).toBe(true)
    truncateSync(wal, offsetOf(last) + 1_000)
    inherit()
    expect(readFileSync(wal).equals(whole.subarray(0, offsetOf(before + 1)))).toBe(true)
    truncateSync(wal, offsetOf(1))
    inherit()
    expect(statSync(wal).size, 'it holds no commit').toBe(0)
  })

  it('[W10] one that became far larger than it should have is told of, and cut to what is whole', () => {
    const { size } = statSync(wal)
    expect(inherit()).toEqual([])
    const large = 101 * 1024 * 1024
    truncateSync(wal, large)
    expect(inherit()).toEqual([large])
    expect(statSync(wal).size).toBe(size)
  })
})

describe('frames of a transaction that was given up, behind newer commits:', () => {
  let folder: ReturnType<typeof newFolder>
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => folder.remove())

  const database = () => join(folder.path, 'given-up.db')
  const wal = () => `${database()}-wal`

  async function opened() {
    const connection = (await loadSqlite())(database(), 'writer')
    makeDurable(connection)
    return connection
  }

  /** What the server leaves that was killed before the last frame of a large commit: the files, and the log as it would be. */
  async function killedInLargeCommit() {
    const connection = await opened()
    connection.exec('CREATE TABLE one (text TEXT); CREATE TABLE many (text TEXT); INSERT INTO one VALUES (1)')
    const kept = readFileSync(database())
    connection.exec(
      'WITH n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 200) INSERT INTO many SELECT hex(zeroblob(1900)) || i FROM n',
    )
    const log = readFileSync(wal())
    connection.close()
    writeFileSync(database(), kept)
    writeFileSync(wal(), log.subarray(0, log.length - FRAME_BYTES))
    return log
  }

  /** The log after the next server, which did not cut it, wrote commits over it until one ends with this frame. */
  async function writtenOverUpTo(frame: number): Promise<Buffer> {
    const connection = await opened()
    const end = HEADER_BYTES + (frame + 1) * FRAME_BYTES
    for (let i = 0; (surveyWal(wal())?.committedBytes ?? 0) < end; i++) {
      connection.exec(`UPDATE one SET text = 'commit ${i}'`)
    }
    const log = readFileSync(wal())
    connection.close()
    return log
  }

  // The header of these frames lies in two sectors: the mark of a commit in one, the checksum in the next.
  it.each([41, 62, 41 + 64])('[W9] a commit whose last frame (%i) the power tore is no damage', async frame => {
    const before = await killedInLargeCommit()
    const log = await writtenOverUpTo(frame)
    const start = HEADER_BYTES + frame * FRAME_BYTES
    const torn = Math.ceil(start / SECTOR_BYTES) * SECTOR_BYTES
    before.copy(log, torn, torn, start + FRAME_BYTES)
    writeFileSync(wal(), log)
    expect(log.length).toBeGreaterThan(start + 2 * FRAME_BYTES)
    expect(surveyWal(wal())).toEqual({ bytes: log.length, committedBytes: start, damagedAt: null })
  })
})
