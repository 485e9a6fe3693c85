import type { Later } from './retainer.ts'

/** The one place of this package that touches the platform's timers. */
export const later: Later = (task, delayMs) => {
  const timer = setTimeout(task, delayMs)
  return () => clearTimeout(timer)
}
