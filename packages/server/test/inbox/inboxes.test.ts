import { expect, test } from 'vitest'
import { InboxWorld } from './inbox-world.ts'

test('[inbox] what changes in a room that is not open is told at once to who has been quiet for a second', async () => {
  const world = new InboxWorld()
  await world.room('lobby', ['ann', 'bob'])
  const bob = await world.begin('bob')
  expect(bob.told).toEqual([])
  await world.send('ann', 'lobby', ['bob'], 'Hello')
  await world.platform.advance(5)
  expect(bob.told.map(({ frame }) => frame)).toMatchObject([
    { type: 'inbox', rooms: [{ roomId: 'lobby', seq: 4, unread: 1, mentions: 1, lastMessage: { content: 'Hello' } }] },
  ])
  expect([...bob.lines.values()]).toEqual(await world.list('bob'))
})
