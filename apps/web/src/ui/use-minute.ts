import { useSyncExternalStore } from 'react'
import { everyWhileVisible, now } from '../platform/browser.ts'

const MINUTE_MS = 60_000
/** How often it is looked whether a minute has passed, in milliseconds: what says "a minute ago" is late by no more. */
const LOOK_MS = 10_000

const listeners = new Set<() => void>()
let stop: (() => void) | null = null

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  stop ??= everyWhileVisible(() => {
    for (const each of listeners) each()
  }, LOOK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    stop?.()
    stop = null
  }
}

function minute(): number {
  return Math.floor(now() / MINUTE_MS) * MINUTE_MS
}

/** The beginning of this minute, in milliseconds since the Unix epoch; renders again in the next. One timer for all. */
export function useMinute(): number {
  return useSyncExternalStore(subscribe, minute)
}
