import type { Room } from '@holdfast/protocol'
import { usePresence } from '@holdfast/react'
import type { ReactNode } from 'react'
import { tintOf } from '../../ui/avatar.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { PersonAvatar } from '../presence/person-avatar.tsx'
import type { DirectPerson } from './direct-people.ts'
import { useDirectPartner } from './use-direct-people.ts'

const LOOKS: Readonly<Record<Room['type'], { readonly icon: IconName; readonly words: string }>> = {
  public: { icon: 'hash', words: 'Public room' },
  private: { icon: 'lock', words: 'Private room' },
  direct: { icon: 'person', words: 'Direct conversation' },
}

/** What kind of room it is; of a conversation between two, the other one and their presence. */
export function RoomGlyph({ room }: { readonly room: Pick<Room, 'id' | 'type'> }): ReactNode {
  const partner = useDirectPartner(room)
  const { icon, words } = LOOKS[room.type]
  if (partner !== null) return <Partner partner={partner} />
  return (
    <span className="hf-room-glyph" data-tint={tintOf(room.id)} title={words}>
      <Icon name={icon} />
      <span className="hf-sr">{words}</span>
    </span>
  )
}

function Partner({ partner }: { readonly partner: DirectPerson }): ReactNode {
  usePresence([partner.userId])
  return (
    <>
      <span className="hf-sr">{LOOKS.direct.words}</span>
      <PersonAvatar id={partner.userId} name={partner.name} />
    </>
  )
}
