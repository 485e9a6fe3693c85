import { expect, it } from 'vitest'
import { untilTomorrow } from '../../../src/features/presence/do-not-disturb.ts'

it.each([
  [new Date(2026, 10, 22, 0, 0), new Date(2026, 10, 23, 8, 0)],
  [new Date(2026, 10, 22, 23, 59, 59, 999), new Date(2026, 10, 23, 8, 0)],
  [new Date(2026, 11, 31, 12, 0), new Date(2027, 0, 1, 8, 0)],
  [new Date(2028, 1, 28, 12, 30), new Date(2028, 1, 29, 8, 0)],
])('from %s on, tomorrow begins at %s', (now, morning) => {
  expect(untilTomorrow(now.getTime())).toBe(morning.getTime())
})
