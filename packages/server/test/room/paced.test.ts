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
