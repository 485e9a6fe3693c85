import { describe, expect, test } from 'vitest'
import { type RoomLog, StoreUnavailable } from '../../src/log/room-log.ts'
import { IDLE_MS } from '../../src/room/hubs.ts'
import { READS_INTERVAL_MS } from '../../src/room/read-signals.ts'
import { PEOPLE_AGAIN_MS } from '../../src/room/room-people.ts'
import { actorOf } from '../support/fake-reader.ts'
import { OWNER, ROOM } from '../support/room-world.ts'
import { ALL, open, read, readsOf, roomOf, settle } from './reads-kit.ts'

/** A log that answers how far people have read only when told to, or not at all. */
function slowReads(answer: () => Promise<void>): { log: (inner: RoomLog) => RoomLog } {
  const log = (inner: RoomLog): RoomLog =>
    new Proxy(inner, {
      get: (target, name: keyof RoomLog) => {
        const call = (...args: unknown[]) => (target[name] as (...all: unknown[]) => unknown).apply(target, args)
        if (name !== 'shownReads') return call
        return async (...args: unknown[]) => {
          const shown = await call(...args)
          await answer()
          return shown
        }
      },
    })
  return { log }
}

describe('a small room', () => {
  test('[reads] who comes with a cursor is told what a snapshot would have told, also when nobody was here meanwhile', async () => {
    const world = await roomOf(ALL)
    const cursor = await world.head()
    const ben = await open(world, 'ben')
    ben.close()
    await world.platform.advance(IDLE_MS)
    expect(world.nodes[0]?.size).toBe(0)
    read(world, 'ann', 13)
    read(world, 'cy', 12)
    await world.platform.advance(1)
    const back = world.open('ben', cursor)
    await world.platform.advance(1)
    const told = Object.assign({}, ...readsOf(back))
    expect(told).toMatchObject({ ann: 13, cy: 12 })
    expect((await open(world, 'ben')).frames[0]).toHaveProperty('reads', told)
  })

  test('[reads] of whom it is not known yet what they may see is told when it is, and nothing when they may not', async () => {
    const world = await roomOf(ALL)
    const cursor = await world.head()
    await open(world, 'cy')
    read(world, 'ann', 13)
    await world.platform.advance(READS_INTERVAL_MS)
    for (const userId of ['ben', 'dan']) world.unknown.add(userId)
    world.private.add('dan')
    const [ben, dan] = [world.open('ben', cursor), world.open('dan', cursor)]
    await world.platform.advance(READS_INTERVAL_MS)
    expect([readsOf(ben), readsOf(dan)]).toEqual([[{ ben: 4 }], [{ dan: 6 }]])
    world.unknown.clear()
    await world.platform.advance(READS_INTERVAL_MS)
    expect(Object.assign({}, ...readsOf(ben))).toMatchObject({ ann: 13 })
    await world.platform.advance(READS_INTERVAL_MS)
    expect(readsOf(dan)).toEqual([{ dan: 6 }])
    expect(readsOf(ben)).toHaveLength(2)
  })

  test('[reads] while that is not known one is told once where one stands oneself, and of what is read meanwhile once it is', async () => {
    const world = await roomOf(ALL)
    const cursor = await world.head()
    const live = await open(world, 'cy')
    read(world, 'ben', 9)
    await world.platform.advance(READS_INTERVAL_MS)
    for (const userId of ['ben', 'cy']) world.unknown.add(userId)
    const ben = world.open('ben', cursor)
    await world.platform.advance(4 * READS_INTERVAL_MS)
    expect(readsOf(ben)).toEqual([{ ben: 9 }])
    const before = readsOf(live).length
    read(world, 'ann', 13)
    await world.platform.advance(4 * READS_INTERVAL_MS)
    expect(readsOf(live)).toHaveLength(before)
    world.unknown.clear()
    await world.platform.advance(2 * READS_INTERVAL_MS)
    expect(readsOf(live).slice(before)).toEqual([{ ann: 13 }])
    expect(readsOf(ben).slice(1)).toEqual([expect.objectContaining({ ann: 13 })])
    expect(readsOf(ben)[1]).not.toHaveProperty('ben')
  })

  test('[reads] what is read before the size of the room is known is told to everybody, of everybody', async () => {
    const gate = Promise.withResolvers<void>()
    const world = await roomOf(
      ALL,
      slowReads(() => gate.promise),
    )
    const early = world.open('ben', null, { limit: 2_000 })
    await world.platform.advance(1)
    expect([early.snapshotAt, early.liveAt]).toEqual([16, null])
    for (const [i, userId] of [OWNER, 'ann', 'cy', 'dan'].entries()) read(world, userId, 10 + i)
    await world.platform.advance(READS_INTERVAL_MS)
    early.drain()
    await world.platform.advance(READS_INTERVAL_MS)
    expect(readsOf(early)).toEqual([])
    gate.resolve()
    await world.platform.advance(1)
    expect(readsOf(early)).toEqual([{ [OWNER]: 10, ann: 11, cy: 12, dan: 13 }])
  })

  test('[reads] one’s own devices do not wait for that, and a log that fails is asked again', async () => {
    let isAway = true
    const answer = async () => {
      if (isAway) throw new StoreUnavailable('read positions', null)
    }
    const world = await roomOf(ALL, slowReads(answer))
    const [ann, ben] = [await open(world, 'ann'), await open(world, 'ben')]
    read(world, 'ann', 13)
    await world.platform.advance(READS_INTERVAL_MS)
    expect([readsOf(ann), readsOf(ben)]).toEqual([[{ ann: 13 }], []])
    isAway = false
    await world.platform.advance(PEOPLE_AGAIN_MS)
    expect(readsOf(ben)).toEqual([{ ann: 13 }])
  })

  test('[reads] who conceals theirs while the log is asked is not told of by what it answers', async () => {
    let gate = Promise.withResolvers<void>()
    const world = await roomOf(
      ALL,
      slowReads(() => gate.promise),
    )
    const cursor = await world.head()
    const ben = world.open('ben', cursor)
    await world.platform.advance(1)
    await settle(world, 'ann', false)
    gate.resolve()
    gate = Promise.withResolvers()
    await world.platform.advance(1)
    expect(readsOf(ben)).toEqual([{ ben: 4 }])
    gate.resolve()
    await world.platform.advance(PEOPLE_AGAIN_MS)
    expect(readsOf(ben)).toEqual([{ ben: 4 }, { [OWNER]: 2, cy: 5, dan: 6 }])
  })
})

