import { appendFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { STALLS_FILE, TICK_MS } from './generator/stalls.ts'

/** A timer that is late by less is on time. */
const LATE_MS = 2

/**
 * Loaded before a server (`--import`), it sees from inside how long the server's loop serves nobody: a timer that is due every few milliseconds
 * notes whenever it comes late. Every server on Node is watched by the same.
 */
const file = process.env[STALLS_FILE]
if (isMainThread && file !== undefined) watch(file)

function watch(to: string): void {
  let last = performance.now()
  const tick = () => {
    const now = performance.now()
    const late = now - last - TICK_MS
    if (late > LATE_MS) appendFileSync(to, `${Date.now()} ${late.toFixed(1)}\n`)
    last = performance.now()
  }
  setInterval(tick, TICK_MS).unref()
}
