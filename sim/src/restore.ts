import type { Actor, LogCommand } from '@holdfast/server/testing'
import { type Truth, truthOf } from './invariants.ts'
import type { SimWorld } from './sim-world.ts'

/** Most transactions that a backup lacks. */
const MOST_LOST = 60

/**
 * A backup takes the place of the store: what was written since is gone. Whoever restores one owes three things: the rooms' logs get epochs
 * of their own, so that no cursor goes on in them; the store gets a name of its own, so that no inbox does; and everybody's read
 * positions get a later revision than any that was told, so that they count for more than those from before. Of whoever's joining is lost
 * there is no position that could get one. The product has whoever joins a restored log begin in a later revision (`renewSqliteLog`, held by
 * `packages/server/test/log/sqlite/renew.test.ts`); the memory store behind this world cannot, and no command makes one: what the devices of such a
 * person count when they join again is left out of the comparison. Without that one world in a thousand tells of it.
 */
export async function restoreBackup(world: SimWorld, pick: number): Promise<void> {
  const { store, history } = world
  const before = await truthOf(world)
  const revisions = await revisionsOf(world, before)
  await store.goBack(1 + (pick % Math.max(1, Math.min(store.changes, MOST_LOST))))
  const now = await truthOf(world)
  for (const { roomId, state } of now) {
    for (const userId of state.members.keys()) {
      await renew(world, roomId, userId, revisions.get(`${roomId} ${userId}`) ?? 0)
    }
  }
  for (const place of revisions.keys()) {
    const [roomId, userId] = place.split(' ')
    const isKept = now.some(truth => truth.roomId === roomId && truth.state.members.has(userId ?? ''))
    if (!isKept) history.lostJoinings.add(place)
  }
  const kept = new Set(now.flatMap(({ state }) => state.messages.map(({ id }) => id)))
  for (const { roomId, state } of before) {
    history.restored(`${roomId} ${state.epoch}`, state.messages, ({ id }) => kept.has(id))
  }
}

/** The revision of everybody's position in every room that they are in. */
async function revisionsOf({ store }: SimWorld, truths: readonly Truth[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (const { roomId, state } of truths) {
    for (const userId of state.members.keys()) {
      const [entry] = await store.truth.inboxOf(userId, [roomId])
      found.set(`${roomId} ${userId}`, entry?.readRevision ?? 0)
    }
  }
  return found
}

/** Somebody's position is as it was, in a revision later than `told`: reading and marking unread in turn makes it so. */
async function renew({ store }: SimWorld, roomId: string, userId: string, told: number): Promise<void> {
  const [entry] = await store.truth.inboxOf(userId, [roomId])
  if (entry === undefined) return
  const { lastReadSeq, readRevision } = entry
  const place = { roomId, actor: actorOf(userId) }
  const commands: LogCommand[] = []
  for (let revision = readRevision; revision <= told; revision++) {
    commands.push({ kind: 'room.read', ...place, seq: Math.max(1, lastReadSeq), readRevision: null })
    commands.push({ kind: 'room.unread', ...place, seq: 0 })
  }
  commands.push({ kind: 'room.read', ...place, seq: lastReadSeq, readRevision: null })
  await store.amend(commands)
}

function actorOf(userId: string): Actor {
  return { userId, name: userId, isAdmin: false }
}
