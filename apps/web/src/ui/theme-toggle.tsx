import type { ReactNode } from 'react'
import type { IconName } from './icon.tsx'
import { IconButton } from './icon-button.tsx'
import { setTheme, THEMES, type Theme, useTheme } from './theme.ts'

const LOOKS: Record<Theme, { readonly icon: IconName; readonly words: string }> = {
  system: { icon: 'system', words: 'as the device' },
  light: { icon: 'sun', words: 'light' },
  dark: { icon: 'moon', words: 'dark' },
}

/** Goes round device, light, dark. Its label says which is on and what pressing brings. */
export function ThemeToggle(): ReactNode {
  const theme = useTheme()
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
  const label = `Theme: ${LOOKS[theme].words}. Change to ${LOOKS[next].words}`
  return <IconButton icon={LOOKS[theme].icon} label={label} onClick={() => setTheme(next)} />
}
