import type { ReactNode } from 'react'

/** Stroke paths on a 24-unit grid. */
const PATHS = {
  alert: 'M12 8v5m0 3.2v.1M10.3 4.2 2.9 17a2 2 0 0 0 1.7 3h14.8a2 2 0 0 0 1.7-3L13.7 4.2a2 2 0 0 0-3.4 0Z',
  ban: 'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM5.7 5.7l12.6 12.6',
  back: 'M15 5l-7 7 7 7',
  bell: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15L6 16.5ZM10 20.5a2.2 2.2 0 0 0 4 0',
  'bell-off': 'M8.4 6.2A6 6 0 0 1 18 11v4.5M6 10v6.5L4.5 18H18M10 20.5a2.2 2.2 0 0 0 4 0M4 4l16 16',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  checks: 'M2.5 12.5L7 17l9.5-9.5M11.5 16.5l.5.5 9.5-9.5',
  clock: 'M12 7v5l3.2 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
  close: 'M6 6l12 12M18 6L6 18',
  down: 'M12 5v13m-6-6l6 6 6-6',
  edit: 'M4 20h4L19 9a2.1 2.1 0 0 0-3-3L5 17l-1 3ZM14.5 7.5l3 3',
  hash: 'M9.5 4l-2 16M16.5 4l-2 16M4.5 9h16M3.5 15h16',
  leave: 'M14 4H7a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h7M17 8l4 4-4 4M21 12H10',
  lock: 'M6 11h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1ZM8 11V8a4 4 0 0 1 8 0v3',
  message: 'M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-8l-4.5 3.5V17H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Z',
  moon: 'M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z',
  more: 'M5 12h.1M12 12h.1M19 12h.1',
  people:
    'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.8',
  person: 'M12 11.5a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4ZM5 20a7 7 0 0 1 14 0',
  'person-add': 'M9.5 11.5a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4ZM2.5 20a7 7 0 0 1 13.2-3.2M19 13v6M16 16h6',
  'person-remove': 'M9.5 11.5a3.7 3.7 0 1 0 0-7.4 3.7 3.7 0 0 0 0 7.4ZM2.5 20a7 7 0 0 1 13.2-3.2M16 16h6',
  pin: 'M9 3.5h6M10 3.5v6l-3.5 4.5h11L14 9.5v-6M12 14v6.5',
  plus: 'M12 5v14M5 12h14',
  power: 'M12 4v8M7.2 6.5a7.5 7.5 0 1 0 9.6 0',
  queued: 'M7 3.5h10M7 20.5h10M8 3.5c0 4 3 5.5 4 8.5 1-3 4-4.5 4-8.5M8 20.5c0-4 3-5.5 4-8.5 1 3 4 4.5 4 8.5',
  reply: 'M10 7l-6 5 6 5v-3.5c5 0 8 1.5 10 5 0-6-3.5-9.5-10-9.5V7Z',
  retry: 'M20 12a8 8 0 1 1-2.6-5.9M20 4v5h-5',
  send: 'M4 12l16-8-5.5 16-3-6.5L4 12ZM11.5 13.5L20 4',
  settings: 'M4 7h9M19 7h1M4 17h1M11 17h9M13 7a3 3 0 1 0 6 0 3 3 0 0 0-6 0ZM5 17a3 3 0 1 0 6 0 3 3 0 0 0-6 0Z',
  shield: 'M12 3.5l7.5 2.5v5.5c0 4.5-3 7.5-7.5 9-4.5-1.5-7.5-4.5-7.5-9V6L12 3.5Z',
  smile: 'M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM8.3 14.2a4.5 4.5 0 0 0 7.4 0M9 9.5v.1M15 9.5v.1',
  sun: 'M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  unread:
    'M13.5 6H5a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-6M4.5 7.5L12 13l4-3M20.7 6a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0Z',
  unpin: 'M9 3.5h6M10 3.5v6l-3.5 4.5h11L14 9.5v-6M12 14v6.5M4 4l16 16',
  system: 'M4 5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM8.5 20h7M12 16v4',
  trash: 'M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10 11v5.5M14 11v5.5',
} as const

/** The name of an icon. */
export type IconName = keyof typeof PATHS

/** An icon is decoration: the words beside it, or its button's label, say what it means. */
export function Icon({ name, className = '' }: { readonly name: IconName; readonly className?: string }): ReactNode {
  return (
    <svg className={`hf-icon ${className}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}
