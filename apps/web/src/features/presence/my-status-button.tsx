import { useHoldfast, useMyPresence, useSettings } from '@holdfast/react'
import { type ReactNode, useState } from 'react'
import { now } from '../../platform/browser.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Menu, useMenu } from '../../ui/menu.tsx'
import { notifyFailure } from '../../ui/notices.tsx'
import { setWish } from '../session/session-store.ts'
import { SettingsDialog } from '../settings/settings-dialog.tsx'
import { CustomStatusDialog } from './custom-status-dialog.tsx'
import { PresenceShape } from './presence-dot.tsx'
import { customWords } from './presence-words.ts'
import { statusSections } from './status-items.tsx'
import { useMyLook } from './use-my-look.ts'

type Asked = 'status' | 'settings'

/** Who I am and how I am seen, and the menu that changes it. */
export function MyStatusButton({ name }: { readonly name: string }): ReactNode {
  const mine = useMyPresence()
  const { settings, update } = useSettings()
  const { isOpen, buttonProps, menuProps } = useMenu()
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  const sections = () =>
    statusSections({
      mine,
      settings,
      now: now(),
      onWish: setWish,
      onAppearOffline: appearOffline => void update({ appearOffline }).catch(notifyFailure),
      onAskStatus: () => setAsked('status'),
      onAskSettings: () => setAsked('settings'),
    })
  return (
    <>
      <button type="button" className="hf-my-status" {...buttonProps}>
        <MyStatus name={name} />
      </button>
      {isOpen ? <Menu {...menuProps} label="Your status" sections={sections()} /> : null}
      {asked === 'status' ? (
        <CustomStatusDialog before={customWords(mine)} onSave={mine.setCustomStatus} onClose={close} />
      ) : null}
      {asked === 'settings' ? <SettingsDialog onClose={close} /> : null}
    </>
  )
}

/** As others see it: the shape, and what is said or else what the shape means. */
function MyStatus({ name }: { readonly name: string }): ReactNode {
  const { userId } = useHoldfast()
  const { look, words } = useMyLook()
  const custom = customWords(useMyPresence())
  return (
    <>
      <span className="hf-person">
        <Avatar id={userId ?? name} name={name} />
        <span className="hf-presence-dot">
          <PresenceShape look={look} />
        </span>
      </span>
      <span className="hf-my-status-words">
        <span className="hf-side-name" dir="auto">
          {name}
        </span>
        <span className="hf-my-status-state" title={custom === null ? words : `${words} · ${custom}`}>
          {words}
          {custom === null ? null : (
            <>
              {' · '}
              <bdi>{custom}</bdi>
            </>
          )}
        </span>
      </span>
      <span className="hf-sr">, your status</span>
    </>
  )
}