describe('a large room', () => {
  test('[reads] from the first reader on tells of nobody who is not among the two furthest', async () => {
    const world = await roomOf(ALL, { largeRoom: 3 })
    read(world, 'ann', 14)
    read(world, 'ben', 15)
    await world.platform.advance(1)
    const cursor = await world.head()
    const reader = await open(world, OWNER)
    read(world, 'cy', 12)
    read(world, 'dan', 13)
    await world.platform.advance(READS_INTERVAL_MS)
    expect(readsOf(reader)).toEqual([])
    const back = world.open('cy', cursor)
    await world.platform.advance(1)
    expect(readsOf(back)).toEqual([{ ann: 14, ben: 15, cy: 12 }])
  })

  test.each(['leaves', 'conceals theirs'])('[reads] the next one is told of when one of the furthest %s', async how => {
    const world = await roomOf([...ALL, 'eve'], { largeRoom: 3 })
    const at = { ann: 14, ben: 15, cy: 13, dan: 9 }
    for (const [userId, seq] of Object.entries(at)) read(world, userId, seq)
    await world.platform.advance(1)
    const reader = await open(world, OWNER)
    if (how === 'leaves') await world.run({ kind: 'member.leave', actor: actorOf('ann'), roomId: ROOM })
    else await settle(world, 'ann', false)
    read(world, 'dan', 10)
    await world.platform.advance(READS_INTERVAL_MS)
    expect(readsOf(reader)).toEqual([])
    await world.platform.advance(PEOPLE_AGAIN_MS + READS_INTERVAL_MS)
    expect(readsOf(reader)).toEqual([{ cy: 13 }])
  })

  test('[reads] that ceases to be large tells of everybody, to who comes then too', async () => {
    const world = await roomOf(ALL, { largeRoom: 4 })
    for (const [i, userId] of ALL.entries()) read(world, userId, 9 + i)
    await world.platform.advance(1)
    const cursor = await world.head()
    const reader = await open(world, OWNER)
    await world.run({ kind: 'member.leave', actor: actorOf('dan'), roomId: ROOM })
    await world.platform.advance(PEOPLE_AGAIN_MS + READS_INTERVAL_MS)
    expect(readsOf(reader)).toEqual([{ ann: 9, ben: 10 }])
    const back = world.open('cy', cursor)
    await world.platform.advance(1)
    expect(readsOf(back)).toEqual([{ [OWNER]: 2, ann: 9, ben: 10, cy: 11 }])
    expect(world.platform.pending).toBe(0)
  })
})
