import { useSyncExternalStore } from 'react'
import { readStored, writeStored } from '../platform/browser.ts'

/** `system` follows the device. */
export type Theme = 'system' | 'light' | 'dark'

/** The order in which the toggle goes round. */
export const THEMES: readonly Theme[] = ['system', 'light', 'dark']

/** Read before the first paint by `public/theme.js`. */
const KEY = 'holdfast.theme'

const listeners = new Set<() => void>()
let current: Theme = parse(readStored(KEY))

function parse(stored: string | null): Theme {
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The chosen theme. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => current)
}

/** Shows `theme` from now on and remembers it on this device. */
export function setTheme(theme: Theme): void {
  current = theme
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  writeStored(KEY, theme === 'system' ? null : theme)
  for (const listener of listeners) listener()
}
