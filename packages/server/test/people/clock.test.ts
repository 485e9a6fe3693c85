import { expect, test } from 'vitest'
import { actorOf, PresenceWorld } from './presence-world.ts'

const HOUR_MS = 3_600_000

test('[presence] after the clock was set back nobody was last seen in the future, and the next time is told as it is', async () => {
  const world = new PresenceWorld({ lobby: ['ann', 'bob'] })
  const { clock } = world.platform
  const ann = world.reader('ann', 'lobby')
  const first = world.begin('bob')
  await world.after(2_000)
  world.end(first)
  await world.after(5_000)
  world.platform.setWall(clock.wallMs() - HOUR_MS)
  const late = world.reader('ann', 'lobby')
  const [asked] = await world.service.of(actorOf('ann'), ['bob'])
  expect(asked?.lastSeen).toBe(clock.wallMs())
  expect(late.picture.get('bob')?.lastSeen ?? 0).toBeLessThanOrEqual(clock.wallMs())

  const second = world.begin('bob')
  await world.after(2_000)
  const endedAt = clock.wallMs()
  world.end(second)
  await world.after(5_000)
  expect(ann.picture.get('bob')).toMatchObject({ status: 'offline', lastSeen: endedAt })
})

test('[presence] of sessions that end one after the other the last one counts, in whatever order they began', async () => {
  const world = new PresenceWorld({ lobby: ['ann', 'bob'] })
  const ann = world.reader('ann', 'lobby')
  const [older, newer] = [world.begin('bob'), world.begin('bob')]
  await world.after(2_000)
  world.end(newer)
  await world.after(500)
  const endedAt = world.platform.clock.wallMs()
  world.end(older)
  await world.after(9_000)
  expect(ann.picture.get('bob')).toMatchObject({ status: 'offline', lastSeen: endedAt })
})
