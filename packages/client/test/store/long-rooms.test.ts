import { expect, test } from 'vitest'
import type { RoomView, TimelineEntry } from '../../src/index.ts'
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
