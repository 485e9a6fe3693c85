import {
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { syncFoldersAbove } from '../../../src/log/sqlite/sync-folder.ts'
import { newFolder } from '../folders.ts'
import { ann, done } from '../kit.ts'
import { openWatched } from './open-harness.ts'

describe('the data folder:', () => {
  let folder: ReturnType<typeof newFolder>
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => folder.remove())

  /** A data folder in which the database is a link to a file elsewhere. */
  const linked = (target: string) => {
    const data = join(folder.path, 'linked')
    mkdirSync(data)
    symlinkSync(target, join(data, 'holdfast.db'))
    return data
  }

  it('[L1] the log of a killed server is looked at also when the database is a link', async () => {
    const live = join(folder.path, 'live')
    const { h, log } = await openWatched(live)
    await h.create(ann, 'r')
    for (let i = 0; i < 8; i++) await done(h.send(ann, 'r', `message ${i}`))
    const elsewhere = join(folder.path, 'elsewhere')
    cpSync(live, elsewhere, { recursive: true })
    await log.close()
    for (const name of ['holdfast.db-shm', 'lock.db']) rmSync(join(elsewhere, name), { force: true })
    renameSync(join(elsewhere, 'holdfast.db'), join(elsewhere, 'real.db'))
    renameSync(join(elsewhere, 'holdfast.db-wal'), join(elsewhere, 'real.db-wal'))
    const data = linked(join(elsewhere, 'real.db'))
    const wal = join(elsewhere, 'real.db-wal')
    const whole = readFileSync(wal)
    const rotten = Buffer.from(whole)
    rotten.writeUInt8(rotten.readUInt8(1_000) ^ 1, 1_000)
    writeFileSync(wal, rotten)
    await expect(openWatched(data)).rejects.toThrow(`its log ${wal} is damaged at byte 32`)
    writeFileSync(wal, whole)
    const again = await openWatched(data)
    expect((await again.h.events('r')).length).toBe(2 + 8)
    await again.log.close()
  })

  it('[L2] a link to a database that is not there yet is followed', async () => {
    const data = linked(join(folder.path, 'later.db'))
    const { h, log } = await openWatched(data)
    await h.create(ann, 'r')
    await log.close()
    expect(readFileSync(join(folder.path, 'later.db')).subarray(0, 15).toString()).toBe('SQLite format 3')
  })

  it('[L3] a folder above that was there before and cannot be synced does not keep the server from starting', () => {
    const file = join(folder.path, 'a-file')
    closeSync(openSync(file, 'w'))
    const gone = join(folder.path, 'gone')
    for (const above of [gone, join(file, 'below-a-file')]) {
      expect(() => syncFoldersAbove(join(above, 'data'), undefined)).not.toThrow()
      expect(() => syncFoldersAbove(join(above, 'data'), join(above, 'data'))).toThrow(/^E(NOENT|NOTDIR)/)
      expect(() => syncFoldersAbove(join(above, 'data', 'deep'), above)).toThrow(/^E(NOENT|NOTDIR)/)
    }
  })
})
