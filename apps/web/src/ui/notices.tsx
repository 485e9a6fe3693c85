import { type ReactNode, useEffect, useSyncExternalStore } from 'react'
import { later } from '../platform/browser.ts'
import { failureWords } from './failure-words.ts'
import { IconButton } from './icon-button.tsx'

/** How long a notice stays, in milliseconds: long enough to read two lines twice. */
const NOTICE_MS = 8_000

interface Notice {
  readonly text: string
}

const listeners = new Set<() => void>()
let current: Notice | null = null

function set(notice: Notice | null): void {
  current = notice
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Tells the person at the screen that something they did came to nothing. A newer notice replaces an older one. */
export function notify(text: string): void {
  set({ text })
}

/** `notify` with the reason of a rejected promise: `room.join().catch(notifyFailure)`. */
export function notifyFailure(cause: unknown): void {
  notify(failureWords(cause))
}

/** The one place where notices appear. Mounted once and always, so that assistive technology hears what enters it. */
export function Notices(): ReactNode {
  const notice = useSyncExternalStore(subscribe, () => current)
  useEffect(() => (notice === null ? undefined : later(() => set(null), NOTICE_MS)), [notice])
  return (
    <div className="hf-notices" role="alert">
      {notice === null ? null : (
        <div className="hf-notice">
          <span>{notice.text}</span>
          <IconButton icon="close" label="Dismiss" onClick={() => set(null)} />
        </div>
      )}
    </div>
  )
}
