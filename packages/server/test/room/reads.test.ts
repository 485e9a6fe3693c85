import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RoomLog } from '../../src/log/room-log.ts'
import { FurthestReads, MAX_KNOWN_READS } from '../../src/room/furthest-reads.ts'
import { MAX_READS, READS_INTERVAL_MS } from '../../src/room/read-signals.ts'
import { actorOf } from '../support/fake-reader.ts'
import { type Fate, FaultyBus } from '../support/faulty-bus.ts'
import { OWNER, ROOM } from '../support/room-world.ts'
import { ALL, open, read, readsOf, roomOf, settle } from './reads-kit.ts'

describe('a small room', () => {
  test('[reads] a position that moves is told at once when it is quiet, to the person’s own devices too', async () => {
    const world = await roomOf(ALL)
    const [ann, phone, ben] = [await open(world, 'ann'), await open(world, 'ann'), await open(world, 'ben')]
    read(world, 'ann', 13)
    await world.platform.advance(1)
    for (const reader of [ann, phone, ben]) expect(readsOf(reader)).toEqual([{ ann: 13 }])
    expect(ben.sharedSignals[0]).toBe(ann.sharedSignals[0])
  })

  test('[reads] moved positions are gathered: at most one frame in an interval, maxima only', async () => {
    const world = await roomOf(ALL)
    const dan = await open(world, 'dan')
    read(world, 'ann', 9)
    await world.platform.advance(1)
    for (const seq of [10, 12, 11]) {
      read(world, 'ann', seq)
      read(world, 'ben', seq - 2)
      await world.platform.advance(10)
    }
    expect(readsOf(dan)).toEqual([{ ann: 9 }])
    await world.platform.advance(READS_INTERVAL_MS)
    expect(readsOf(dan)).toEqual([{ ann: 9 }, { ann: 12, ben: 10 }])
    await world.platform.advance(10 * READS_INTERVAL_MS)
    expect(readsOf(dan)).toHaveLength(2)
    expect(world.platform.pending).toBe(0)
  })

  test('[reads] of what one message says of a person others are told one thing and their own devices the other', async () => {
    const world = await roomOf(ALL)
    const [ann, ben] = [await open(world, 'ann'), await open(world, 'ben')]
    world.bus.publish({ kind: 'reads', roomId: ROOM, reads: { ann: 10 }, hidden: { ann: 8 } })
    await world.platform.advance(1)
    expect([readsOf(ann), readsOf(ben)]).toEqual([[{ ann: 8 }], [{ ann: 10 }]])
    for (const seq of [12, 11]) world.bus.publish({ kind: 'reads', roomId: ROOM, reads: {}, hidden: { ann: seq } })
    await world.platform.advance(READS_INTERVAL_MS)
    expect(readsOf(ann).at(-1)).toEqual({ ann: 12 })
  })

  test('[reads] who had no room for a frame is told what was in it once there is, and once only', async () => {
    const world = await roomOf(ALL)
    const [ben, dan] = [await open(world, 'ben'), await open(world, 'dan')]
    ben.isDeaf = true
    read(world, 'ann', 9)
    await world.platform.advance(1)
    read(world, 'ben', 10)
    await world.platform.advance(4 * READS_INTERVAL_MS)
    expect([readsOf(ben), readsOf(dan)]).toEqual([[], [{ ann: 9 }, { ben: 10 }]])
    ben.isDeaf = false
    await world.platform.advance(2 * READS_INTERVAL_MS)
    expect(readsOf(ben)).toEqual([{ ann: 9, ben: 10 }])
    await world.platform.advance(10 * READS_INTERVAL_MS)
    expect([readsOf(ben).length, world.platform.pending]).toEqual([1, 0])
  })

  test('[reads] nobody waits for a reader who has gone', async () => {
    const world = await roomOf(ALL)
    const [ben] = [await open(world, 'ben'), await open(world, 'dan')]
    ben.isDeaf = true
    read(world, 'ann', 9)
    await world.platform.advance(1)
    ben.subscription?.end()
    await world.platform.advance(2 * READS_INTERVAL_MS)
    expect([readsOf(ben), world.platform.pending]).toEqual([[], 0])
  })

  test('[reads] what does not fit in one frame is in the next', async () => {
    const people = Array.from({ length: MAX_READS + 20 }, (_, i) => `p${i}`)
    const world = await roomOf(people, { largeRoom: 10_000 })
    const reader = await open(world, OWNER)
    for (const person of people) read(world, person, MAX_READS + 25)
    await world.platform.advance(1)
    expect(readsOf(reader).map(reads => Object.keys(reads).length)).toEqual([MAX_READS])
    await world.platform.advance(READS_INTERVAL_MS)
    expect(new Set(readsOf(reader).flatMap(Object.keys))).toEqual(new Set(people))
  })
})

