import { SNAPSHOT_MEMBERS } from '@holdfast/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type RoomLog, StoreUnavailable } from '../../src/log/room-log.ts'
import { PEOPLE_AGAIN_MS } from '../../src/room/room-people.ts'
import { SharedText } from '../../src/transport/shared-text.ts'
import { actorOf, FakeReader } from '../support/fake-reader.ts'
import { type Fate, FaultyBus } from '../support/faulty-bus.ts'
import { OWNER, ROOM, RoomWorld, type WorldOptions } from '../support/room-world.ts'

const PRESENCE = new SharedText('{"type":"presence","users":[]}')

async function open(world: RoomWorld, userId: string): Promise<FakeReader> {
  const reader = world.open(userId)
  await world.platform.advance(1)
  return reader
}

async function put(world: RoomWorld, userId: string): Promise<void> {
  await world.run({ kind: 'member.put', actor: actorOf(OWNER), roomId: ROOM, userId, role: null })
}

async function kick(world: RoomWorld, userId: string): Promise<void> {
  await world.run({ kind: 'member.remove', actor: actorOf(OWNER), roomId: ROOM, userId })
}

/** The log with another way to read people, and how often that was done. */
function withPeople(before: (call: number) => Promise<void>): { options: WorldOptions; calls: () => number } {
  let calls = 0
  const log = (inner: RoomLog): RoomLog =>
    new Proxy(inner, {
      get(target, name: keyof RoomLog) {
        const method = (target[name] as (...args: unknown[]) => unknown).bind(target)
        if (name !== 'people') return method
        return async (...args: unknown[]) => {
          const answer = await method(...args)
          await before(++calls)
          return answer
        }
      },
    })
  return { options: { log }, calls: () => calls }
}

describe('whom a room shows', () => {
  test('[people] its members, from the first reader on, as they come and go', async () => {
    const reads = withPeople(async () => {})
    const world = await RoomWorld.withRoom(['ann', 'ben'], reads.options)
    expect(world.audiences).toEqual([])
    await open(world, 'ann')
    expect(world.audience.roomId).toBe(ROOM)
    expect([...world.audience.shown]).toEqual([OWNER, 'ann', 'ben'])
    await put(world, 'cy')
    await kick(world, 'ben')
    expect([...world.audience.shown]).toEqual([OWNER, 'ann', 'cy'])
    await world.platform.advance(PEOPLE_AGAIN_MS)
    expect(reads.calls()).toBe(1)
  })

  test('[people] of many the first in the order of joining; whoever leaves makes room for the next', async () => {
    const people = Array.from({ length: SNAPSHOT_MEMBERS + 2 }, (_, i) => `p${i}`)
    const reads = withPeople(async () => {})
    const world = await RoomWorld.withRoom(people, reads.options)
    await open(world, OWNER)
    expect([...world.audience.shown]).toEqual([OWNER, ...people].slice(0, SNAPSHOT_MEMBERS))
    await put(world, 'late')
    await kick(world, people.at(-1) ?? '')
    expect(world.audience.shown.size).toBe(SNAPSHOT_MEMBERS)
    expect(reads.calls()).toBe(1)
    for (const userId of ['p3', 'p5', 'p7']) await kick(world, userId)
    expect(world.audience.shown.size).toBe(SNAPSHOT_MEMBERS - 3)
    await put(world, 'later')
    expect(world.audience.shown).not.toContain('later')
    await world.platform.advance(PEOPLE_AGAIN_MS)
    // Those who left at about the same time cost one more reading.
    expect(reads.calls()).toBe(2)
    const left = people.filter(userId => !['p3', 'p5', 'p7', people.at(-1)].includes(userId))
    expect([...world.audience.shown].sort()).toEqual([OWNER, ...left, 'late'].slice(0, SNAPSHOT_MEMBERS).sort())
  })

  test('[people] what happens while they are read is not lost', async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const world = await RoomWorld.withRoom(['ann', 'ben'], withPeople(async call => gates[call - 1]?.promise).options)
    await open(world, 'ann')
    await put(world, 'cy')
    await kick(world, 'ben')
    gates[0]?.resolve()
    await world.platform.advance(PEOPLE_AGAIN_MS)
    expect([...world.audience.shown]).toEqual([])
    gates[1]?.resolve()
    await world.platform.advance(1)
    expect([...world.audience.shown]).toEqual([OWNER, 'ann', 'cy'])
  })

  test('[people] what is read after the last reader has gone is nobody’s', async () => {
    const gate = Promise.withResolvers<void>()
    const world = await RoomWorld.withRoom(['ann'], withPeople(() => gate.promise).options)
    const ann = await open(world, 'ann')
    ann.close()
    gate.resolve()
    await world.platform.advance(1)
    expect(world.audiences.map(({ isClosed, breaches }) => [isClosed, breaches])).toEqual([[true, []]])
  })

  test('[people] with the store away they are read as soon as it is back, and nothing of it after the last reader has gone', async () => {
    let isAway = true
    const reads = withPeople(async () => {
      if (isAway) throw new StoreUnavailable('read', null)
    })
    const world = await RoomWorld.withRoom(['ann'], reads.options)
    const ann = await open(world, 'ann')
    await world.platform.advance(3 * PEOPLE_AGAIN_MS)
    expect(world.audience.shown.size).toBe(0)
    isAway = false
    await world.platform.advance(PEOPLE_AGAIN_MS)
    expect(world.audience.shown.size).toBe(2)
    isAway = true
    ann.close()
    await open(world, 'ann')
    const before = reads.calls()
    world.readers.at(-1)?.close()
    await world.platform.advance(10 * PEOPLE_AGAIN_MS)
    expect(reads.calls()).toBe(before)
  })
})

