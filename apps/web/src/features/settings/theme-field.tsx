import { type ReactNode, useId } from 'react'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { setTheme, THEMES, type Theme, useTheme } from '../../ui/theme.ts'

const LOOKS: Readonly<Record<Theme, { readonly icon: IconName; readonly words: string }>> = {
  system: { icon: 'system', words: 'System' },
  light: { icon: 'sun', words: 'Light' },
  dark: { icon: 'moon', words: 'Dark' },
}

/** Light or dark, on this device. */
export function ThemeField(): ReactNode {
  const theme = useTheme()
  const name = useId()
  return (
    <fieldset className="hf-segments">
      <legend className="hf-label">Theme on this device</legend>
      {THEMES.map(each => (
        <label key={each} className="hf-segment">
          <input
            className="hf-segment-dot"
            type="radio"
            name={name}
            checked={each === theme}
            onChange={() => setTheme(each)}
          />
          <Icon name={LOOKS[each].icon} />
          {LOOKS[each].words}
        </label>
      ))}
    </fieldset>
  )
}
