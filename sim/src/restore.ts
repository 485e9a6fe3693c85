import { truthOf } from './invariants.ts'
import type { SimWorld } from './sim-world.ts'

/** Most transactions that a backup lacks. */
const MOST_LOST = 60

/** A backup takes the place of the store: what was written since is gone, and its rooms' logs are others from now on. */
export async function restoreBackup(world: SimWorld, pick: number): Promise<void> {
  const { store, history } = world
  const before = await truthOf(world)
  await store.goBack(1 + (pick % Math.max(1, Math.min(store.changes, MOST_LOST))))
  const kept = new Set((await truthOf(world)).flatMap(({ state }) => state.messages.map(({ id }) => id)))
  for (const { roomId, state } of before) {
    history.restored(`${roomId} ${state.epoch}`, state.messages, ({ id }) => kept.has(id))
  }
}
