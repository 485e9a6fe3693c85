import { describe, expect, test } from 'vitest'
import { MAX_OWN_READS, OwnReads } from '../../src/room/own-reads.ts'
import { READS_INTERVAL_MS } from '../../src/room/read-signals.ts'
import { actorOf } from '../support/fake-reader.ts'
import { OWNER, ROOM, RoomWorld } from '../support/room-world.ts'
import { ALL, open, read, readsOf, roomOf } from './reads-kit.ts'

describe('marking unread', () => {
  test('[reads] a position that was going to be told does not come after the messages were marked unread', async () => {
    const world = await roomOf(ALL)
    const [ann, ben] = [await open(world, 'ann'), await open(world, 'ben')]
    read(world, 'ben', 7)
    await world.platform.advance(1)
    read(world, 'ann', 15)
    await world.platform.advance(1)
    await world.run({ kind: 'room.unread', actor: actorOf('ann'), roomId: ROOM, seq: 11 })
    await world.platform.advance(READS_INTERVAL_MS)
    expect(readsOf(ann)).toEqual([{ ben: 7 }, { ann: 10 }])
    // Others were shown it, and go on to be.
    expect(readsOf(ben)).toEqual([{ ben: 7 }, { ann: 15 }])
  })

  test('[reads] reading on after that is told to one’s own devices as it is, and to others when it is further', async () => {
    const world = await roomOf(ALL)
    read(world, 'ann', 15)
    await world.platform.advance(READS_INTERVAL_MS)
    const [ann, ben] = [await open(world, 'ann'), await open(world, 'ben')]
    await world.run({ kind: 'room.unread', actor: actorOf('ann'), roomId: ROOM, seq: 11 })
    read(world, 'ann', 12)
    await world.platform.advance(READS_INTERVAL_MS)
    expect([readsOf(ann), readsOf(ben)]).toEqual([[{ ann: 10 }, { ann: 12 }], []])
    read(world, 'ann', 16)
    await world.platform.advance(READS_INTERVAL_MS)
    expect([readsOf(ann), readsOf(ben)]).toEqual([[{ ann: 10 }, { ann: 12 }, { ann: 16 }], [{ ann: 16 }]])
    // Without its revision the position would be one of before the marking.
    expect(ann.signals.map(frame => frame.type === 'reads' && frame.readRevision)).toEqual([1, 1, 1])
    expect(ben.signals[0]).not.toHaveProperty('readRevision')
  })

  test('[reads] who has the room open is told where they stand and in which revision, late news of before changing nothing', async () => {
    const world = await roomOf(ALL)
    read(world, 'ann', 15)
    await world.platform.advance(1)
    const [ann, phone] = [await open(world, 'ann'), await open(world, 'ann')]
    await world.run({ kind: 'room.unread', actor: actorOf('ann'), roomId: ROOM, seq: 11 })
    world.bus.publish({ kind: 'reads', roomId: ROOM, reads: { ann: 15 }, hidden: {} })
    await world.platform.advance(READS_INTERVAL_MS)
    const told = { type: 'reads', roomId: ROOM, reads: { ann: 10 }, readRevision: 1 }
    expect([ann.signals, phone.signals]).toEqual([[told], [told]])
  })

  test('[reads] who comes with a cursor is told where they stand, and who gets a snapshot if they moved before room.live', async () => {
    const world = await roomOf(ALL)
    const cursor = await world.head()
    read(world, 'ann', 15)
    await world.run({ kind: 'room.unread', actor: actorOf('ann'), roomId: ROOM, seq: 9 })
    const [fromLog, reader] = [await open(world, 'ann'), world.open('ann', cursor)]
    await world.platform.advance(1)
    const told = { type: 'reads', roomId: ROOM, reads: { ann: 8 }, readRevision: 1 }
    expect(fromLog.frames[0]).toMatchObject({ lastReadSeq: 8, readRevision: 1 })
    expect(fromLog.signals).toEqual([])
    expect(reader.signals).toEqual([{ ...told, reads: { ...told.reads, [OWNER]: 2, ben: 4, cy: 5, dan: 6 } }])
    const slow = world.open('ann', null, { limit: 2_000 })
    await world.platform.advance(1)
    await world.run({ kind: 'room.unread', actor: actorOf('ann'), roomId: ROOM, seq: 7 })
    slow.drain()
    await world.platform.advance(1)
    expect(slow.signals).toEqual([{ ...told, reads: { ann: 6 }, readRevision: 2 }])
  })
})

test('[reads] who has left keeps no position: as a reader of the public room they are told of none', async () => {
  const world = await RoomWorld.withRoom(ALL, { type: 'public' })
  await open(world, 'ben')
  void world.send(OWNER)
  read(world, 'ann', 7)
  await world.platform.advance(READS_INTERVAL_MS)
  await world.run({ kind: 'member.leave', actor: actorOf('ann'), roomId: ROOM })
  await world.platform.advance(READS_INTERVAL_MS)
  const reader = world.open('ann', await world.head())
  await world.platform.advance(1)
  expect(readsOf(reader)).toEqual([{ [OWNER]: 2, ben: 4, cy: 5, dan: 6 }])
})

test('[reads] of two positions of one person the one of the later revision counts; what is remembered is bounded', () => {
  const own = new OwnReads()
  expect(own.take('ann', { seq: 5, revision: 1 }, 1)).toBe(true)
  for (const late of [
    { seq: 9, revision: 0 },
    { seq: 5, revision: 1 },
    { seq: 4, revision: 1 },
  ]) {
    expect(own.take('ann', late, 2)).toBe(false)
  }
  expect(own.of('ann')).toMatchObject({ seq: 5, revision: 1 })
  const stood = { seq: 3, revision: 2 }
  expect(own.newsFor('ann', 0, stood), 'what they were found at is later').toEqual(stood)
  expect(own.newsFor('ann', 0, { seq: 4, revision: 1 })).toMatchObject({ seq: 5 })
  expect([own.newsFor('ann', 2, null), own.newsFor('ben', 0, null)]).toEqual([undefined, undefined])
  own.forget('ann')
  expect(own.take('ann', { seq: 1, revision: 0 }, 3)).toBe(true)
  for (let i = 0; i < MAX_OWN_READS; i++) own.take(`p${i}`, { seq: 1, revision: 0 }, 4)
  expect([own.of('ann'), own.of('p0')]).toMatchObject([undefined, { seq: 1 }])
})
