import type { PersonSettings } from '@holdfast/protocol'
import type { OwnPresence } from '@holdfast/react'
import { untilWords } from '../../ui/dates.ts'
import type { MenuItem, MenuSection } from '../../ui/menu.tsx'
import type { Wish } from '../session/session-store.ts'
import { untilTomorrow } from './do-not-disturb.ts'
import { PresenceShape } from './presence-dot.tsx'
import { customWords, isUndisturbed, type PresenceLook } from './presence-words.ts'

/** What the menu of my status is made of. */
export interface StatusParts {
  readonly mine: OwnPresence
  /** Null before they were read. */
  readonly settings: PersonSettings | null
  readonly now: number
  readonly onWish: (wish: Wish | null) => void
  readonly onAppearOffline: (isOffline: boolean) => void
  readonly onAskStatus: () => void
  readonly onAskSettings: () => void
}

const MINUTE_MS = 60_000

/** The menu of my status: how I am seen, until when I wish to be left alone, what I say about myself, my settings. */
export function statusSections(parts: StatusParts): readonly MenuSection[] {
  return [{ title: 'Show me as', items: looks(parts) }, disturbance(parts), { title: null, items: more(parts) }]
}

function looks({ mine, settings, onWish, onAppearOffline }: StatusParts): readonly MenuItem[] {
  const isHidden = settings?.appearOffline ?? false
  const item = (look: PresenceLook, label: string, hint: string, isChecked: boolean, onPick: () => void): MenuItem => ({
    label,
    icon: <PresenceShape look={look} />,
    hint,
    isChecked,
    onPick,
  })
  const wish = (status: Wish | null) => () => {
    if (isHidden) onAppearOffline(false)
    onWish(status)
  }
  return [
    item('online', 'Online', 'Away by itself when you are', !isHidden && mine.wish === null, wish(null)),
    item('away', 'Away', 'On this device, until you change it', !isHidden && mine.wish === 'away', wish('away')),
    item('busy', 'Busy', 'On this device, until you change it', !isHidden && mine.wish === 'busy', wish('busy')),
    item('offline', 'Appear offline', 'You see others, they do not see you', isHidden, () => onAppearOffline(true)),
  ]
}

function disturbance({ mine, now }: StatusParts): MenuSection {
  const { dndUntil, setDoNotDisturb } = mine
  const item = (label: string, until: number | null): MenuItem => ({
    label,
    icon: until === null ? 'bell' : 'moon',
    onPick: () => setDoNotDisturb(until),
  })
  if (isUndisturbed(dndUntil, now)) {
    return { title: `Do not disturb until ${untilWords(dndUntil, now)}`, items: [item('Turn off', null)] }
  }
  return {
    title: 'Do not disturb',
    items: [
      item('For 30 minutes', now + 30 * MINUTE_MS),
      item('For 1 hour', now + 60 * MINUTE_MS),
      item('Until tomorrow', untilTomorrow(now)),
    ],
  }
}

function more({ mine, onAskStatus, onAskSettings }: StatusParts): readonly MenuItem[] {
  const hasStatus = customWords(mine) !== null
  return [
    { label: hasStatus ? 'Change status…' : 'Set a status…', icon: 'edit', onPick: onAskStatus },
    ...(hasStatus ? [{ label: 'Clear status', icon: 'close', onPick: () => mine.setCustomStatus(null) } as const] : []),
    { label: 'Settings…', icon: 'settings', onPick: onAskSettings },
  ]
}
