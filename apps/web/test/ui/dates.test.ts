import { describe, expect, it } from 'vitest'
import { agoWords, clockTime, dayLabel, dayOf, untilWords } from '../../src/ui/dates.ts'

const at = (year: number, month: number, day: number, hour = 12) => new Date(year, month - 1, day, hour).getTime()
const NOW = at(2026, 3, 29, 12)

describe('dayLabel', () => {
  it('names today and yesterday by those words, by the calendar and not by 24 hours', () => {
    expect(dayLabel(at(2026, 3, 29, 0), NOW)).toBe(dayLabel(at(2026, 3, 29, 23), NOW))
    expect(dayLabel(at(2026, 3, 28, 23), NOW)).toBe(dayLabel(at(2026, 3, 28, 0), NOW))
    expect(dayLabel(at(2026, 3, 28, 23), NOW)).not.toBe(dayLabel(at(2026, 3, 29, 0), NOW))
  })

  it('names the year only when it is another', () => {
    expect(dayLabel(at(2026, 1, 2), NOW)).not.toContain('2026')
    expect(dayLabel(at(2025, 12, 31), NOW)).toContain('2025')
  })
})

describe('dayOf', () => {
  it('goes up by one from day to day, over months, leap days and changes of the clock', () => {
    for (let offset = 0; offset < 800; offset++) {
      const day = new Date(2026, 0, 1 + offset, 23, 59).getTime()
      const next = new Date(2026, 0, 2 + offset, 0, 1).getTime()
      expect(dayOf(next) - dayOf(day)).toBe(1)
    }
  })
})

describe('agoWords', () => {
  const MINUTE = 60_000
  it.each([
    [0, 'just now'],
    [-MINUTE, 'just now'],
    [MINUTE - 1, 'just now'],
    [MINUTE, '1 minute ago'],
    [59 * MINUTE, '59 minutes ago'],
    [60 * MINUTE, '1 hour ago'],
    [11 * 60 * MINUTE, '11 hours ago'],
    [13 * 60 * MINUTE, 'yesterday'],
  ])('%d ms before noon: %s', (passed, words) => {
    expect(agoWords(NOW - passed, NOW)).toBe(words)
  })

  it('is a date from the day before yesterday on', () => {
    expect(agoWords(at(2026, 3, 27, 23), NOW)).toMatch(/^on .*27/)
  })
})

describe('untilWords', () => {
  it('is a time, with its day unless that is today', () => {
    expect(untilWords(at(2026, 3, 29, 14), NOW)).toBe(clockTime(at(2026, 3, 29, 14)))
    expect(untilWords(at(2026, 3, 30, 8), NOW)).toBe(`tomorrow ${clockTime(at(2026, 3, 30, 8))}`)
    expect(untilWords(at(2026, 4, 2, 8), NOW)).toMatch(/2/)
  })
})
