import { randomFillSync } from 'node:crypto'
import type { Platform } from './clock.ts'

/** The real clock, timers and randomness: the only file of the server that touches them. */
export const systemPlatform: Platform = {
  clock: { wallMs: () => Date.now(), monoMs: () => performance.now() },
  scheduler: {
    after(ms, task) {
      const timer = setTimeout(task, ms)
      timer.unref()
      return () => clearTimeout(timer)
    },
    soon(task) {
      setImmediate(task)
    },
  },
  random: {
    bytes: count => randomFillSync(new Uint8Array(count)),
    fraction: () => Math.random(),
  },
}
