import { Kysely, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { expect, it } from 'vitest'
import { type Connection, loadSqlite } from '../../../src/log/sqlite/connection.ts'
import { takeDataFolder } from '../../../src/log/sqlite/data-folder.ts'
import { rooms } from '../../../src/log/sqlite/migrations/001-rooms.ts'
import { Stamper } from '../../../src/log/stamper.ts'
import { newFolder } from '../folders.ts'
import { ann, bob, given, TestPlatform } from '../kit.ts'
import { openWatched } from './open-harness.ts'

const AT = 1_700_000_000_000

it('[M4] what the first version wrote is read on: all show what they had read, edits keep what they replaced', async () => {
  const folder = newFolder()
  const stamper = new Stamper(new TestPlatform())
  const ids = { edited: stamper.messageId(AT, 4), last: stamper.messageId(AT, 5) }
  await writeFirstVersion(folder.path, ids)

  const { h, log } = await openWatched(folder.path)
  expect((await h.snapshot(ann, 'r')).reads).toEqual({ ann: 2, bob: 4 })
  expect(await given(log.room('r', bob))).toMatchObject({
    ...{ seq: 6, unread: 1, mentions: 1, lastReadSeq: 4, readRevision: 0, muted: false },
  })
  expect(await log.settings('ann')).toEqual({ readReceipts: true, appearOffline: false })
  expect(await given(log.seenBy({ roomId: 'r', actor: ann, messageId: ids.edited, names: 9 }))).toEqual({
    count: 1,
    userIds: ['bob'],
  })
  const cursor = await log.inboxCursor()
  expect(await log.inboxSince('bob', cursor, 10)).toEqual({ entries: [], total: 1, cursor })

  h.platform.now = AT + 1
  await h.edit(ann, 'r', ids.edited, [], 'text 3')
  await h.edit(ann, 'r', ids.last, ['ann'], 'other')
  const written = (await h.events('r')).flatMap(event => (event.kind === 'message.created' ? [event.message] : []))
  expect(written).toMatchObject([
    { content: 'text 1', mentions: ['bob'] },
    { content: 'last', mentions: ['bob'] },
  ])
  expect(await given(log.room('r', bob))).toMatchObject({ unread: 1, mentions: 0 })
  expect((await log.inboxSince('bob', cursor, 10))?.entries).toHaveLength(1)
  await log.close()
  folder.remove()
})

/** A database as the first version left it: a room of two people, a message that was edited, one that was not. */
async function writeFirstVersion(path: string, ids: { readonly edited: string; readonly last: string }): Promise<void> {
  const connect = await loadSqlite()
  const folder = takeDataFolder(path, connect)
  const connection = connect(folder.databaseFile, 'writer')
  await migrateFirst(connection)
  const room = { id: 'r', name: 'Room', type: 'public', topic: '', ephemeral: false, slowModeMs: 0, metadata: {} }
  const by = { at: AT, by: 'ann' }
  const member = (userId: string, role: string) => ({ userId, name: userId.toUpperCase(), role })
  const events = [
    { kind: 'room.created', seq: 1, ...by, room: { ...room, createdBy: 'ann', createdAt: AT } },
    { kind: 'member.joined', seq: 2, ...by, member: member('ann', 'owner') },
    { kind: 'member.joined', seq: 3, ...by, member: member('bob', 'member') },
    { kind: 'message.edited', seq: 6, ...by, messageId: ids.edited, content: 'text 2', editedAt: AT },
  ]
  connection.exec(`
    INSERT INTO rooms VALUES (1, 'r', 'e', 6, ${AT}, ${AT}, 'public', 'Room', 'room', '', 0, '{}', 'ann', ${AT}, 2, 'ann', 4, NULL, 0);
    INSERT INTO members VALUES (1, 'ann', 'ANN', 'ann', 'owner', 2, 2), (1, 'bob', 'BOB', 'bob', 'member', 3, 4);
    INSERT INTO mentions VALUES (1, 'bob', 4), (1, 'bob', 5);
    INSERT INTO replaced VALUES (1, 4, 6, 'text 1');
    INSERT INTO messages VALUES
      (1, 4, 4, '${ids.edited}', 'ann', 'ANN', 'c1', 'f', 'text', 'text 2', NULL, '["bob"]', NULL, ${AT}, ${AT}, NULL, NULL, 0),
      (1, 5, 4, '${ids.last}', 'ann', 'ANN', 'c2', 'f', 'text', 'last', NULL, '["bob"]', NULL, ${AT}, NULL, NULL, NULL, 0);`)
  const insert = connection.prepare('INSERT INTO events VALUES (1, ?, ?)')
  for (const event of events) insert.run(event.seq, JSON.stringify(event))
  connection.close()
  folder.unlock()
}

async function migrateFirst(connection: Connection): Promise<void> {
  const database = { close: () => {}, prepare: (sql: string) => connection.prepare(sql) }
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) })
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ '001-rooms': rooms }) } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}
