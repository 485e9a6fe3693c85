import { expect, test } from 'vitest'
import type { RoomLog } from '../../src/log/room-log.ts'
import type { VisitRequest } from '../../src/log/visit.ts'
import { DEFAULT_TAIL } from '../../src/room/tail.ts'
import { actorOf } from '../support/fake-reader.ts'
import { ROOM, RoomWorld } from '../support/room-world.ts'

/** Before a log: notes whose events it is asked for, and holds its answers back until `gate`. */
function watching(asked: string[], gate: { promise: Promise<void> }) {
  return (log: RoomLog): RoomLog =>
    new Proxy(log, {
      get: (target, name: keyof RoomLog) => {
        const read = target[name] as (...all: unknown[]) => Promise<unknown>
        return async (...args: unknown[]) => {
          const answer = await read.apply(target, args)
          if (name === 'events') asked.push('a hole')
          if (name !== 'visit') return answer
          const [{ visitors }] = args as [VisitRequest]
          for (const { actor, isHeld } of visitors) if (!isHeld) asked.push(actor.userId)
          await gate.promise
          return answer
        }
      },
    })
}

const OPEN = { promise: Promise.resolve() }

async function worldOf(gate = OPEN, more = '') {
  const asked: string[] = []
  const world = await RoomWorld.withRoom(['ann', 'ben', 'cy', 'dan'], { log: watching(asked, gate) })
  for (let i = 0; i < 4; i++) void world.send('ann', `secret ${i}${more}`)
  await world.platform.advance(0)
  const { epoch, seq } = await world.head()
  return { world, asked, cursor: { epoch, seq: seq - 4 }, seq }
}

test('[open] what the log gave those who came back first is in memory for those who come from there next', async () => {
  const { world, asked, cursor, seq } = await worldOf()
  const first = world.open('ann', cursor)
  await world.platform.advance(0)
  const next = world.open('ben', cursor)
  await world.platform.advance(0)
  expect([first.seq, next.seq]).toEqual([seq, seq])
  expect(first.shared[0]).toBe(next.shared[0])
  expect(asked).toEqual(['ann'])
})

test('[open] also where the room is live already, from a later place on', async () => {
  const { world, asked, cursor, seq } = await worldOf()
  const live = world.open('cy')
  await world.platform.advance(0)
  for (const userId of ['ann', 'ben']) {
    world.open(userId, cursor)
    await world.platform.advance(0)
  }
  void world.send('ann')
  await world.platform.advance(20)
  expect(asked).toEqual(['cy', 'ann'])
  expect(world.readers.map(reader => [reader.seq, reader.breaches])).toEqual(world.readers.map(() => [seq + 1, []]))
  expect(live.liveAt).toBe(seq)
})

test('[bounded] what was read for those who came back passes its limits a moment only, and not at all when nobody is there', async () => {
  const { world, asked, cursor, seq } = await worldOf(OPEN, 'x'.repeat(DEFAULT_TAIL.size / 2))
  const come = async (userId: string) => {
    const reader = world.open(userId, cursor)
    await world.platform.advance(0)
    return reader
  }
  const together = [await come('ann'), await come('ben')]
  expect(asked).toEqual(['ann'])
  // Nobody writes, and a reader stays: time alone has to do it.
  await world.platform.advance(1_000)
  const later = await come('cy')
  expect(asked).toEqual(['ann', 'cy'])
  for (const { subscription } of [...together, later]) subscription?.end()
  const last = await come('dan')
  expect(asked).toEqual(['ann', 'cy', 'dan'])
  expect([...together, later, last].map(reader => [reader.seq, reader.breaches])).toEqual(Array(4).fill([seq, []]))
})

test('[deleted] what was read before a message was deleted is kept for nobody', async () => {
  const gate: { promise: Promise<void> } = { promise: Promise.resolve() }
  const { world, cursor, seq } = await worldOf(gate)
  world.open('cy')
  await world.platform.advance(0)
  const [created] = await world.log.events(ROOM, cursor.seq, 1)
  if (created?.kind !== 'message.created') throw new Error('the first event is no message')
  const held = Promise.withResolvers<void>()
  gate.promise = held.promise
  const early = world.open('ann', cursor)
  await world.platform.advance(0)
  void world.submit({ kind: 'message.delete', actor: actorOf('ann'), roomId: ROOM, messageId: created.message.id })
  await world.platform.advance(20)
  held.resolve()
  await world.platform.advance(0)
  for (const userId of ['ben', 'dan']) {
    const late = world.open(userId, cursor)
    await world.platform.advance(0)
    expect(late.seq).toBe(seq + 1)
    expect(JSON.stringify(late.frames)).not.toContain('secret 0')
    expect(JSON.stringify(late.frames)).toContain('secret 1')
  }
  await world.platform.advance(20)
  expect([early.seq, early.breaches]).toEqual([seq + 1, []])
})

test('[open] those who come together with snapshots and those with cursors are each told what is theirs', async () => {
  const { world, asked, cursor, seq } = await worldOf()
  const opened = [world.open('ann'), world.open('ben', cursor), world.open('cy', { ...cursor, epoch: 'other' })]
  const stranger = world.open('stranger', cursor)
  await world.platform.advance(0)
  expect(opened.map(reader => reader.frames.map(frame => frame.type))).toEqual([
    ['room.snapshot', 'room.live'],
    ['message.event', 'room.live'],
    ['room.snapshot', 'room.live'],
  ])
  expect(opened.map(reader => [reader.seq, reader.breaches])).toEqual(opened.map(() => [seq, []]))
  expect(opened[0]?.frames[0]).toMatchObject({ unread: 0, messages: [{ content: 'secret 0' }, {}, {}, {}] })
  expect(opened[2]?.frames[0]).toMatchObject({ unread: 4 })
  expect(stranger.ended).toMatchObject({ code: 'not_found' })
  expect(asked).toHaveLength(4)
})
