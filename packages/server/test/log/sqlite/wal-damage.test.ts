import { cpSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findWalDamage } from '../../../src/log/sqlite/wal-damage.ts'
import { newFolder } from '../folders.ts'
import { ann, done } from '../kit.ts'
import { openWatched } from './open-harness.ts'

const HEADER_BYTES = 32
const FRAME_BYTES = 24 + 4_096
const MESSAGES = 12

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
    expect(findWalDamage(wal)).toBeNull()
    expect(findWalDamage(join(folder.path, 'none-wal'))).toBeNull()
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
        expect(findWalDamage(wal), `frame ${frame}`).toEqual({ offset: offsetOf(frame) })
        await expect(openWatched(image)).rejects.toThrow(
          `unable to open the database ${join(image, 'holdfast.db')}; its log ${wal} is damaged, and acknowledged messages behind the damage cannot be read: restore a backup, or cut that file to ${offsetOf(frame)} bytes to go on without them`,
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
        expect(findWalDamage(wal), `byte ${at}, bit ${bit}`).toEqual({ offset: 0 })
        writeFileSync(wal, bytes)
      }
    }
  })

  it('[W4] cut where it says, it is read up to there', async () => {
    const end = commits().at(-4) ?? 0
    flip(offsetOf(end + 1) + 100)
    const damage = findWalDamage(wal)
    truncateSync(wal, damage?.offset ?? 0)
    expect((await seqsServed()).length).toBe(2 + MESSAGES - 3)
  })

  it('[W5] an interrupted last commit is no damage, whatever of it is there', async () => {
    const [before = 0, last = 0] = commits().slice(-2)
    for (let frame = before + 1; frame <= last; frame++) {
      const bytes = readFileSync(wal)
      change(all => all.fill(0, offsetOf(frame) + 512, offsetOf(frame + 1)))
      expect(findWalDamage(wal)).toBeNull()
      writeFileSync(wal, bytes.subarray(0, offsetOf(frame) + 100))
      expect(findWalDamage(wal)).toBeNull()
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
    expect(findWalDamage(file)).toBeNull()
  })

  it('[W7] too short for a frame or for its header, it is empty', () => {
    for (const length of [FRAME_BYTES, HEADER_BYTES, 20, 0]) {
      truncateSync(wal, length)
      expect(findWalDamage(wal)).toBeNull()
      expect(statSync(wal).size).toBe(length)
    }
  })
})
