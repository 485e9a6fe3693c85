'use client'

import type { Settings, SettingsView } from '@holdfast/client'
import { useMemo } from 'react'
import { useHoldfast } from './provider.tsx'
import { SERVER_SETTINGS } from './server-views.ts'
import { useReadable } from './use-readable.ts'

/** What I have settled for myself, and how to change it. */
export type MySettings = SettingsView & Pick<Settings, 'update'>

/**
 * My settings, kept by the server for all of my devices. `settings` is null before they were read. A change shows at once and
 * is taken back when the server refuses it; the promise of `update` then rejects.
 */
export function useSettings(): MySettings {
  const { settings } = useHoldfast()
  const view = useReadable(settings, onServer)
  return useMemo(() => ({ ...view, update: changes => settings.update(changes) }), [view, settings])
}

const onServer = () => SERVER_SETTINGS
