import type { Scheduler } from './clock.ts'

/** Resolves once `done` has, or after `ms` milliseconds, whichever comes first. Rejects when `done` does before that. */
export async function within(scheduler: Scheduler, ms: number, done: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const cancel = scheduler.after(ms, resolve)
  await Promise.race([done, late]).finally(cancel)
}
