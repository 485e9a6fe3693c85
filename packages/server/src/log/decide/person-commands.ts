import type { PersonSettings } from '@holdfast/protocol'
import { enter, isRefusal } from '../access.ts'
import type { LogCommandOf } from '../command.ts'
import { aboutNoRoom, type Decision, type Grounds, refuse, turnAway, unchanged } from './decision.ts'

/** Remembers by which name a person goes. */
export function seen({ actor }: LogCommandOf<'user.seen'>, { facts }: Grounds): Decision {
  const isKnown = facts.userName(actor.userId) === actor.name
  return aboutNoRoom({ kind: 'none' }, isKnown ? [] : [{ kind: 'user', userId: actor.userId, name: actor.name }])
}

/** What a person settles for themselves, in all rooms at once. */
export function settle({ actor, changes }: LogCommandOf<'user.settings'>, { facts }: Grounds): Decision {
  const { userId } = actor
  const before = facts.settings(userId)
  const settings: PersonSettings = {
    readReceipts: changes.readReceipts ?? before.readReceipts,
    appearOffline: changes.appearOffline ?? before.appearOffline,
  }
  const changed = settings.readReceipts !== before.readReceipts || settings.appearOffline !== before.appearOffline
  return aboutNoRoom({ kind: 'settings', settings, changed }, changed ? [{ kind: 'settings', userId, settings }] : [])
}

/** Whether what happens in a room calls the person. It ends with their membership. */
export function setNotifications(command: LogCommandOf<'room.notifications'>, { facts, stamper }: Grounds): Decision {
  const entrance = enter(facts, command.roomId, command.actor, stamper.now())
  if (isRefusal(entrance)) return turnAway(entrance)
  const { room, member } = entrance
  if (member === null) return refuse('forbidden', 'unable to set notifications; it takes joining the room')
  const { muted } = command
  const changed = muted !== member.muted
  const rows = changed ? [{ kind: 'muted', userId: member.userId, muted } as const] : []
  return unchanged(room, { kind: 'notifications', muted, changed }, rows)
}
