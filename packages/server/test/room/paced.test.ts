import { expect, test } from 'vitest'
import { SharedText } from '../../src/transport/shared-text.ts'
import { OWNER, RoomWorld } from '../support/room-world.ts'

test('[resume] a frame with more bytes than characters waits for the room that it needs', async () => {
  const world = await RoomWorld.withRoom(['ann'])
  world.open(OWNER)
  await world.platform.advance(0)
  for (let i = 0; i < 40; i++) void world.send('ann', '海'.repeat(2_700))
  await world.platform.advance(0)
  const cursor = { epoch: (await world.head()).epoch, seq: 3 }
  const slow = world.open('ann', cursor, { limit: 400_000 })
  slow.offer(new SharedText(`{"type":"pong","pad":"${'x'.repeat(200_000)}"}`))
  for (let i = 0; i < 20; i++) await world.platform.advance(1)
  expect([slow.liveAt, slow.failure]).toEqual([null, null])
  slow.drain()
  await world.platform.advance(1)
  slow.drain()
  await world.platform.advance(1)
  expect([slow.liveAt, slow.breaches, slow.ended]).toEqual([43, [], null])
})

test.each([
  ['before anything was handed over', null, 0],
  ['while the log is asked for them', null, 1],
  ['with a cursor, before anything was handed over', 3, 0],
  ['with a cursor, while it waits for its turn', 3, 1],
] as const)('a reader that takes nothing any more, %s, is let go, and not asked without end', async (_, after, ms) => {
  const world = await RoomWorld.withRoom(['ann'])
  for (let i = 0; i < 40; i++) void world.send('ann', 'x'.repeat(2_700))
  await world.platform.advance(0)
  const cursor = after === null ? null : { epoch: (await world.head()).epoch, seq: after }
  const slow = world.open('ann', cursor, { limit: 1_000 })
  slow.offer(new SharedText(`{"type":"pong","pad":"${'x'.repeat(2_000)}"}`))
  if (ms > 0) await world.platform.advance(ms)
  slow.isGone = true
  slow.drain()
  for (let i = 0; i < 5; i++) await world.platform.advance(1)
  expect([slow.liveAt, slow.failure, slow.subscription?.hasEnded]).toEqual([null, null, true])
  expect(slow.frames.map(({ type }) => type)).toEqual(['pong'])
})

test('one that catches up and takes nothing any more is let go in the middle', async () => {
  const world = await RoomWorld.withRoom(['ann'])
  for (let i = 0; i < 40; i++) void world.send('ann', 'x'.repeat(2_700))
  await world.platform.advance(0)
  const slow = world.open('ann', { epoch: (await world.head()).epoch, seq: 3 }, { limit: 1_000 })
  for (let i = 0; i < 5 && slow.seq === null; i++) await world.platform.advance(1)
  expect(slow.seq).not.toBeNull()
  slow.isGone = true
  for (let i = 0; i < 5; i++) await world.platform.advance(1)
  slow.drain()
  for (let i = 0; i < 5; i++) await world.platform.advance(1)
  expect([slow.liveAt, slow.failure, slow.subscription?.hasEnded]).toEqual([null, null, true])
})
