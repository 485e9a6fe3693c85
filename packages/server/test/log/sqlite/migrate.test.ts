import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newFolder } from '../folders.ts'
import { ann } from '../kit.ts'
import { openWatched } from './open-harness.ts'
import { SqliteError, WatchedConnections } from './watched-connect.ts'

describe('migrations:', () => {
  let folder: ReturnType<typeof newFolder>
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => folder.remove())

  it('[M1] one that is interrupted has changed nothing, and the next start does it whole', async () => {
    for (const part of [
      'CREATE TABLE members',
      'CREATE UNIQUE INDEX messages_by_seq',
      'CREATE INDEX members_by_seen',
      'UPDATE replaced',
      'insert into "kysely_migration"',
      'COMMIT',
    ]) {
      const watched = new WatchedConnections()
      watched.failOn = ({ role, sql }) =>
        role === 'writer' && sql.startsWith(part) ? new SqliteError('SQLITE_FULL') : null
      await expect(openWatched(folder.path, watched)).rejects.toThrow(
        `unable to bring the database ${folder.path}/holdfast.db to this version; SQLITE_FULL`,
      )
    }
    const { h, log } = await openWatched(folder.path)
    await h.create(ann, 'r')
    await log.close()
  })

  it('[M2] started again, nothing is migrated twice', async () => {
    const { h, log } = await openWatched(folder.path)
    await h.create(ann, 'r')
    await log.close()
    const again = await openWatched(folder.path)
    expect(again.watched.prepared.filter(({ sql }) => sql.startsWith('CREATE TABLE'))).toEqual([])
    expect(await again.log.head('r')).toMatchObject({ seq: 2 })
    await again.log.close()
  })

  it('[M3] the database of a later version is left alone', async () => {
    const { log, watched } = await openWatched(folder.path)
    watched.get('writer').exec("INSERT INTO kysely_migration (name, timestamp) VALUES ('999-later', '')")
    await log.close()
    await expect(openWatched(folder.path)).rejects.toThrow(
      /^unable to bring the database .+ to this version; .*999-later/,
    )
  })
})
