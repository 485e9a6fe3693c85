import { appendFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { isMainThread, threadId } from 'node:worker_threads'
import { LOOPS_FILE, stallLine, TICK_MS, USE_EVERY_MS, useLine } from './generator/loops.ts'

/** A timer that is late by less is on time. */
const LATE_MS = 2

/**
 * Loaded before a server (`--import`), and before each of its threads, it sees from inside what their loops do: a timer of the main thread that is due every
 * few milliseconds notes whenever it comes late, which is how long the loop served nobody; and each thread notes how long it has had something
 * to do. Every server on Node is watched by the same.
 */
const file = process.env[LOOPS_FILE]
if (file !== undefined) watch(file)

function watch(to: string): void {
  // What is noted is written together: a write takes longer than what it tells of.
  let lines = ''
  const write = () => {
    const { active } = performance.eventLoopUtilization()
    appendFileSync(to, lines + useLine({ at: Date.now(), thread: threadId, activeMs: active }))
    lines = ''
  }
  if (isMainThread) watchStalls(line => (lines += line))
  setInterval(write, USE_EVERY_MS).unref()
  process.once('exit', write)
}

function watchStalls(note: (line: string) => void): void {
  let last = performance.now()
  const tick = () => {
    const now = performance.now()
    const late = now - last - TICK_MS
    if (late > LATE_MS) note(stallLine({ at: Date.now(), ms: late }))
    last = performance.now()
  }
  setInterval(tick, TICK_MS).unref()
}