describe('whom a room tells', () => {
  test('[people] who is live, until they end; the last one takes the audience along, and all timers', async () => {
    const world = await RoomWorld.withRoom(['ann', 'ben'])
    const [ann, ben] = [await open(world, 'ann'), await open(world, 'ben')]
    const { audience } = world
    expect([...audience.viewers].map(({ actor }) => actor.userId)).toEqual(['ann', 'ben'])
    ann.close()
    expect([...audience.viewers].map(({ actor }) => actor.userId)).toEqual(['ben'])
    ben.close()
    expect([audience.isClosed, audience.breaches]).toEqual([true, []])
    world.nodes[0]?.close()
    expect(world.platform.pending).toBe(0)
  })

  test('[people] a reader who opens the room over is the same viewer', async () => {
    const world = await RoomWorld.withRoom(['ann'])
    await open(world, OWNER)
    const ann = await open(world, 'ann')
    const viewer = [...world.audience.viewers].at(-1)
    ann.subscription?.end()
    expect(world.audience.viewers.size).toBe(1)
    ann.subscription = world.nodes[0]?.open(ann.request(ROOM)) ?? null
    await world.platform.advance(1)
    expect([...world.audience.viewers].at(-1)).toBe(viewer)
    expect(viewer?.presence(PRESENCE)).toBe(true)
  })

  test('[people] not who has fallen behind and may not be one who may read any more', async () => {
    const world = await RoomWorld.withRoom([], { type: 'public' })
    const guest = await open(world, 'guest')
    const [viewer] = world.audience.viewers
    expect(viewer?.presence(PRESENCE)).toBe(true)
    world.bus.publish({ kind: 'access', roomId: ROOM, userId: 'guest', code: 'banned' })
    expect(viewer?.presence(PRESENCE)).toBe(false)
    await world.platform.advance(1)
    expect(viewer?.presence(PRESENCE)).toBe(true)
    expect([guest.presences.length, world.audience.viewers.size, world.audience.breaches]).toEqual([2, 1, []])
  })

  test('[people] not who closes the room as soon as it is live', async () => {
    const world = await RoomWorld.withRoom(['ann'])
    await open(world, OWNER)
    const ann = new FakeReader('ann')
    ann.subscription = world.nodes[0]?.open({ ...ann.request(ROOM), onLive: () => ann.close() }) ?? null
    await world.platform.advance(1)
    expect([ann.liveAt, world.audience.viewers.size]).toEqual([3, 1])
  })

  test('[people] a room whose log was replaced begins anew, also for who was about to read it', async () => {
    const gates = [Promise.resolve(), Promise.withResolvers<void>().promise]
    const log = (inner: RoomLog): RoomLog =>
      new Proxy(inner, {
        get:
          (target, name: keyof RoomLog) =>
          async (...args: unknown[]) => {
            if (name === 'open') await gates.shift()
            return (target[name] as (...all: unknown[]) => unknown).apply(target, args)
          },
      })
    const world = await RoomWorld.withRoom(['ann'], { log })
    const ann = await open(world, 'ann')
    const reads = (seq: number) => world.bus.publish({ kind: 'reads', roomId: ROOM, reads: { cy: seq }, hidden: {} })
    reads(9)
    await open(world, OWNER)
    world.nodes[0]?.receive({ kind: 'deleted', roomId: ROOM, members: null })
    expect([ann.ended, world.audiences[0]?.isClosed]).toEqual(['deleted', true])
    const again = await open(world, OWNER)
    reads(4)
    await world.platform.advance(1)
    expect(again.signals).toEqual([{ type: 'reads', roomId: ROOM, reads: { cy: 4 } }])
    expect(world.audiences.map(({ breaches }) => breaches)).toEqual([[], []])
  })
})

