import { expect, test } from 'vitest'
import type { RoomLog } from '../../src/log/room-log.ts'
import { InboxWorld } from './inbox-world.ts'
import { LaggingBus } from './lagging-bus.ts'

/** A store that counts one too many for bob, as long as `isWrong` says so. */
function miscounting(log: RoomLog, isWrong: () => boolean) {
  return {
    history: log.history.bind(log),
    inboxCursor: log.inboxCursor.bind(log),
    inboxSince: log.inboxSince.bind(log),
    roomIdsOf: log.roomIdsOf.bind(log),
    inboxOf: async (userId: string, ids: readonly string[]) => {
      const entries = await log.inboxOf(userId, ids)
      return isWrong() ? entries.map(entry => ({ ...entry, unread: entry.unread + 1 })) : entries
    },
  }
}

test('[drift] lines are recounted all the time, and a right one is no difference', async () => {
  const world = new InboxWorld()
  await world.room('lobby', ['ann', 'bob'])
  const bob = await world.begin('bob')
  for (let i = 0; i < 20; i++) {
    const id = await world.send('ann', 'lobby', ['bob'])
    if (i % 3 === 0) await world.do('ann', 'lobby', 'message.delete', { messageId: id })
    if (i === 10) await world.do('bob', 'lobby', 'room.read', { seq: 10, readRevision: null })
    await world.platform.advance(2_000)
  }
  expect(await world.metric('unread_checks_total')).toBeGreaterThan(3)
  expect(await world.metric('unread_differences_total')).toBe(0)
  expect(bob.last('lobby')).toEqual((await world.list('bob'))[0])
})

test('[drift] a line that differs from the recount twice is counted, and told right again', async () => {
  let isWrong = true
  const world = new InboxWorld({ watch: log => miscounting(log, () => isWrong) })
  await world.room('lobby', ['ann', 'bob'])
  await world.send('ann', 'lobby')
  const bob = await world.begin('bob')
  await world.do('ann', 'lobby', 'room.update', { changes: { name: 'Lobby' } })
  expect(bob.last('lobby')).toMatchObject({ unread: 2 })
  isWrong = false
  await world.platform.advance(30_000)
  expect(await world.metric('unread_differences_total')).toBe(1)
  expect(bob.last('lobby')).toMatchObject({ unread: 1 })
})

test('[drift] what the store counts wrong is a difference too', async () => {
  const world = new InboxWorld({ watch: log => miscounting(log, () => true) })
  await world.room('lobby', ['ann', 'bob'])
  await world.begin('bob')
  await world.send('ann', 'lobby')
  await world.platform.advance(30_000)
  expect(await world.metric('unread_differences_total')).toBeGreaterThan(0)
})

test('[drift] what the bus has not brought yet, as it comes a moment behind the log, is no difference', async () => {
  const world = new InboxWorld({ bus: ({ scheduler }) => new LaggingBus(scheduler, 1_900) })
  await world.room('lobby', ['ann', 'bob'])
  for (let i = 0; i < 60; i++) await world.send('ann', 'lobby')
  await world.begin('bob')
  await world.platform.advance(10_000)
  for (let seq = 4; seq < 60; seq++) {
    await world.do('bob', 'lobby', 'room.read', { seq, readRevision: null })
    await world.platform.advance(500)
  }
  await world.platform.advance(10_000)
  expect(await world.metric('unread_checks_total')).toBeGreaterThan(5)
  expect(await world.metric('unread_differences_total')).toBe(0)
})
