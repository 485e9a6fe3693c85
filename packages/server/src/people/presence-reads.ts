import { MAX_PEOPLE_NAMED, type PresenceUser, type Refusal } from '@holdfast/protocol'
import type { Actor } from '../log/actor.ts'
import type { Answer, RoomLog } from '../log/room-log.ts'
import type { Clock } from '../platform/clock.ts'
import { offlineView, type PersonView } from './person.ts'
import type { PresenceStore } from './presence-store.ts'

/** Most members of a room who are looked at for who was online: those who joined first. */
export const MAX_LOOKED_AT = 5_000

/** What asking for presence needs. */
export interface PresenceReadsDeps {
  readonly store: Pick<PresenceStore, 'read'>
  readonly log: Pick<RoomLog, 'membersAmong' | 'acquainted' | 'people'>
  readonly clock: Clock
}

/** How available people are, for whoever asks once. Both reject when a store is away. */
export class PresenceReads {
  readonly #deps: PresenceReadsDeps

  constructor(deps: PresenceReadsDeps) {
    this.#deps = deps
  }

  /** Each of these people once, in order. Strangers, and ids of nobody, are told to be offline. */
  async of(actor: Actor, userIds: readonly string[]): Promise<readonly PresenceUser[]> {
    const wanted = [...new Set(userIds)]
    const known = wanted.length === 0 ? [] : await this.#deps.log.acquainted(actor.userId, wanted)
    const users = new Map((await this.#read(actor, [...new Set(known)], null)).map(user => [user.userId, user]))
    return wanted.map(userId => users.get(userId) ?? this.#user(userId, offlineView(null), null))
  }

  /** The members of a room who are there, or were since `sinceMs`: the latest first, at most MAX_PEOPLE_NAMED. For members. */
  async onlineSince(actor: Actor, roomId: string, sinceMs: number): Promise<Answer<readonly PresenceUser[]>> {
    const mine = await this.#deps.log.membersAmong(roomId, actor, [actor.userId])
    if (!mine.ok) return mine
    if (mine.value.length === 0) return { ok: false, refusal: notJoined() }
    const people = await this.#deps.log.people(roomId, MAX_LOOKED_AT)
    const users = await this.#read(actor, people?.userIds ?? [], roomId)
    const recent = users.filter(
      ({ status, lastSeen }) => status !== 'offline' || (lastSeen !== null && lastSeen >= sinceMs),
    )
    recent.sort((a, b) => (b.lastSeen ?? 0) - (a.lastSeen ?? 0))
    return { ok: true, value: recent.slice(0, MAX_PEOPLE_NAMED) }
  }

  async #read(actor: Actor, userIds: readonly string[], roomId: string | null): Promise<readonly PresenceUser[]> {
    if (userIds.length === 0) return []
    const views = await this.#deps.store.read(userIds)
    return views.map(({ own, shown }, i) => {
      const userId = userIds[i] ?? ''
      const isSelf = userId === actor.userId
      const view = isSelf ? own : shown
      return this.#user(userId, view, isSelf || view.currentRoom === roomId ? view.currentRoom : null)
    })
  }

  #user(userId: string, view: PersonView, currentRoom: string | null): PresenceUser {
    const { status, customStatus, dndUntil, device, lastSeen } = view
    const nowMs = this.#deps.clock.wallMs()
    // A clock that was set back has stamps ahead of it: nobody was there in the future.
    const lastThere = lastSeen === null ? null : Math.min(lastSeen, nowMs)
    return {
      userId,
      status,
      lastSeen: status === 'offline' ? lastThere : nowMs,
      ...(customStatus !== null && { customStatus }),
      ...(dndUntil !== null && { dndUntil }),
      ...(device !== null && { device }),
      ...(currentRoom !== null && { currentRoom }),
    }
  }
}

function notJoined(): Refusal {
  return { code: 'forbidden', message: 'unable to tell who is there; only members of the room are told' }
}