describe('who does not show how far they have read', () => {
  test('[reads] is told of by nobody and told of nobody, and their own devices always follow', async () => {
    const world = await roomOf(ALL)
    await settle(world, 'ann', false)
    const [ann, phone, ben] = [await open(world, 'ann'), await open(world, 'ann'), await open(world, 'ben')]
    read(world, 'ann', 13)
    read(world, 'ben', 14)
    await world.platform.advance(READS_INTERVAL_MS)
    for (const reader of [ann, phone]) expect(readsOf(reader)).toEqual([{ ann: 13 }])
    expect(readsOf(ben)).toEqual([{ ben: 14 }])
  })

  test('[reads] from the moment on: what is not told yet is told no more, either way', async () => {
    const world = await roomOf(ALL)
    const [ann, ben] = [await open(world, 'ann'), await open(world, 'ben')]
    read(world, OWNER, 7)
    await world.platform.advance(1)
    read(world, 'ann', 13)
    read(world, 'ben', 14)
    await world.platform.advance(1)
    await settle(world, 'ann', false)
    await world.platform.advance(READS_INTERVAL_MS)
    expect(readsOf(ann).slice(1)).toEqual([{ ann: 13 }])
    expect(readsOf(ben).slice(1)).toEqual([{ ben: 14 }])
  })

  test('[reads] who shows it again is told of from the next reading on', async () => {
    const world = await roomOf(ALL)
    const ben = await open(world, 'ben')
    await settle(world, 'ann', false)
    read(world, 'ann', 13)
    await world.platform.advance(READS_INTERVAL_MS)
    await settle(world, 'ann', true)
    await world.platform.advance(READS_INTERVAL_MS)
    expect(readsOf(ben)).toEqual([])
    read(world, 'ann', 14)
    await world.platform.advance(READS_INTERVAL_MS)
    expect(readsOf(ben)).toEqual([{ ann: 14 }])
  })
})

describe('a large room', () => {
  test('[reads] tells of the two furthest when they advance, so that everybody knows of somebody else', async () => {
    const world = await roomOf(ALL, { largeRoom: 3 })
    const reader = await open(world, OWNER)
    const told = async (userId: string, seq: number) => {
      const before = readsOf(reader).length
      read(world, userId, seq)
      await world.platform.advance(READS_INTERVAL_MS)
      return readsOf(reader).slice(before)
    }
    expect(await told('ann', 11)).toEqual([{ ann: 11 }])
    expect(await told('ben', 13)).toEqual([{ ben: 13 }])
    expect(await told('cy', 10)).toEqual([])
    expect(await told('cy', 11)).toEqual([])
    // Nothing is due for what is told to nobody.
    expect(world.platform.pending).toBe(0)
    read(world, 'cy', 11)
    await world.platform.advance(0)
    expect(world.platform.pending).toBe(0)
    expect(await told('dan', 12)).toEqual([{ dan: 12 }])
    expect(await told('ann', 13)).toEqual([{ ann: 13 }])
    expect(await told('ben', 15)).toEqual([{ ben: 15 }])
  })

  test('[reads] when all read on, one frame names two, and everybody’s own devices follow all the same', async () => {
    const world = await roomOf(ALL, { largeRoom: 3 })
    const readers = await Promise.all(ALL.map(userId => open(world, userId)))
    for (const [i, userId] of ALL.entries()) read(world, userId, 11 + i)
    await world.platform.advance(READS_INTERVAL_MS)
    const furthest = { cy: 13, dan: 14 }
    expect(readers.map(reader => readsOf(reader))).toEqual([
      [{ ...furthest, ann: 11 }],
      [{ ...furthest, ben: 12 }],
      [furthest],
      [furthest],
    ])
  })

  test('[reads] who does not show theirs is told of nobody there either', async () => {
    const world = await roomOf(ALL, { largeRoom: 3 })
    await settle(world, 'ann', false)
    const ann = await open(world, 'ann')
    read(world, 'ben', 14)
    read(world, 'ann', 13)
    await world.platform.advance(READS_INTERVAL_MS)
    expect(readsOf(ann)).toEqual([{ ann: 13 }])
  })
})

