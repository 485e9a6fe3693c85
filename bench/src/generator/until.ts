import { setTimeout as pause } from 'node:timers/promises'

const LOOK_EVERY_MS = 5

/** Waits until it is so. @throws Error, with what `complaint` says, when it is not within `withinMs`. */
export async function until(isSo: () => boolean, withinMs: number, complaint: () => string): Promise<void> {
  const end = performance.now() + withinMs
  while (!isSo()) {
    if (performance.now() > end) throw new Error(complaint())
    await pause(LOOK_EVERY_MS)
  }
}
