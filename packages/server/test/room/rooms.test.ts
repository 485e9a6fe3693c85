import type { RoomEvent } from '@holdfast/protocol'
import { describe, expect, test } from 'vitest'
import { type RoomLog, StoreUnavailable } from '../../src/log/room-log.ts'
import { HEAD_CHECK_MS, IDLE_MS, MAX_IDLE_HUBS } from '../../src/room/hubs.ts'
import { actorOf, FakeReader } from '../support/fake-reader.ts'
import { FaultyBus } from '../support/faulty-bus.ts'
import { OWNER, ROOM, RoomWorld } from '../support/room-world.ts'

function kinds(reader: FakeReader): string[] {
  return reader.frames.map(frame => frame.type)
}

/** The log, with every call counted and with what the test puts in the way of it. */
function watched(calls: string[], before: Partial<Record<keyof RoomLog, () => Promise<void>>> = {}) {
  return (log: RoomLog): RoomLog =>
    new Proxy(log, {
      get(target, name: keyof RoomLog) {
        const method = target[name] as (...args: unknown[]) => Promise<unknown>
        return async (...args: unknown[]) => {
          calls.push(name)
          await before[name]?.()
          return method.apply(target, args)
        }
      },
    })
}

describe('opening', () => {
  test('[open] without a cursor: a snapshot, then room.live', async () => {
    const world = await RoomWorld.withRoom(['ann'])
    const ann = world.open('ann')
    await world.platform.advance(0)
    expect(kinds(ann)).toEqual(['room.snapshot', 'room.live'])
    expect(ann.liveAt).toBe(3)
  })

  test('[open] with a good cursor: the events after it, then room.live; at the head room.live alone', async () => {
    const world = await RoomWorld.withRoom(['ann'])
    const { epoch } = await world.head()
    const behind = world.open('ann', { epoch, seq: 1 })
    const current = world.open('ann', { epoch, seq: 3 })
    await world.platform.advance(0)
    expect(kinds(behind)).toEqual(['message.event', 'room.live'])
    expect(behind.events.map(event => event.seq)).toEqual([2, 3])
    expect(kinds(current)).toEqual(['room.live'])
  })

  test.each([
    ['of another epoch', (epoch: string) => ({ epoch: `${epoch}x`, seq: 2 })],
    ['ahead of the log', (epoch: string) => ({ epoch, seq: 99 })],
    ['too far behind', (epoch: string) => ({ epoch, seq: 0 })],
  ])('[open] a cursor %s: a snapshot instead, from memory as from the log', async (_, cursorOf) => {
    const world = await RoomWorld.withRoom(['ann'], { delta: 2 })
    const cursor = cursorOf((await world.head()).epoch)
    for (let time = 0; time < 2; time++) {
      const ann = world.open('ann', cursor)
      await world.platform.advance(0)
      expect(kinds(ann)).toEqual(['room.snapshot', 'room.live'])
    }
  })

  test('[open] a reconnect is served from the tail: one look at who may read, no read of events', async () => {
    const calls: string[] = []
    const world = await RoomWorld.withRoom(['ann'], { log: watched(calls) })
    world.open('ann')
    await world.platform.advance(0)
    for (let i = 0; i < 3; i++) void world.send('ann')
    await world.platform.advance(0)
    const { epoch } = await world.head()
    calls.length = 0
    const back = world.open('ann', { epoch, seq: 4 })
    await world.platform.advance(0)
    expect(back.events.map(event => event.seq)).toEqual([5, 6])
    expect(calls).toEqual(['visit'])
  })

  test('[open] what is committed while the room is read from the log arrives after it, once', async () => {
    const gate = Promise.withResolvers<void>()
    const world = await RoomWorld.withRoom(['ann'], { log: watched([], { visit: () => gate.promise }) })
    const ann = world.open('ann')
    await world.platform.advance(0)
    void world.send('ann')
    await world.platform.advance(0)
    expect(ann.frames).toEqual([])
    gate.resolve()
    await world.platform.advance(10)
    void world.send('ann')
    await world.platform.advance(10)
    expect([ann.snapshotAt, ann.seq, ann.breaches]).toEqual([4, 5, []])
  })

  test('[open] a room whose reading hangs holds up no other room', async () => {
    const world = await RoomWorld.withRoom(['ann'], { log: watched([]) })
    const hanging = new RoomWorld({ log: watched([], { visit: () => new Promise(() => {}) }) })
    const stuck = hanging.open('ann')
    const fine = world.open('ann')
    await world.platform.advance(0)
    await hanging.platform.advance(0)
    expect(stuck.frames).toEqual([])
    expect(fine.liveAt).toBe(3)
  })

  test('[open] no such room and a private one of others are refused alike', async () => {
    const world = await RoomWorld.withRoom([])
    const stranger = world.open('stranger')
    const lost = new FakeReader('stranger')
    world.nodes[0]?.open({ ...lost.request('nowhere') })
    await world.platform.advance(0)
    expect(stranger.ended).toMatchObject({ code: 'not_found' })
    expect(lost.ended).toEqual(stranger.ended)
  })

  test('[open] with the store away: unavailable; a defect is told to the session', async () => {
    const away = await RoomWorld.withRoom(['ann'], {
      log: watched([], { visit: () => Promise.reject(new StoreUnavailable('read', null)) }),
    })
    const refused = away.open('ann')
    await away.platform.advance(0)
    expect(refused.ended).toMatchObject({ code: 'unavailable' })
    const broken = await RoomWorld.withRoom(['ann'], {
      log: watched([], { visit: () => Promise.reject(new Error('bug')) }),
    })
    const failed = broken.open('ann')
    await broken.platform.advance(0)
    expect(failed.failure).toMatchObject({ message: 'bug' })
  })
})

