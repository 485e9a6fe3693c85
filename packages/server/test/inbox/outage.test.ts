import { expect, test } from 'vitest'
import type { RoomLog } from '../../src/log/room-log.ts'
import { silentLogger } from '../../src/observe/logger.ts'
import { InboxWorld } from './inbox-world.ts'

const PEOPLE = Array.from({ length: 50 }, (_, i) => `p${i}`)

test('[inbox] a log that cannot be read is one warning, however many need it and however often they try; the next time is another', async () => {
  let isAway = false
  const away = <A extends readonly unknown[], T>(read: (...args: A) => Promise<T>) => {
    return async (...args: A) => (isAway ? Promise.reject(new Error('away')) : read(...args))
  }
  const watch = (log: RoomLog) => ({
    history: away(log.history.bind(log)),
    inboxCursor: away(log.inboxCursor.bind(log)),
    inboxSince: away(log.inboxSince.bind(log)),
    roomIdsOf: away(log.roomIdsOf.bind(log)),
    inboxOf: away(log.inboxOf.bind(log)),
  })
  let warnings = 0
  const logger = Object.assign(Object.create(silentLogger), { warn: () => void warnings++ })
  const world = new InboxWorld({ watch, logger })
  await world.room('lobby', ['ann', ...PEOPLE])
  for (const time of [1, 2]) {
    isAway = true
    const readers = await Promise.all(PEOPLE.map(userId => world.begin(userId)))
    await world.send('ann', 'lobby')
    await world.platform.advance(60_000)
    expect(warnings).toBe(time)
    isAway = false
    await world.platform.advance(20_000)
    for (const reader of readers) {
      expect(reader.last('lobby')).toMatchObject({ unread: time })
      world.inboxes.end(reader.sessionId)
    }
  }
})
