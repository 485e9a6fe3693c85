import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { renewSqliteLog } from '../../../src/log/sqlite/renew.ts'
import { newFolder } from '../folders.ts'
import { ann, bob, done, type Harness, person } from '../kit.ts'
import { openWatched } from './open-harness.ts'
import { SqliteError, WatchedConnections } from './watched-connect.ts'

let folder: ReturnType<typeof newFolder>
beforeEach(() => {
  folder = newFolder()
})
afterEach(() => folder.remove())

const NOW = 1_700_000_000_000
const clockAt = (wallMs: number) => ({ wallMs: () => wallMs })
const renewAt = (wallMs: number) => renewSqliteLog({ dataDir: folder.path, clock: clockAt(wallMs) })

async function epochOf({ log }: Harness, roomId: string): Promise<string> {
  return (await log.head(roomId))?.epoch ?? ''
}

async function positionOf({ log }: Harness, userId: string) {
  const [entry] = await log.inboxOf(userId, ['r'])
  return { lastReadSeq: entry?.lastReadSeq, readRevision: entry?.readRevision }
}

it('[N1] each room has an epoch of its own, the store a name of its own: no cursor from before is continued, all else is as it was', async () => {
  const first = await openWatched(folder.path)
  for (const roomId of ['r', 's']) await first.h.create(ann, roomId, { members: ['bob'] })
  const messageId = await first.h.say(ann, 'r', 'hello', { clientId: 'x' })
  const before = {
    epochs: [await epochOf(first.h, 'r'), await epochOf(first.h, 's')],
    events: await first.h.events('r'),
  }
  const cursor = await first.log.inboxCursor()
  await first.log.close()
  expect(await renewAt(NOW)).toBe(2)

  const { h, log } = await openWatched(folder.path)
  const epochs = [await epochOf(h, 'r'), await epochOf(h, 's')]
  expect(new Set([...before.epochs, ...epochs]).size).toBe(4)
  for (const epoch of epochs) expect(epoch).toMatch(/^[0-9a-f]{18}$/)
  expect(await log.inboxSince('ann', cursor, 10)).toBeNull()
  expect(await h.events('r')).toEqual(before.events)
  expect(await h.say(ann, 'r', 'hello', { clientId: 'x' })).toBe(messageId)
  await log.close()
})

it('[N2] positions stay where they are, in a later revision than any told: of who is there, was there, and joins; also when a backup is restored twice', async () => {
  const told = async (h: Harness, userId: string) => (await positionOf(h, userId)).readRevision ?? 0
  const first = await openWatched(folder.path)
  await first.h.create(ann, 'r', { type: 'public', members: ['bob', 'cy'] })
  await first.h.say(ann, 'r', 'hello')
  await first.h.read(bob, 'r', 3)
  await first.h.unread(person('cy'), 'r', 2)
  const positions = [await positionOf(first.h, 'bob'), await positionOf(first.h, 'cy')]
  await done(first.h.run({ kind: 'member.leave', actor: person('cy'), roomId: 'r' }))
  await first.log.close()
  const backup = newFolder()
  cpSync(folder.path, backup.path, { recursive: true })

  let latest = { bob: 5, cy: 5, dan: 5 }
  for (const wallMs of [NOW, NOW + 1_000]) {
    rmSync(folder.path, { recursive: true })
    cpSync(backup.path, folder.path, { recursive: true })
    await renewAt(wallMs)
    const { h, log } = await openWatched(folder.path)
    expect((await positionOf(h, 'bob')).lastReadSeq).toBe(positions[0]?.lastReadSeq)
    for (const name of ['cy', 'dan']) {
      await done(h.run({ kind: 'member.join', actor: person(name), roomId: 'r' }))
    }
    const now = { bob: await told(h, 'bob'), cy: await told(h, 'cy'), dan: await told(h, 'dan') }
    for (const name of ['bob', 'cy', 'dan'] as const) expect(now[name]).toBeGreaterThan(latest[name])
    for (const name of ['bob', 'cy', 'dan']) await h.unread(person(name), 'r', 2)
    latest = { bob: await told(h, 'bob'), cy: await told(h, 'cy'), dan: await told(h, 'dan') }
    await log.close()
  }
  await renewAt(0)
  const { h, log } = await openWatched(folder.path)
  expect(await told(h, 'bob')).toBe(latest.bob + 1)
  await log.close()
  backup.remove()
})

it('[N3] one that fails has changed nothing; a folder without a database, or with a server on it, is left alone', async () => {
  await expect(renewAt(NOW)).rejects.toThrow(
    `unable to renew the data folder ${folder.path}; there is no database in it`,
  )
  const { h, log } = await openWatched(folder.path)
  await h.create(ann, 'r', { members: ['bob'] })
  const before = { epoch: await epochOf(h, 'r'), position: await positionOf(h, 'bob') }
  await expect(renewAt(NOW)).rejects.toThrow('another server is running on it')
  await log.close()
  for (const part of ['UPDATE line_changes', 'UPDATE members', 'COMMIT']) {
    const watched = new WatchedConnections()
    let isRenewing = false
    watched.failOn = ({ sql }) => {
      isRenewing ||= sql.startsWith('UPDATE rooms')
      return isRenewing && sql.startsWith(part) ? new SqliteError('SQLITE_FULL') : null
    }
    const connect = await watched.connect()
    await expect(renewSqliteLog({ dataDir: folder.path, clock: clockAt(NOW), connect })).rejects.toThrow(
      `unable to renew the database ${join(folder.path, 'holdfast.db')}; SQLITE_FULL`,
    )
  }
  const again = await openWatched(folder.path)
  expect({ epoch: await epochOf(again.h, 'r'), position: await positionOf(again.h, 'bob') }).toEqual(before)
  await again.log.close()
  expect(await renewAt(NOW)).toBe(1)
})

it('[N4] a backup that SQLite makes while a server writes is all of one moment, and is served after the command', async () => {
  const { h, log } = await openWatched(folder.path)
  await h.create(ann, 'r', { members: ['bob'] })
  const before = await h.say(ann, 'r', 'before', { clientId: 'x' })
  const backup = newFolder()
  const reader = new Database(join(folder.path, 'holdfast.db'), { readonly: true })
  reader.prepare('VACUUM INTO ?').run(join(backup.path, 'holdfast.db'))
  reader.close()
  await h.say(ann, 'r', 'after')
  await log.close()
  await renewSqliteLog({ dataDir: backup.path, clock: clockAt(NOW) })

  const restored = await openWatched(backup.path)
  expect((await restored.h.snapshot(bob, 'r')).messages.map(({ content }) => content)).toEqual(['before'])
  expect(await restored.h.say(ann, 'r', 'before', { clientId: 'x' })).toBe(before)
  await restored.log.close()
  backup.remove()
})
