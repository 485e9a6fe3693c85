import { useMyPresence, useSettings } from '@holdfast/react'
import { type ReactNode, useEffect, useSyncExternalStore } from 'react'
import { later } from '../../platform/browser.ts'
import { Button } from '../../ui/button.tsx'
import { IDLE_WARNING_MS, isIdleWarningDue, onIdleWarning, setIdleWarning } from './idle-warning-store.ts'

/** What shows that somebody is there after all. */
const SIGNS = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'visibilitychange'] as const

/** Asks whether somebody is still there before they are seen as away. Whatever they do answers it. */
export function IdleWarning(): ReactNode {
  const isDue = useSyncExternalStore(onIdleWarning, isIdleWarningDue)
  const { wish } = useMyPresence()
  const { settings } = useSettings()
  useEffect(() => {
    if (!isDue) return
    const end = () => setIdleWarning(false)
    const cancel = later(end, IDLE_WARNING_MS)
    for (const sign of SIGNS) document.addEventListener(sign, end, { passive: true })
    return () => {
      cancel()
      for (const sign of SIGNS) document.removeEventListener(sign, end)
    }
  }, [isDue])
  // Who has chosen how to be seen will not be seen otherwise.
  const isShown = isDue && wish === null && !(settings?.appearOffline ?? false)
  return (
    <div className="hf-notices hf-idle" role="status">
      {isShown ? (
        <div className="hf-notice">
          <span>Still there? In a minute you will be shown as away.</span>
          <Button onClick={() => setIdleWarning(false)}>I am here</Button>
        </div>
      ) : null}
    </div>
  )
}
