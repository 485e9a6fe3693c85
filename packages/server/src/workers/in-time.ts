import type { Scheduler } from '../platform/clock.ts'

/** As `answer`; rejects when it takes longer than `ms` milliseconds. */
export async function inTime<T>(scheduler: Pick<Scheduler, 'after'>, ms: number, answer: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const cancel = scheduler.after(ms, () => reject(new Error(`unable to wait any longer; no answer within ${ms} ms`)))
  try {
    return await Promise.race([answer, late])
  } finally {
    cancel()
  }
}
