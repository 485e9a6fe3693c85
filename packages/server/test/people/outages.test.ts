import { expect, test } from 'vitest'
import { silentLogger } from '../../src/observe/logger.ts'
import type { PersonChange } from '../../src/people/person-change.ts'
import { ROUND_MS } from '../../src/people/presence-sessions.ts'
import type { Changed, PresenceStore } from '../../src/people/presence-store.ts'
import { PresenceWorld } from './presence-world.ts'

const ROOMS = { lobby: ['ann', 'bob'] }

/** A world whose store of presence can be away, and what it has warned of. */
function fragile(): { world: PresenceWorld; warnings: string[]; away: (isAway: boolean) => void } {
  const warnings: string[] = []
  let isAway = false
  const inner = new PresenceWorld(ROOMS)
  const store: PresenceStore = {
    read: userIds => inner.store.read(userIds),
    change: (userId: string, change: PersonChange): Promise<Changed> =>
      isAway ? Promise.reject(new Error('away')) : inner.store.change(userId, change),
  }
  const logger = { ...silentLogger, warn: (_: unknown, message: string) => void warnings.push(message) }
  const { clock, scheduler } = inner.platform
  const world = new PresenceWorld(ROOMS, { store, clock, scheduler, logger: logger as typeof silentLogger })
  return {
    world: Object.assign(world, { platform: inner.platform }),
    warnings,
    away: now => {
      isAway = now
    },
  }
}

test('[presence] who says hello while the log is away is shown within a round once it is back', async () => {
  const world = new PresenceWorld(ROOMS)
  const bob = world.reader('bob', 'lobby')
  await world.after(2_000)
  world.isLogAway = true
  world.begin('ann')
  await world.after(3 * ROUND_MS)
  world.isLogAway = false
  await world.after(2 * ROUND_MS)
  expect(bob.statusOf('ann')).toBe('online')
})

test('[presence] what a store that is away could not note is refused, and tried again each round', async () => {
  const { world, away } = fragile()
  const bob = world.reader('bob', 'lobby')
  const ann = world.begin('ann')
  await world.after(2_000)
  away(true)
  expect(await world.set(ann, { status: 'busy' })).toMatchObject({ code: 'unavailable' })
  world.settle('bob', {})
  await world.after(3 * ROUND_MS)
  expect(bob.statusOf('ann')).toBe('online')
  away(false)
  await world.after(2 * ROUND_MS)
  expect(bob.statusOf('ann')).toBe('busy')
})

test('[presence] who wishes to appear offline while the store is away does so within a round once it is back', async () => {
  const { world, away } = fragile()
  const bob = world.reader('bob', 'lobby')
  world.begin('ann')
  await world.after(2_000)
  away(true)
  world.settle('ann', { appearOffline: true })
  await world.after(2 * ROUND_MS)
  away(false)
  await world.after(2 * ROUND_MS + 3_000)
  expect(bob.statusOf('ann')).toBe('offline')
})

test('[presence] an outage is one line of the log, however many sessions and rounds it has', async () => {
  const { world, warnings, away } = fragile()
  away(true)
  for (let i = 0; i < 100; i += 1) world.begin('ann')
  await world.after(10 * ROUND_MS)
  expect(warnings).toEqual(['unable to note who is there'])
})
