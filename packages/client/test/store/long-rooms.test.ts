import type { Message } from '@holdfast/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryOutboxStorage, type OutboxRecord, type RoomView, type TimelineEntry } from '../../src/index.ts'
import { MAX_IN_FLIGHT } from '../../src/outbox/outbox-machine.ts'
import { RoomStore } from '../../src/store/room-store.ts'
import { Timeline } from '../../src/store/timeline.ts'
import { FakeRoom } from '../../src/testing.ts'
import { ROOM, World } from '../support/world.ts'

const HELD = 10_000

/** Ann's view of a room with `HELD` messages, and what becomes another object of it. */
async function longRoom() {
  const world = new World()
  const { room } = await world.join('ann')
  const log = world.server.room(ROOM)
  for (let i = 0; i < HELD; i += 1_000) {
    const events = Array.from({ length: 1_000 }, (_, k) => {
      return log.send(k % 2 === 0 ? 'ann' : 'bob', { clientId: `c${i + k}`, content: `${i + k}` }).event
    })
    world.server.publish(ROOM, ...events.flatMap(event => event ?? []))
  }
  let told = 0
  room.subscribe(() => told++)
  const during = async (work: () => unknown) => {
    const before = new Set<TimelineEntry>(room.getSnapshot().timeline)
    told = 0
    work()
    await world.time.advance(0)
    const view: RoomView = room.getSnapshot()
    return { others: view.timeline.filter(row => !before.has(row)).length, told, rows: view.timeline.length }
  }
  return { world, room, log, during }
}

test('in a room of 10,000 messages one event makes one row another object, and tells listeners once', async () => {
  const { world, room, log, during } = await longRoom()
  expect(room.getSnapshot().timeline).toHaveLength(HELD)
  expect(await during(() => world.server.say(ROOM, 'bob', 'new'))).toEqual({ others: 1, told: 1, rows: HELD + 1 })
  for (const place of [0, 5_000, HELD - 1]) {
    const messageId = log.state.messages[place]?.id ?? ''
    const reaction = { kind: 'reaction.added', by: 'bob', userId: 'bob', messageId, key: 'ok' } as const
    const change = () => world.server.publish(ROOM, log.append(reaction))
    expect(await during(change)).toEqual({ others: 1, told: 1, rows: HELD + 1 })
  }
  const read = () => {
    log.read('bob', (log.state.messages[9]?.seq ?? 0) + 0)
    world.server.tellReads(ROOM, ['bob'])
  }
  expect(await during(read)).toEqual({ others: 5, told: 1, rows: HELD + 1 })
})

/** `of`, and how often its `property` has been read. */
function counting<T extends object>(of: T, property: keyof T, onRead: () => void): T {
  const value = of[property]
  const get = () => {
    onRead()
    return value
  }
  return Object.defineProperty({ ...of }, property, { enumerable: true, get })
}

test('of a room with 10,000 unread messages one more has only itself looked at', () => {
  const log = new FakeRoom('r', ['ann', 'bob'])
  const say = () => log.send('bob', { clientId: `b${log.seq}`, content: '' }).event ?? []
  let looks = 0
  const store = new RoomStore({ userId: () => 'ann', onMembership() {}, onChange() {}, onMessages() {} })
  const timeline = new Timeline()
  const shown = () => timeline.build(store.data?.state.messages ?? [], [], 'ann', 0)
  const take = (count: number) => {
    const events = Array.from({ length: count }, say).flat()
    const counted = events.map(event =>
      event.kind === 'message.created'
        ? { ...event, message: counting(event.message, 'senderId', () => looks++) }
        : event,
    )
    looks = 0
    store.applyEvents(counted)
    return shown().length
  }
  store.applySnapshot(log.snapshot('ann'))
  expect(take(10_000)).toBe(10_000)
  expect(looks).toBeGreaterThanOrEqual(10_000)
  expect(take(1)).toBe(10_001)
  expect(looks).toBeLessThan(5)
  expect(store.data?.held.unread).toBe(10_001)
})

test('what is unread of the messages held is what a recount finds, whatever has happened', () => {
  const step = fc.tuple(
    fc.constantFrom('say', 'mention', 'own', 'edit', 'delete', 'react', 'read', 'unread'),
    fc.nat(150),
  )
  fc.assert(
    fc.property(fc.nat(150), fc.array(fc.array(step, { maxLength: 5 }), { maxLength: 12 }), (many, batches) => {
      const log = new FakeRoom('r', ['ann', 'bob'])
      const store = new RoomStore({ userId: () => 'ann', onMembership() {}, onChange() {}, onMessages() {} })
      store.applySnapshot(log.snapshot('ann'))
      let revision = 0
      // More than the contract counts, more often than not.
      const first = Array.from({ length: many }, () => ['say', 0] as const)
      for (const batch of [first, ...batches]) {
        const events = batch.flatMap(([what, place]) => {
          const messageId = log.state.messages[place]?.id ?? 'none'
          const clientId = `c${log.seq}`
          if (what === 'say') return log.send('bob', { clientId, content: '' }).event ?? []
          if (what === 'own') return log.send('ann', { clientId, content: '' }).event ?? []
          if (what === 'mention') return log.send('bob', { clientId, content: '', mentions: ['ann'] }).event ?? []
          if (messageId === 'none' || what === 'read' || what === 'unread') return []
          if (what === 'delete') return log.append({ kind: 'message.deleted', by: 'bob', messageId, deletedAt: 1 })
          if (what === 'react')
            return log.append({ kind: 'reaction.added', by: 'bob', userId: 'bob', messageId, key: 'k' })
          const mentions = place % 2 === 0 ? ['ann'] : []
          return log.append({ kind: 'message.edited', by: 'bob', messageId, content: 'e', editedAt: 1, mentions })
        })
        store.applyEvents(events)
        for (const [what, place] of batch) {
          if (what === 'unread') revision++
          if (what === 'read' || what === 'unread') store.takePosition({ lastReadSeq: place, readRevision: revision })
        }
        const { state, lastReadSeq, held } = store.data ?? fail()
        const isUnread = (m: Message) => m.seq > lastReadSeq && m.senderId !== 'ann' && m.deletedAt === null
        const unread = state.messages.filter(isUnread)
        const mentions = unread.filter(message => message.mentions.includes('ann')).length
        expect(held).toEqual({ unread: unread.length, mentions })
      }
    }),
  )
})

test('of 1,000 messages that wait only those are looked at that are on their way, whatever becomes of one', async () => {
  const world = new World()
  let reads = 0
  const storage = new MemoryOutboxStorage()
  const { room: before } = world.client('ann', { outbox: storage })
  for (let i = 0; i < 1_000; i++) before.send(`${i}`)
  await world.time.advance(0)
  const left = (await storage.list()).map((record): OutboxRecord => {
    return counting({ ...record, userId: 'ann' }, 'content', () => reads++)
  })
  const { room } = await world.join('ann', {
    outbox: Object.assign(new MemoryOutboxStorage(), { list: async () => left }),
  })
  room.subscribe(() => room.getSnapshot())
  await world.time.advance(60_000)
  expect(world.server.room(ROOM).state.messages).toHaveLength(1_000)
  // Each is looked at as it waits, as it goes out, in its frame, and as it is acknowledged: what is counted is what is shown.
  expect(reads).toBeGreaterThanOrEqual(4 * 1_000)
  // An answer lets another one out: only those between the two are looked at.
  expect(reads).toBeLessThan(2 * MAX_IN_FLIGHT * 1_000)
})

function fail(): never {
  throw new Error('nothing is held')
}
