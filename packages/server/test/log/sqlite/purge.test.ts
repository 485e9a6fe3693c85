import { expect, it } from 'vitest'
import { newFolder } from '../folders.ts'
import { ann, done, given, person } from '../kit.ts'
import { openWatched } from './open-harness.ts'
import type { WatchedConnections } from './watched-connect.ts'

const TABLES = [
  'members',
  'sanctions',
  'events',
  'messages',
  'mentions',
  'replaced',
  'former_members',
  'doomed_rooms',
] as const

function rowsLeft(watched: WatchedConnections, room: number): number {
  const reader = watched.get('reader')
  const counts = TABLES.map(
    table => reader.prepare(`SELECT count(*) AS n FROM ${table} WHERE room = ?`).get(room) as { n: number },
  )
  return counts.reduce((sum, { n }) => sum + n, 0)
}

it('[P1] a deleted room goes a bounded number of rows with each transaction, also after a restart, and no other with it', async () => {
  const folder = newFolder()
  const first = await openWatched(folder.path)
  await first.h.create(ann, 'big', { members: ['bob'] })
  await first.h.create(ann, 'kept')
  await done(first.h.run({ kind: 'ban.put', actor: ann, roomId: 'big', userId: 'cy', reason: null, until: null }))
  for (let part = 0; part < 5; part++) {
    const texts = Array.from({ length: 1_000 }, (_, i) => first.h.sending(ann, 'big', `m${i}`, { mentions: ['bob'] }))
    await first.log.commit(texts)
  }
  const joiners = Array.from({ length: 2_500 }, (_, i) => person(`joiner-${i}`))
  await first.log.commit(joiners.map(actor => ({ kind: 'member.join', actor, roomId: 'big' }) as const))
  const last = joiners.at(-1) ?? ann
  const gone = joiners.at(-2) ?? ann
  const third = joiners.at(-3) ?? ann
  expect((await given(first.log.rooms({ actor: last, cursor: null, limit: 10 }))).rooms).toHaveLength(1)
  const messageId = await first.h.say(ann, 'big', 'one')
  await done(
    first.h.run({ kind: 'message.edit', actor: ann, roomId: 'big', messageId, content: 'two', mentions: null }),
  )
  await first.h.read(gone, 'big', Number.MAX_SAFE_INTEGER)
  await first.h.unread(gone, 'big', 1)
  await done(first.h.run({ kind: 'member.leave', actor: gone, roomId: 'big' }))
  await done(first.h.run({ kind: 'member.join', actor: gone, roomId: 'big' }))
  await first.h.unread(gone, 'big', 1)
  await done(first.h.run({ kind: 'member.remove', actor: ann, roomId: 'big', userId: gone.userId }))
  const cursor = await first.log.inboxCursor()
  await first.h.say(ann, 'big', 'latest')
  await first.h.say(ann, 'kept', 'stays')
  await done(first.h.run({ kind: 'room.delete', actor: ann, roomId: 'big' }))
  expect((await given(first.log.rooms({ actor: last, cursor: null, limit: 10 }))).rooms).toEqual([])
  expect(await first.log.inboxOf(last.userId, ['big'])).toEqual([])
  expect(await first.log.inboxSince(last.userId, cursor, 10)).toMatchObject({ entries: [], total: 0 })
  expect(await first.log.roomIdsOf(last.userId, 10)).toEqual([])
  expect(await first.log.acquainted(last.userId, ['ann', third.userId])).toEqual([])
  expect(first.watched.get('reader').prepare('SELECT count(*) AS n FROM former_members').get()).toEqual({ n: 1 })
  const afterDeletion = rowsLeft(first.watched, 1)
  expect(afterDeletion, 'some of it is left').toBeGreaterThan(5_000)
  await first.log.close()

  const { h, log, watched } = await openWatched(folder.path)
  let left = rowsLeft(watched, 1)
  expect(left).toBe(afterDeletion)
  let transactions = 0
  while (left > 0) {
    await h.say(ann, 'kept', 'more')
    const now = rowsLeft(watched, 1)
    expect(left - now).toBeGreaterThan(0)
    expect(left - now).toBeLessThanOrEqual(2_001)
    left = now
    transactions++
  }
  expect((await h.snapshot(ann, 'kept')).messages).toHaveLength(1 + transactions)
  await log.close()
  folder.remove()
})