describe('revocation', () => {
  test('[revocation] a kicked member gets the events up to their own leaving, then room.detached, and nothing more', async () => {
    const world = await RoomWorld.withRoom(['ann', 'ben'])
    const [ann, ben, again] = [world.open('ann'), world.open('ben'), world.open('ben')]
    await world.platform.advance(0)
    void world.send('ann')
    void world.submit({ kind: 'member.remove', actor: actorOf(OWNER), roomId: ROOM, userId: 'ben' })
    void world.send('ann')
    await world.platform.advance(20)
    for (const reader of [ben, again]) {
      expect(reader.events.map(event => event.kind)).toEqual(['message.created', 'member.left'])
      expect(reader.ended).toBe('kicked')
      expect(reader.breaches).toEqual([])
    }
    expect(ann.seq).toBe(7)
  })

  test('[revocation] also when the join is under way: read before, removed before the first frame', async () => {
    const gate = Promise.withResolvers<void>()
    const slow = (log: RoomLog): RoomLog =>
      new Proxy(log, {
        get:
          (target, name: keyof RoomLog) =>
          async (...args: unknown[]) => {
            const answer = await (target[name] as (...all: unknown[]) => Promise<unknown>).apply(target, args)
            if (name === 'visit') await gate.promise
            return answer
          },
      })
    const world = await RoomWorld.withRoom(['ann', 'ben'], { log: slow })
    const ben = world.open('ben')
    await world.platform.advance(0)
    void world.submit({ kind: 'member.remove', actor: actorOf(OWNER), roomId: ROOM, userId: 'ben' })
    void world.send('ann', 'not for ben')
    await world.platform.advance(0)
    gate.resolve()
    await world.platform.advance(20)
    expect(ben.snapshotAt).toBe(4)
    expect(ben.seq).toBe(5)
    expect(ben.ended).toBe('kicked')
  })

  test('[revocation] leaving a public room ends the subscriptions; it can be read again without joining', async () => {
    const world = await RoomWorld.withRoom(['ann'], { type: 'public' })
    const ann = world.open('ann')
    await world.platform.advance(0)
    await world.run({ kind: 'member.leave', actor: actorOf('ann'), roomId: ROOM })
    expect(ann.ended).toBe('left')
    const reader = world.open('ann', { epoch: (await world.head()).epoch, seq: 3 })
    await world.platform.advance(0)
    void world.send(OWNER)
    await world.platform.advance(1)
    expect(reader.ended).toBeNull()
    expect(reader.events.map(event => event.kind)).toEqual(['member.left', 'message.created'])
  })

  test('[revocation] a ban ends the reading of somebody who is no member, of whom the log has no event', async () => {
    const world = await RoomWorld.withRoom([], { type: 'public' })
    const [guest, other] = [world.open('guest'), world.open('other')]
    await world.platform.advance(0)
    const ban = {
      kind: 'ban.put',
      actor: actorOf(OWNER),
      roomId: ROOM,
      userId: 'guest',
      reason: null,
      until: null,
    } as const
    await world.run(ban)
    world.bus.publish({ kind: 'access', roomId: ROOM, userId: 'guest', code: 'banned' })
    void world.send(OWNER, 'not for the guest')
    await world.platform.advance(20)
    expect(guest.ended).toBe('banned')
    expect(guest.events).toEqual([])
    expect(other.events).toHaveLength(1)
    const again = world.open('guest')
    await world.platform.advance(0)
    expect(again.ended).toMatchObject({ code: 'forbidden' })
  })

  test('[revocation] the hint is only a hint: who may still read goes on without a gap', async () => {
    const world = await RoomWorld.withRoom([], { type: 'public' })
    const guest = world.open('guest')
    await world.platform.advance(0)
    world.bus.publish({ kind: 'access', roomId: ROOM, userId: 'guest', code: 'banned' })
    void world.send(OWNER)
    await world.platform.advance(20)
    expect([guest.ended, guest.seq, guest.breaches]).toEqual([null, 3, []])
  })

  test('[revocation] also a false hint about a reader who is still catching up costs nothing', async () => {
    const world = await RoomWorld.withRoom(['ann'], { tail: { events: 2, size: 100_000 } })
    world.open(OWNER)
    await world.platform.advance(0)
    for (let i = 0; i < 30; i++) void world.send('ann')
    await world.platform.advance(1)
    const slow = world.open('ann', { epoch: (await world.head()).epoch, seq: 3 }, { limit: 500 })
    for (let i = 0; i < 60 && slow.liveAt === null; i++) {
      slow.drain()
      world.bus.publish({ kind: 'access', roomId: ROOM, userId: 'ann', code: 'banned' })
      await world.platform.advance(1)
    }
    expect([slow.liveAt, slow.ended, slow.breaches]).toEqual([33, null, []])
  })

  test('[forbidden] somebody whose token lost its power is detached from what only that let them read', async () => {
    const world = await RoomWorld.withRoom([])
    const admin = world.open('admin', null, { isAdmin: true })
    await world.platform.advance(0)
    expect(admin.liveAt).toBe(2)
    admin.actor = actorOf('admin')
    world.nodes[0]?.receive({ kind: 'access', roomId: ROOM, userId: 'admin', code: 'forbidden' })
    void world.send(OWNER)
    await world.platform.advance(20)
    expect([admin.ended, admin.events]).toEqual(['forbidden', []])
  })

  test('[deleted] a deleted room ends every subscription', async () => {
    const world = await RoomWorld.withRoom(['ann'])
    const readers = [world.open('ann'), world.open(OWNER)]
    await world.platform.advance(0)
    await world.run({ kind: 'room.delete', actor: actorOf(OWNER), roomId: ROOM })
    expect(readers.map(reader => reader.ended)).toEqual(['deleted', 'deleted'])
    expect(world.nodes[0]?.size).toBe(0)
  })
})

