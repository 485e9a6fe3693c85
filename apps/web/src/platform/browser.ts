/** The app's only doors to the browser's clock, timers and storage. */

/** Milliseconds since the Unix epoch. */
export function now(): number {
  return Date.now()
}

/** Runs `task` once after `delayMs`; the answer takes it back. */
export function later(task: () => void, delayMs: number): () => void {
  const timer = setTimeout(task, delayMs)
  return () => clearTimeout(timer)
}

/** Runs `task` every `periodMs` while the page is visible; the answer ends it. */
export function everyWhileVisible(task: () => void, periodMs: number): () => void {
  const timer = setInterval(() => {
    if (isVisible()) task()
  }, periodMs)
  return () => clearInterval(timer)
}

/** What is kept under `key`, or null. A browser that keeps nothing (storage switched off) answers null. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/**
 * Keeps `value` under `key`; null forgets it. False where storage is switched off or full: the value lives as long as the page,
 * and what was kept before, if anything was, still is.
 */
export function writeStored(key: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
    return true
  } catch {
    return false
  }
}

/** The keys that begin with `prefix`, in no order. */
export function storedKeys(prefix: string): readonly string[] {
  try {
    return Object.keys(localStorage).filter(key => key.startsWith(prefix))
  } catch {
    return []
  }
}

/** Forgets all that is kept under keys that begin with `prefix`. */
export function forgetStored(prefix: string): void {
  for (const key of storedKeys(prefix)) writeStored(key, null)
}

/** The page is in sight, though perhaps nobody looks. */
export function isVisible(): boolean {
  return document.visibilityState === 'visible'
}

/** Somebody is looking at this window and typing into it. */
export function isAttended(): boolean {
  return isVisible() && document.hasFocus()
}

/** Calls `listener` whenever the window may have gained or lost attention; the answer ends it. */
export function onAttention(listener: () => void): () => void {
  window.addEventListener('focus', listener)
  window.addEventListener('blur', listener)
  document.addEventListener('visibilitychange', listener)
  return () => {
    window.removeEventListener('focus', listener)
    window.removeEventListener('blur', listener)
    document.removeEventListener('visibilitychange', listener)
  }
}

/** Fingers rather than a mouse: Enter then breaks the line, as the on-screen keyboard shows it. */
export function isTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches
}

/** Puts `count` on the icon of the installed app, 0 takes it off. Nothing where there is none. */
export function showAppBadge(count: number): void {
  // A browser without installed apps has no such call; one that does not allow it rejects, and the title says the same.
  const { setAppBadge, clearAppBadge } = navigator as Partial<Pick<Navigator, 'setAppBadge' | 'clearAppBadge'>>
  const done = count > 0 ? setAppBadge?.call(navigator, count) : clearAppBadge?.call(navigator)
  done?.catch(() => {})
}
