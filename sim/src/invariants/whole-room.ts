import type { Truth } from '../invariants.ts'
import type { SimDevice } from '../sim-device.ts'
import type { SimWorld } from '../sim-world.ts'
import type { Pending } from './convergence.ts'
import { sorted } from './same.ts'

/** What has happened where hints are gone: of reading, nothing but another hint or opening makes up for one. */
const LOSES_HINTS = ['hint lost', 'node killed', 'node drained', 'power lost', 'transaction that a backup lacked']

/** READ4: beside the messages, the room itself and its people are shown as they are. Of whoever shows no live room nothing is told here. */
export function roomIsWhole(_world: SimWorld, device: SimDevice, { roomId, state }: Truth): Pending | null {
  const view = device.room(roomId).getSnapshot()
  if (view.status !== 'live') return null
  const pairs = {
    room: [view.room, state.room],
    members: [view.members, [...state.members.values()]],
    memberCount: [view.memberCount, state.memberCount],
  }
  for (const [part, [shown, is]] of Object.entries(pairs)) {
    if (sorted(shown) === sorted(is)) continue
    return { rule: 'READ4', what: `${device.name} in ${roomId}: shows the ${part} ${sorted(shown)} for ${sorted(is)}` }
  }
  return null
}

/**
 * SIG7: how far the others have read is shown as far as they show it. Nobody is told where a joining alone has put
 * somebody, and whoever has left is shown where they stood; and
 * where a hint was lost, less is shown until they read on. Of whoever shows no live room nothing is told here.
 */
export async function readsAreShown(
  { store, coverage }: SimWorld,
  device: SimDevice,
  truth: Truth,
): Promise<Pending | null> {
  const { roomId, events, state } = truth
  const { userId, name } = device
  const view = device.room(roomId).getSnapshot()
  if (view.status !== 'live') return null
  const request = { roomId, actor: { userId, name: userId, isAdmin: false }, cursor: null, window: 1, delta: 0 }
  const opened = await store.truth.open(request)
  if (!opened.ok || opened.value.kind !== 'snapshot') return null
  const { reads } = opened.value.snapshot
  const mayLag = LOSES_HINTS.some(kind => coverage.count(kind) > 0)
  for (const other of state.members.keys()) {
    const [shown, is] = [view.reads[other] ?? 0, reads[other] ?? 0]
    if (other === userId || shown === is) continue
    const joining = events.findLast(event => event.kind === 'member.joined' && event.member.userId === other)
    if (shown < is && (mayLag || is === joining?.seq)) continue
    return { rule: 'SIG7', what: `${name} in ${roomId}: shows that ${other} has read up to ${shown} for ${is}` }
  }
  return null
}