describe('leaving', () => {
  test.each([
    ['kicked', (world: RoomWorld) => kick(world, 'ann')],
    ['left', (world: RoomWorld) => world.run({ kind: 'member.leave', actor: actorOf('ann'), roomId: ROOM })],
  ])(
    '[revocation] who is %s gets no signal of the room from the event on, be the room ever so busy',
    async (how, leave) => {
      const others = Array.from({ length: 50 }, (_, i) => `p${i}`)
      const world = await RoomWorld.withRoom(['ann', ...others])
      for (const userId of others) world.open(userId)
      const ann = await open(world, 'ann')
      const viewer = [...world.audience.viewers].at(-1)
      // The room has just been flushed: its next events wait for others to share their frame.
      void world.send(OWNER)
      await world.platform.advance(0)
      await leave(world)
      expect([ann.ended, ann.events.at(-1)?.kind]).toEqual([how, 'member.left'])
      const before = ann.signals.length
      await world.typing[0]?.start('s', actorOf('p0'), ROOM)
      void world.submit({ kind: 'room.read', actor: actorOf('p1'), roomId: ROOM, seq: 60, readRevision: null })
      await world.platform.advance(2_000)
      expect(world.readers[0]?.signals.map(({ type }) => type).sort()).toEqual(['reads'])
      expect(world.readers[1]?.signals.map(({ type }) => type).sort()).toEqual(['reads', 'typing'])
      expect([ann.signals.length, ann.presences, ann.breaches]).toEqual([before, [], []])
      expect([viewer?.presence(PRESENCE), world.audience.viewers.size]).toEqual([false, others.length])
    },
  )
})

test('[people] after any history whoever is in the room is shown, and whoever reads it is told', async () => {
  const person = fc.constantFrom('ann', 'ben', 'cy', 'dan')
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('put' as const, 'kick' as const), person }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('open' as const), person }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), which: fc.nat() }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 7, 500, 1_500) }),
    },
  )
  const fate = fc.constantFrom<Fate>([0], [0], [], [0, 7], [30], [900])
  const seen = { shown: 0, viewers: 0, ended: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }),
      fc.array(fate, { minLength: 5, maxLength: 60, size: 'max' }),
      fc.array(fc.boolean(), { maxLength: 6 }),
      async (steps, fates, failures) => {
        const { options } = withPeople(async () => {
          if (failures.pop() === true) throw new StoreUnavailable('read', null)
        })
        const bus = (platform: RoomWorld['platform']) => new FaultyBus(platform.scheduler, fates)
        const world = await RoomWorld.withRoom(['ann', 'ben'], { ...options, bus })
        await open(world, OWNER)
        for (const action of steps) {
          if (action.kind === 'put') await put(world, action.person)
          if (action.kind === 'kick') await kick(world, action.person)
          if (action.kind === 'open') world.open(action.person)
          if (action.kind === 'close') world.readers[action.which % world.readers.length]?.close()
          if (action.kind === 'wait') await world.platform.advance(action.ms)
        }
        await world.platform.advance(20_000)
        const live = world.readers.filter(reader => reader.ended === null)
        for (const { breaches, isClosed, viewers } of world.audiences) {
          expect(breaches).toEqual([])
          if (isClosed) expect(viewers.size).toBe(0)
        }
        expect(world.audiences.filter(({ isClosed }) => !isClosed)).toHaveLength(live.length > 0 ? 1 : 0)
        seen.ended += world.readers.length - live.length
        if (live.length === 0) return
        const people = await world.log.members({
          roomId: ROOM,
          actor: actorOf(OWNER),
          limit: 100,
          cursor: null,
          query: '',
        })
        const members = people.ok ? people.value.members.map(({ userId }) => userId) : []
        expect([...world.audience.shown].sort()).toEqual([...members].sort())
        expect([...world.audience.viewers].map(({ actor }) => actor.userId).sort()).toEqual(
          live.map(({ actor }) => actor.userId).sort(),
        )
        seen.shown += members.length
        seen.viewers += live.length
      },
    ),
    { numRuns: 150 },
  )
  for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(100)
})
