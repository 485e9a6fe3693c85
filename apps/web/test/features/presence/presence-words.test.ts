import type { PresenceUser } from '@holdfast/protocol'
import { describe, expect, it } from 'vitest'
import { customWords, lookOf, presenceWords } from '../../../src/features/presence/presence-words.ts'
import { clockTime } from '../../../src/ui/dates.ts'

const MINUTE = 60_000
const NOW = new Date(2026, 10, 22, 12, 0).getTime()

function person(changes: Partial<PresenceUser>): PresenceUser {
  return { userId: 'u', status: 'online', lastSeen: NOW, ...changes }
}

describe('presenceWords', () => {
  it.each([
    [{ status: 'online' }, 'Online'],
    [{ status: 'online', device: 'mobile' }, 'Online on a phone'],
    [{ status: 'online', device: 'desktop' }, 'Online'],
    [{ status: 'away', device: 'mobile' }, 'Away on a phone'],
    [{ status: 'busy' }, 'Busy'],
    [{ status: 'offline', lastSeen: NOW - 5 * MINUTE }, 'Last seen 5 minutes ago'],
    [{ status: 'offline', lastSeen: NOW - 10 }, 'Last seen just now'],
    [{ status: 'offline', lastSeen: null }, 'Offline'],
    [{ status: 'offline', lastSeen: null, dndUntil: NOW + MINUTE }, 'Offline'],
    [{ dndUntil: NOW + MINUTE }, `Do not disturb until ${clockTime(NOW + MINUTE)}`],
    [{ dndUntil: NOW }, 'Online'],
  ] as const)('of %j is “%s”', (changes, words) => {
    expect(presenceWords(person(changes), NOW)).toBe(words)
  })
})

describe('lookOf', () => {
  it('shows who is there and wishes not to be disturbed as busy, until then', () => {
    const undisturbed = person({ dndUntil: NOW + 1 })
    expect(lookOf(undisturbed, NOW)).toBe('busy')
    expect(lookOf(undisturbed, NOW + 1)).toBe('online')
    expect(lookOf({ ...undisturbed, status: 'away' }, NOW)).toBe('away')
    expect(lookOf({ ...undisturbed, status: 'offline' }, NOW)).toBe('offline')
  })
})

describe('customWords', () => {
  it.each([
    ['  At sea ', 'At sea'],
    ['   ', null],
    ['', null],
    [null, null],
    [undefined, null],
  ])('of %j is %j', (customStatus, words) => {
    expect(customWords({ ...(customStatus !== undefined && { customStatus }) })).toBe(words)
  })
})
