import type { InboxEntry } from '@holdfast/protocol'
import { expect, test } from 'vitest'
import { InboxWorld } from './inbox-world.ts'

const ROOMS = ['a', 'b', 'c', 'd']

async function worldOf(): Promise<InboxWorld> {
  const world = new InboxWorld()
  for (const roomId of ROOMS) await world.room(roomId, ['ann', 'bob'])
  return world
}

test('[inbox] a cursor brings only the rooms that have changed since, and how many there are', async () => {
  const world = await worldOf()
  const cursor = await world.log.inboxCursor()
  await world.send('ann', 'b')
  await world.do('ann', 'c', 'room.delete')
  const back = await world.begin('bob', { since: cursor })
  await world.platform.advance(10_000)
  expect(back.told.map(({ frame }) => frame)).toMatchObject([{ rooms: [{ roomId: 'b', unread: 1 }], total: 3 }])
  expect(back.cursor).not.toBe(null)
})

test('[inbox] a cursor since which nothing has changed is answered all the same', async () => {
  const world = await worldOf()
  const back = await world.begin('bob', { since: await world.log.inboxCursor() })
  expect(back.told.map(({ frame }) => frame)).toMatchObject([{ rooms: [], total: 4 }])
})

test('[inbox] a cursor that is none of this store is answered by list anew, and changes are told from then on', async () => {
  const world = await worldOf()
  const back = await world.begin('bob', { since: 'of another store' })
  expect(back.told.map(({ frame }) => frame)).toEqual([{ type: 'inbox', rooms: [], total: -1 }])
  await world.send('ann', 'a')
  await world.platform.advance(1_000)
  expect(back.last('a')).toMatchObject({ unread: 1 })
})

test('[inbox] a cursor is given once all before it was told: a session that lost any frame after it misses nothing', async () => {
  const world = await worldOf()
  const bob = await world.begin('bob')
  const states: { cursor: string; lines: ReadonlyMap<string, InboxEntry> }[] = []
  for (let i = 0; i < 40; i++) {
    await world.send('ann', ROOMS[i % ROOMS.length] ?? 'a')
    await world.platform.advance(300)
    if (bob.cursor !== null) states.push({ cursor: bob.cursor, lines: new Map(bob.lines) })
  }
  expect(new Set(states.map(({ cursor }) => cursor)).size).toBeGreaterThan(3)
  await world.platform.advance(5_000)
  for (const { cursor, lines } of states) {
    const back = await world.begin('bob', { since: cursor })
    for (const [roomId, line] of lines) if (!back.lines.has(roomId)) back.lines.set(roomId, line)
    await world.platform.advance(3_000)
    expect([...back.lines.values()].map(({ roomId, seq }) => `${roomId} ${seq}`).sort()).toEqual(
      (await world.list('bob')).map(({ roomId, seq }) => `${roomId} ${seq}`).sort(),
    )
    world.inboxes.end(back.sessionId)
  }
})

test('[inbox] a session that begins is asked for in three reads of the log, however many rooms there are', async () => {
  const world = await worldOf()
  const cursor = await world.log.inboxCursor()
  for (const roomId of ROOMS) await world.send('ann', roomId)
  await world.begin('bob', { since: cursor })
  const reads = await Promise.all(
    ['rooms', 'changes', 'lines'].map(of => world.metric(`inbox_reads_total{of="${of}"}`)),
  )
  expect(reads).toEqual([1, 1, 0])
})
