import { expect, test } from 'vitest'
import type { RoomLog } from '../../src/log/room-log.ts'
import { InboxWorld, type InboxWorldOptions } from './inbox-world.ts'

const ROOMS = ['a', 'b', 'c'] as const

async function worldOf(options: InboxWorldOptions = {}): Promise<InboxWorld> {
  const world = new InboxWorld(options)
  for (const roomId of ROOMS) await world.room(roomId, ['ann', 'bob'])
  await world.begin('ann')
  await world.platform.advance(5_000)
  return world
}

test.each([
  ['whose lines have to be read', false],
  ['whose lines are known', true],
])(
  '[inbox] rooms that speak at the same time, %s, are in one frame, though some had told others something a moment before',
  async (_, isKnown) => {
    const world = await worldOf()
    if (isKnown) {
      await world.begin('bob')
      for (const roomId of ROOMS) await world.send('ann', roomId)
      await world.platform.advance(5_000)
    }
    await world.send('ann', 'a')
    await world.send('ann', 'b')
    await world.platform.advance(400)
    const bob = await world.begin('bob')
    await world.platform.advance(100)
    for (const roomId of ROOMS) void world.submit(world.sending('ann', roomId))
    await world.platform.advance(0)
    expect(bob.told.map(({ frame }) => frame.rooms.map(({ roomId }) => roomId).sort())).toEqual([['a', 'b', 'c']])
    await world.platform.advance(5_000)
    expect(bob.told, 'and nothing twice').toHaveLength(1)
  },
)

test('[inbox] rooms that speak while the line of another is read are in the same frame', async () => {
  let speak: (() => Promise<unknown>) | null = null
  const watch = (log: RoomLog) => ({
    history: log.history.bind(log),
    inboxCursor: log.inboxCursor.bind(log),
    inboxSince: log.inboxSince.bind(log),
    roomIdsOf: log.roomIdsOf.bind(log),
    inboxOf: async (userId: string, ids: readonly string[]) => {
      const lines = await log.inboxOf(userId, ids)
      const now = userId === 'bob' ? speak : null
      if (now !== null) speak = null
      await now?.()
      return lines
    },
  })
  const world = await worldOf({ watch })
  const bob = await world.begin('bob')
  speak = () => Promise.all([world.submit(world.sending('ann', 'b')), world.submit(world.sending('ann', 'c'))])
  await world.send('ann', 'a')
  expect(bob.told.map(({ frame }) => frame.rooms.map(({ roomId }) => roomId).sort())).toEqual([['a', 'b', 'c']])
  await world.platform.advance(5_000)
  expect([...bob.lines.values()]).toEqual(await world.list('bob'))
  expect(bob.told).toHaveLength(1)
})
