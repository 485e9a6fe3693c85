import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requireNode } from '../../../src/log/sqlite/connection.ts'
import { newFolder } from '../folders.ts'
import { ann, done } from '../kit.ts'
import { openWatched } from './open-harness.ts'
import { WatchedConnections } from './watched-connect.ts'

describe('a durable database:', () => {
  let folder: ReturnType<typeof newFolder>
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(() => folder.remove())

  it('[D1] commits wait for the disk: the write-ahead log is on and synchronous is FULL on every connection', async () => {
    const { log, watched } = await openWatched(folder.path)
    for (const role of ['writer', 'reader'] as const) {
      const connection = watched.get(role)
      expect(connection.pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }])
      expect(connection.pragma('synchronous')).toEqual([{ synchronous: 2 }])
      expect(connection.pragma('fullfsync')).toEqual([{ fullfsync: 1 }])
      expect(connection.pragma('checkpoint_fullfsync')).toEqual([{ checkpoint_fullfsync: 1 }])
      expect(connection.pragma('wal_autocheckpoint')).toEqual([{ wal_autocheckpoint: 0 }])
      expect(connection.pragma('secure_delete')).toEqual([{ secure_delete: 1 }])
    }
    await log.close()
  })

  it('[D2] a connection that would quietly not wait for the disk is not used', async () => {
    const watched = new WatchedConnections()
    for (const ignored of ['synchronous', 'fullfsync', 'checkpoint_fullfsync']) {
      watched.ignorePragma = pragma => pragma.startsWith(ignored)
      await expect(openWatched(folder.path, watched), ignored).rejects.toThrow(
        'unable to open the database; its commits would not wait for the disk',
      )
    }
    watched.ignorePragma = pragma => pragma.startsWith('journal_mode')
    await expect(openWatched(join(folder.path, 'new'), watched)).rejects.toThrow('its journal mode is delete, not wal')
    const { log } = await openWatched(folder.path)
    await log.close()
  })

  it('[D3] the reading connection cannot write', async () => {
    const { log, watched } = await openWatched(folder.path)
    expect(() => watched.get('reader').exec('DELETE FROM rooms')).toThrow(/readonly/)
    await log.close()
  })

  it('[D4] the folder is made for its user only', async () => {
    const path = join(folder.path, 'deep', 'data')
    const { log } = await openWatched(path)
    expect(statSync(path).mode & 0o777).toBe(0o700)
    for (const file of ['holdfast.db', 'holdfast.db-wal']) expect(statSync(join(path, file)).mode & 0o777).toBe(0o600)
    await log.close()
    writeFileSync(join(folder.path, 'file'), '')
    await expect(openWatched(join(folder.path, 'file', 'data'))).rejects.toThrow(
      /^unable to make the data folder .+; ENOTDIR/,
    )
  })

  it('[D8] a folder that cannot be locked is named, with the reason', async () => {
    mkdirSync(join(folder.path, 'lock.db'))
    await expect(openWatched(folder.path)).rejects.toThrow(
      `unable to use the data folder ${folder.path}; unable to open database file`,
    )
  })

  it('[D5] a corrupt database does not start', async () => {
    const { h, log } = await openWatched(folder.path)
    await h.create(ann, 'r')
    for (let i = 0; i < 200; i++) await done(h.send(ann, 'r', `message ${i} ${'x'.repeat(300)}`))
    await log.close()
    const file = join(folder.path, 'holdfast.db')
    const bytes = readFileSync(file)
    // The header of a page in the middle, where the messages are.
    bytes.fill(0xff, 4_096 * 30, 4_096 * 30 + 64)
    writeFileSync(file, bytes)
    await expect(openWatched(folder.path)).rejects.toThrow(
      /^unable to open the database .+holdfast\.db; it is corrupt: /,
    )
    mkdirSync(join(folder.path, 'other'))
    writeFileSync(
      join(folder.path, 'other', 'holdfast.db'),
      'this is no database, but longer than its header '.repeat(200),
    )
    await expect(openWatched(join(folder.path, 'other'))).rejects.toThrow(
      /^unable to open the database .+holdfast\.db; file is not a database$/,
    )
  })

  it('[D6] what is deleted is not left in the file', async () => {
    const { h, log } = await openWatched(folder.path)
    await h.create(ann, 'r')
    const messageId = await h.say(ann, 'r', 'marker-one-in-the-text', { mentions: ['marker-two-mentioned'] })
    await done(
      h.run({
        kind: 'message.edit',
        actor: ann,
        roomId: 'r',
        messageId,
        content: 'marker-three-edited',
        mentions: null,
      }),
    )
    await done(
      h.run({
        kind: 'message.edit',
        actor: ann,
        roomId: 'r',
        messageId,
        content: 'marker-four-edited',
        mentions: null,
      }),
    )
    await h.say(ann, 'r', 'kept-for-ever')
    await done(h.run({ kind: 'message.delete', actor: ann, roomId: 'r', messageId }))
    await log.close()
    const file = readFileSync(join(folder.path, 'holdfast.db')).toString('latin1')
    expect(file).toContain('kept-for-ever')
    expect(file).not.toContain('marker-')
  })

  it('[D7] an older Node is told so before the native module is loaded', () => {
    for (const fit of ['22.18.0', '22.99.1', '24.11.0', '24.21.0', '26.0.0', '27.1.0'])
      expect(() => requireNode(fit)).not.toThrow()
    for (const unfit of ['18.0.0', '20.20.2', '22.17.9', '23.9.0', '24.10.0', '25.9.0']) {
      expect(() => requireNode(unfit)).toThrow(
        `unable to open the embedded store; it needs Node 22.18, 24.11, 26 or later, this is ${unfit}`,
      )
    }
  })
})
