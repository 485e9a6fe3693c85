import { test } from 'vitest'
import { World } from '../src/histories.ts'
import { Random } from '../src/random.ts'

/** Steps of one history, and how often all users are compared in all ways. */
const STEPS = 240
const THOROUGH_EVERY = 30

/** A history waits for an inbox frame of each device again and again; this bounds a hang. */
const HISTORY_MS = 240_000

test('[P4.unread.12] random histories of several users and devices: every count equals a recount from the history', {
  timeout: HISTORY_MS,
}, async () => {
  const world = await World.begin(Random.fresh())
  await world.run(STEPS, THOROUGH_EVERY)
})