describe('coming and going', () => {
  test('[reads] who comes back with a cursor is told what has moved since; who gets a snapshot has it in there', async () => {
    const world = await roomOf(ALL)
    const cursor = await world.head()
    const ben = await open(world, 'ben')
    read(world, 'ann', 13)
    read(world, 'ben', 14)
    await world.platform.advance(READS_INTERVAL_MS)
    ben.close()
    read(world, 'cy', 12)
    await world.platform.advance(READS_INTERVAL_MS)
    const [back, fresh] = [world.open('ben', cursor), await open(world, 'dan')]
    await world.platform.advance(1)
    expect(readsOf(back)).toEqual([{ [OWNER]: 2, ann: 13, ben: 14, cy: 12, dan: 6 }])
    expect(readsOf(fresh)).toEqual([])
    expect(fresh.frames[0]).toMatchObject({ reads: { ann: 13, ben: 14, cy: 12 } })
  })

  test('[reads] who comes back and does not show theirs is told of themselves alone', async () => {
    const world = await roomOf(ALL)
    const cursor = await world.head()
    await open(world, 'ben')
    read(world, 'cy', 12)
    await world.platform.advance(READS_INTERVAL_MS)
    await settle(world, 'ann', false)
    const back = world.open('ann', cursor)
    await world.platform.advance(READS_INTERVAL_MS)
    expect([back.liveAt, readsOf(back)]).toEqual([16, [{ ann: 3 }]])
  })

  test('[reads] a room that nobody reads has no timers for what moves in it', async () => {
    const world = await roomOf(ALL)
    const ben = await open(world, 'ben')
    read(world, 'ann', 8)
    await world.platform.advance(1)
    read(world, 'ann', 9)
    await world.platform.advance(0)
    expect(world.platform.pending).toBe(1)
    ben.close()
    // What drops the room when nobody comes back.
    expect(world.platform.pending).toBe(1)
    read(world, 'cy', 9)
    await world.platform.advance(0)
    expect(world.platform.pending).toBe(1)
    world.nodes[0]?.close()
    expect(world.platform.pending).toBe(0)
  })

  test('[reads] what was about to be told when a reader fell behind is told when they are live again, and nothing twice', async () => {
    const gate = Promise.withResolvers<void>()
    const log = (inner: RoomLog): RoomLog =>
      new Proxy(inner, {
        get:
          (target, name: keyof RoomLog) =>
          async (...args: unknown[]) => {
            if (name === 'access') await gate.promise
            return (target[name] as (...all: unknown[]) => unknown).apply(target, args)
          },
      })
    const world = await roomOf(ALL, { log })
    const ben = await open(world, 'ben')
    read(world, 'cy', 8)
    await world.platform.advance(1)
    read(world, 'ann', 9)
    await world.platform.advance(100)
    world.bus.publish({ kind: 'access', roomId: ROOM, userId: 'ben', code: 'forbidden' })
    await world.platform.advance(READS_INTERVAL_MS)
    gate.resolve()
    await world.platform.advance(1)
    expect(readsOf(ben)).toEqual([{ cy: 8 }, { ann: 9 }])
  })

  test('[reads] what moves between a snapshot and room.live is not lost', async () => {
    const world = await roomOf(ALL)
    await open(world, OWNER)
    const slow = world.open('ben', null, { limit: 2_000 })
    await world.platform.advance(1)
    expect([slow.snapshotAt, slow.liveAt]).toEqual([16, null])
    read(world, 'ann', 13)
    await world.platform.advance(READS_INTERVAL_MS)
    slow.drain()
    await world.platform.advance(1)
    expect(slow.liveAt).not.toBeNull()
    expect(readsOf(slow)).toEqual([{ ann: 13 }])
  })

  test('[reads] of somebody who has left nothing more is told', async () => {
    const world = await roomOf(ALL)
    const ben = await open(world, 'ben')
    read(world, OWNER, 7)
    await world.platform.advance(1)
    read(world, 'ann', 13)
    await world.platform.advance(1)
    await world.run({ kind: 'member.leave', actor: actorOf('ann'), roomId: ROOM })
    await world.platform.advance(READS_INTERVAL_MS)
    expect(readsOf(ben)).toEqual([{ [OWNER]: 7 }])
  })
})

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([0]) },
  { weight: 2, arbitrary: fc.constantFrom<Fate>([], [0, 0], [20], [400, 3], [700]) },
)

