import type { Room } from '@holdfast/protocol'
import type { ReactNode } from 'react'
import { tintOf } from '../../ui/avatar.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'

const LOOKS: Readonly<Record<Room['type'], { readonly icon: IconName; readonly words: string }>> = {
  public: { icon: 'hash', words: 'Public room' },
  private: { icon: 'lock', words: 'Private room' },
  direct: { icon: 'person', words: 'Direct conversation' },
}

/** What kind of room it is. */
export function RoomGlyph({ room }: { readonly room: Pick<Room, 'id' | 'type'> }): ReactNode {
  const { icon, words } = LOOKS[room.type]
  return (
    <span className="hf-room-glyph" data-tint={tintOf(room.id)} title={words}>
      <Icon name={icon} />
      <span className="hf-sr">{words}</span>
    </span>
  )
}
