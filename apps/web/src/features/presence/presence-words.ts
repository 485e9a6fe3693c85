import type { PresenceUser } from '@holdfast/protocol'
import { agoWords, untilWords } from '../../ui/dates.ts'

/** The four shapes in which somebody's presence is drawn. */
export type PresenceLook = PresenceUser['status']

/** What a look is called where no more is said. */
export const LOOK_WORDS: Readonly<Record<PresenceLook, string>> = {
  online: 'Online',
  away: 'Away',
  busy: 'Busy',
  offline: 'Offline',
}

/** Which shape stands for somebody: who is there and wishes not to be disturbed is shown as busy. */
export function lookOf(person: PresenceUser, now: number): PresenceLook {
  return person.status === 'online' && isUndisturbed(person.dndUntil, now) ? 'busy' : person.status
}

/** How available somebody is, in words: "Online on a phone", "Do not disturb until 14:30", "Last seen 5 minutes ago". */
export function presenceWords(person: PresenceUser, now: number): string {
  const { status, lastSeen, dndUntil, device } = person
  if (status === 'offline') return lastSeen === null ? LOOK_WORDS.offline : `Last seen ${agoWords(lastSeen, now)}`
  if (isUndisturbed(dndUntil, now)) return `Do not disturb until ${untilWords(dndUntil, now)}`
  return device === 'mobile' ? `${LOOK_WORDS[status]} on a phone` : LOOK_WORDS[status]
}

/** What somebody says about themselves, or null: words of white space alone say nothing. */
export function customWords(person: Pick<PresenceUser, 'customStatus'>): string | null {
  return person.customStatus?.trim() || null
}

/** Whether a wish not to be disturbed still holds. */
export function isUndisturbed(until: number | null | undefined, now: number): until is number {
  return typeof until === 'number' && until > now
}