test('[reads] of others every reader hears positions that only grow, whatever the bus loses, repeats or reorders', async () => {
  const person = fc.constantFrom(...ALL)
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('read' as const), person, seq: fc.integer({ min: 6, max: 16 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('unread' as const), person, seq: fc.integer({ min: 6, max: 16 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('open' as const), person }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 30, 250, 800) }) },
  )
  let heard = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 50, size: 'max' }),
      fc.array(fate, { minLength: 10, maxLength: 60, size: 'max' }),
      fc.constantFrom(200, 2),
      async (steps, fates, largeRoom) => {
        const world = await roomOf(ALL, { largeRoom, bus: platform => new FaultyBus(platform.scheduler, fates) })
        for (const userId of ALL) await open(world, userId)
        for (const action of steps) {
          if (action.kind === 'read') read(world, action.person, action.seq)
          if (action.kind === 'open') world.open(action.person, await world.head())
          if (action.kind === 'wait') await world.platform.advance(action.ms)
          if (action.kind === 'unread') {
            void world.submit({ kind: 'room.unread', actor: actorOf(action.person), roomId: ROOM, seq: action.seq })
          }
        }
        await world.platform.advance(2_000)
        for (const reader of world.readers) {
          const last = new Map<string, number>()
          for (const [userId, seq] of readsOf(reader).flatMap(Object.entries)) {
            if (userId === reader.actor.userId) continue
            expect(seq).toBeGreaterThanOrEqual(last.get(userId) ?? 0)
            last.set(userId, seq)
            heard++
          }
        }
      },
    ),
    { numRuns: 100 },
  )
  expect(heard).toBeGreaterThan(500)
})

test('[reads] the two furthest of a large room are those of all that were heard; what is remembered is bounded', () => {
  const positions = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 1, max: 20 })))
  fc.assert(
    fc.property(positions, moves => {
      const reads = new FurthestReads()
      const all = new Map<string, number>()
      for (const [i, [userId, seq]] of moves.entries()) {
        reads.take(userId, seq, i, true)
        all.set(userId, Math.max(seq, all.get(userId) ?? 0))
      }
      const kept = [...reads.since(0, 9).values()].sort((a, b) => b - a)
      expect(kept).toEqual([...all.values()].sort((a, b) => b - a).slice(0, 2))
    }),
  )
  const many = new FurthestReads()
  for (let i = 0; i < 2 * MAX_KNOWN_READS; i++) many.take(`p${i}`, 1, i, false)
  expect(many.since(0, Number.POSITIVE_INFINITY).size).toBe(MAX_KNOWN_READS)
  const last = 2 * MAX_KNOWN_READS - 1
  expect([...many.since(0, 2).keys()]).toEqual([`p${last - 1}`, `p${last}`])
})
