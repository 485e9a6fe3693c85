/** The hour at which a day of being disturbed begins again. */
const MORNING = 8

/** Eight in the morning of the next day, where this device is. */
export function untilTomorrow(now: number): number {
  const morning = new Date(now)
  morning.setDate(morning.getDate() + 1)
  morning.setHours(MORNING, 0, 0, 0)
  return morning.getTime()
}