describe('following the log', () => {
  test('a lost hint is noticed by the next one and read from the log', async () => {
    const world = await RoomWorld.withRoom(['ann'], { bus: platform => new FaultyBus(platform.scheduler, [[0], []]) })
    const ann = world.open('ann')
    await world.platform.advance(0)
    for (let i = 0; i < 2; i++) {
      void world.send('ann')
      await world.platform.advance(0)
    }
    expect(ann.seq).toBe(3)
    await world.platform.advance(10)
    expect([ann.seq, ann.breaches]).toEqual([5, []])
  })

  test('a lost last hint is found by comparing the heads', async () => {
    const world = await RoomWorld.withRoom(['ann'], { bus: platform => new FaultyBus(platform.scheduler, [[0], []]) })
    const ann = world.open('ann')
    await world.platform.advance(0)
    void world.send('ann')
    await world.platform.advance(HEAD_CHECK_MS + 100)
    expect(ann.seq).toBe(4)
  })

  test('a lost hint of a ban is found by asking about the readers in turn: it is no event where the banned were no members', async () => {
    const world = await RoomWorld.withRoom([], {
      type: 'public',
      bus: platform => new FaultyBus(platform.scheduler, [[], [], [], []]),
    })
    const readers = Array.from({ length: 12 }, (_, i) => world.open(`guest${i}`))
    await world.platform.advance(0)
    const ban = { kind: 'ban.put', actor: actorOf(OWNER), roomId: ROOM, reason: null, until: null } as const
    for (const userId of ['guest0', 'guest11']) await world.run({ ...ban, userId })
    await world.platform.advance(2 * HEAD_CHECK_MS + 100)
    const ended = readers.flatMap(({ ended }, i) => (ended === null ? [] : [[i, ended]]))
    expect(ended).toEqual([
      [0, 'forbidden'],
      [11, 'forbidden'],
    ])
  })

  test('a hole is read again until the log can be read', async () => {
    let failures = 3
    const flaky = () => (failures-- > 0 ? Promise.reject(new StoreUnavailable('read', null)) : Promise.resolve())
    const world = await RoomWorld.withRoom(['ann'], {
      bus: platform => new FaultyBus(platform.scheduler, [[0], [], [0]]),
      log: watched([], { events: flaky }),
    })
    const ann = world.open('ann')
    await world.platform.advance(0)
    for (let i = 0; i < 2; i++) {
      void world.send('ann')
      await world.platform.advance(0)
    }
    await world.platform.advance(2_000)
    expect([ann.seq, ann.breaches]).toEqual([5, []])
  })

  test('[epoch] a room whose log was replaced detaches its readers, who then get a snapshot', async () => {
    const world = await RoomWorld.withRoom(['ann'])
    const ann = world.open('ann')
    await world.platform.advance(0)
    const replaced = { head: async () => ({ epoch: 'another', seq: 2 }) }
    Object.assign(world.log, replaced)
    world.bus.publish({ kind: 'events', roomId: ROOM, epoch: 'another', events: [{ seq: 2 } as RoomEvent] })
    await world.platform.advance(10)
    expect(ann.ended).toBe('lagging')
  })

  test('[resume] a reader behind the tail is brought up from the log, at its own pace', async () => {
    const world = await RoomWorld.withRoom(['ann'], { tail: { events: 2, size: 100_000 } })
    const keeper = world.open(OWNER)
    await world.platform.advance(0)
    for (let i = 0; i < 30; i++) void world.send('ann')
    await world.platform.advance(0)
    const slow = world.open('ann', { epoch: (await world.head()).epoch, seq: 3 }, { limit: 500 })
    for (let i = 0; i < 60 && slow.liveAt === null; i++) {
      slow.drain()
      await world.platform.advance(1)
    }
    expect([slow.liveAt, slow.breaches, slow.ended]).toEqual([33, [], null])
    expect(keeper.seq).toBe(33)
  })

  test('[fan-out] a batch larger than the tail reaches all who are live without a read of the log, in the same frames', async () => {
    const calls: string[] = []
    const world = await RoomWorld.withRoom(['ann', 'ben'], { tail: { events: 4, size: 100_000 }, log: watched(calls) })
    const readers = [world.open('ann'), world.open('ben')]
    await world.platform.advance(0)
    calls.length = 0
    for (let i = 0; i < 300; i++) void world.send('ann')
    await world.platform.advance(1)
    expect(readers.map(reader => [reader.seq, reader.breaches])).toEqual([
      [304, []],
      [304, []],
    ])
    expect(calls).not.toContain('events')
    const [first, second] = readers.map(reader => reader.shared.slice(2))
    expect(first?.length).toBeGreaterThan(0)
    expect(first?.every((message, i) => message === second?.[i])).toBe(true)
  })

  test('[lagging] a live reader without room loses the subscription, and only that one', async () => {
    const world = await RoomWorld.withRoom(['ann', 'ben'])
    const stalled = world.open('ann', null, { limit: 4_000 })
    const fine = world.open('ben')
    await world.platform.advance(0)
    for (let i = 0; i < 20; i++) {
      void world.send('ben')
      await world.platform.advance(1)
    }
    expect(stalled.ended).toBe('lagged')
    expect([fine.seq, fine.breaches]).toEqual([24, []])
  })
})

describe('what is kept', () => {
  test('a room without readers is kept for a while, then dropped', async () => {
    const world = await RoomWorld.withRoom(['ann'])
    const ann = world.open('ann')
    await world.platform.advance(0)
    ann.close()
    expect(world.nodes[0]?.size).toBe(1)
    await world.platform.advance(IDLE_MS)
    expect(world.nodes[0]?.size).toBe(0)
    expect(world.platform.pending).toBe(0)
  })

  test('rooms that nobody may read leave nothing behind, and idle ones are bounded', async () => {
    const world = new RoomWorld()
    for (let i = 0; i < 2 * MAX_IDLE_HUBS; i++) {
      const fields = { name: 'r', type: 'public', topic: '', ephemeral: false, metadata: {}, members: [] } as const
      await world.run({ kind: 'room.create', actor: actorOf(OWNER), roomId: `r${i}`, ...fields })
      const reader = new FakeReader('ann')
      reader.subscription = world.nodes[0]?.open(reader.request(`r${i}`)) ?? null
      world.nodes[0]?.open(new FakeReader('ann').request(`none${i}`))
      await world.platform.advance(0)
      reader.close()
    }
    expect(world.nodes[0]?.size).toBe(MAX_IDLE_HUBS)
  })
})
