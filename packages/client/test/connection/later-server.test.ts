import type { DownFrame } from '@holdfast/protocol'
import { expect, test } from 'vitest'
import { World } from '../support/world.ts'

test('[P4.extra] what a later server may send beside what this version knows changes nothing', async () => {
  const world = new World()
  const { client, room } = await world.join('ann')
  for (const type of ['future', 'toString']) world.server.last.say({ type } as unknown as DownFrame)
  await world.time.advance(0)
  await room.send('goes on').acknowledged
  expect([client.connection.getSnapshot().state, world.server.connections.length]).toEqual(['online', 1])
})
