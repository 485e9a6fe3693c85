import { describe, expect, it } from 'vitest'
import { dayLabel, dayOf } from '../../src/ui/dates.ts'

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
