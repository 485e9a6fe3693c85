import { expect, it } from 'vitest'
import { newFolder } from '../folders.ts'
import { ann, bob, given } from '../kit.ts'
import { openWatched } from './open-harness.ts'
import type { WatchedConnections } from './watched-connect.ts'

/** Tables that hold no more than a row for each room that is being purged, or one. */
const SMALL = /\b(doomed_rooms|probe|line_changes)\b/
/** What is no look-up in a table of the database. */
const HARMLESS = /^SCAN (CONSTANT ROW|line|\(subquery-\d+\)|(named|other) VIRTUAL TABLE)/

it('[Q1] every statement finds its rows by an index: none reads a whole table, whatever a cursor says', async () => {
  const folder = newFolder()
  const first = await openWatched(folder.path)
  await first.log.close()
  // The tables are there: what is prepared from here on is no migration.
  const { log, watched } = await openWatched(folder.path)
  const writer = watched.get('writer')
  const statements = watched.prepared.map(({ sql }) => sql).filter(sql => /^\s*(SELECT|WITH|UPDATE|DELETE)/.test(sql))
  const ours = [...new Set(statements)].filter(sql => !/kysely|sqlite_|pragma_/.test(sql) && !SMALL.test(sql))
  expect(ours.length).toBeGreaterThan(30)
  for (const sql of ours) {
    const nothing = Array.from({ length: (sql.match(/\?/g) ?? []).length }, () => null)
    const named = sql.includes('@') ? [{ userId: '', at: 0, roomId: '', roomIds: '[]', count: 0, limit: 0 }] : nothing
    const plan = writer.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...named) as { detail: string }[]
    const scans = plan.map(step => step.detail).filter(step => step.startsWith('SCAN') && !HARMLESS.test(step))
    expect(scans, sql).toEqual([])
  }
  await log.close()
  folder.remove()
})

it('[Q2] counting what is unread takes a few steps, however much the reader wrote since', async () => {
  const folder = newFolder()
  const { h, log, watched } = await openWatched(folder.path)
  await h.create(ann, 'r', { members: ['bob'] })
  await h.say(bob, 'r', 'somebody else')
  for (let part = 0; part < 5; part++) {
    await log.commit(Array.from({ length: 1_000 }, (_, i) => h.sending(ann, 'r', `own ${i}`)))
  }
  const steps = countSteps(watched)
  expect(await given(log.room('r', ann))).toMatchObject({ unread: 1, lastReadSeq: 2 })
  expect(steps()).toBeLessThanOrEqual(2)
  await log.close()
  folder.remove()
})

it('[Q3] counting what is unread takes one step, however much was deleted since', async () => {
  const folder = newFolder()
  const { h, log, watched } = await openWatched(folder.path)
  await h.create(ann, 'r', { members: ['bob'] })
  await h.say(bob, 'r', 'stays')
  const sent = await log.commit(Array.from({ length: 1_000 }, (_, i) => h.sending(bob, 'r', `gone ${i}`)))
  const deletions = sent.flatMap(outcome =>
    outcome.ok && outcome.detail.kind === 'ack'
      ? [{ kind: 'message.delete', actor: bob, roomId: 'r', messageId: outcome.detail.messageId } as const]
      : [],
  )
  expect(deletions).toHaveLength(1_000)
  await log.commit(deletions)
  const steps = countSteps(watched)
  expect(await given(log.room('r', ann))).toMatchObject({ unread: 1, lastReadSeq: 2 })
  expect(steps()).toBe(1)
  await log.close()
  folder.remove()
})

it('[Q4] the lines of all of one’s rooms take one query, and a bounded number of look-ups for each', async () => {
  const folder = newFolder()
  const { h, log, watched } = await openWatched(folder.path)
  const roomIds = Array.from({ length: 200 }, (_, i) => `r${i}`)
  await log.commit(roomIds.map(roomId => h.creation(ann, roomId, { members: ['bob'] })))
  const cursor = await log.inboxCursor()
  await log.commit(roomIds.flatMap(roomId => [h.sending(ann, roomId, 'a'), h.sending(ann, roomId, 'b')]))
  const asked: string[] = []
  watched.failOn = ({ role, sql }) => {
    if (role === 'reader' && sql.includes('SELECT')) asked.push(sql)
    return null
  }
  const reads = [
    () => log.inboxOf('bob', roomIds),
    async () => (await log.inboxSince('bob', cursor, 200))?.entries ?? [],
    async () => (await given(log.rooms({ actor: bob, cursor: null, limit: 200 }))).rooms,
  ]
  for (const read of reads) {
    asked.length = 0
    expect(await read()).toHaveLength(200)
    expect(asked.filter(sql => sql.includes('WITH line'))).toHaveLength(1)
    expect(asked.length).toBeLessThanOrEqual(2 * 200 + 4)
  }
  await log.close()
  folder.remove()
})

/** How often the counting statement has run from now on. */
function countSteps(watched: WatchedConnections): () => number {
  let steps = 0
  watched.failOn = ({ role, sql }) => {
    if (role === 'reader' && sql.includes('seq, run_seq, sender')) steps++
    return null
  }
  return () => steps
}
