/** Times in the reader's language and zone. `now` comes in, so that "Today" can be tested. */

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const DATE = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const SHORT_DATE = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' })
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })

/** In the language of the app, for what stands inside a sentence of it. */
const SPOKEN = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** The calendar day of `at` as a number that differs from day to day by one. */
export function dayOf(at: number): number {
  const date = new Date(at)
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS)
}

/** "Today", "Yesterday", "Friday 20 November", with the year when it is another. */
export function dayLabel(at: number, now: number): string {
  const days = dayOf(now) - dayOf(at)
  if (days === 0 || days === 1) return capital(RELATIVE.format(-days, 'day'))
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return (sameYear ? WEEKDAY : DATE).format(at)
}

/** The time of day, as under a message. */
export function clockTime(at: number): string {
  return CLOCK.format(at)
}

/** Day and time to the second, for tooltips. */
export function fullTime(at: number): string {
  return FULL.format(at)
}

/** As short as a list needs it: the time today, else the date. */
export function shortTime(at: number, now: number): string {
  return dayOf(at) === dayOf(now) ? CLOCK.format(at) : SHORT_DATE.format(at)
}

/** How long ago, as coarse as one would say it: "just now", "5 minutes ago", "3 hours ago", "yesterday", "on 4 Nov". */
export function agoWords(at: number, now: number): string {
  const passed = Math.max(0, now - at)
  if (passed < MINUTE_MS) return 'just now'
  if (passed < HOUR_MS) return SPOKEN.format(-Math.floor(passed / MINUTE_MS), 'minute')
  const days = dayOf(now) - dayOf(at)
  if (days <= 0) return SPOKEN.format(-Math.floor(passed / HOUR_MS), 'hour')
  return days === 1 ? SPOKEN.format(-1, 'day') : `on ${SHORT_DATE.format(at)}`
}

/** Until when: the time, with its day when that is not today. */
export function untilWords(until: number, now: number): string {
  const days = dayOf(until) - dayOf(now)
  if (days === 0) return CLOCK.format(until)
  return `${days === 1 ? SPOKEN.format(1, 'day') : SHORT_DATE.format(until)} ${CLOCK.format(until)}`
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1)
}
