import type { PersonSettings } from '@holdfast/protocol'
import { useSettings } from '@holdfast/react'
import { type ReactNode, useState } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { failureWords } from '../../ui/failure-words.ts'
import { Switch } from '../../ui/switch.tsx'
import { ThemeField } from './theme-field.tsx'

/** What I settle for myself: on the server for all of my devices, but for the theme, which is this device's. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { settings, error, update } = useSettings()
  const [failure, setFailure] = useState<string | null>(null)
  const change = (changes: Partial<PersonSettings>) => {
    setFailure(null)
    update(changes).catch((cause: unknown) => setFailure(failureWords(cause)))
  }
  const problem = failure ?? (settings === null && error !== null ? 'Your settings could not be read.' : null)
  return (
    <Dialog title="Settings" onClose={onClose}>
      <div className="hf-settings">
        <Switch
          label="Show how far I have read"
          words="Others see how far you have read. If you turn this off, you do not see it of others either."
          isOn={settings?.readReceipts ?? true}
          isKnown={settings !== null}
          onChange={readReceipts => change({ readReceipts })}
        />
        <Switch
          label="Appear offline"
          words="To others you are offline and never typing, whatever you do. You still see them."
          isOn={settings?.appearOffline ?? false}
          isKnown={settings !== null}
          onChange={appearOffline => change({ appearOffline })}
        />
        <ThemeField />
        <p className="hf-problem" role="alert">
          {problem}
        </p>
      </div>
    </Dialog>
  )
}
