import type { RoomHandle } from '@holdfast/client'
import type { Member, Message } from '@holdfast/protocol'
import type { Composer } from '@holdfast/react'
import { createContext, useContext } from 'react'

/** What every row of a timeline needs and none of them owns. Stable while the room's people stay the same. */
export interface TimelineTools {
  readonly handle: RoomHandle
  /** Myself as a member; null: reading a public room. */
  readonly me: Member | null
  readonly composer: Pick<Composer, 'reply' | 'startEdit' | 'setEditText' | 'cancelEdit' | 'saveEdit'>
  /** A person's name, also of somebody who has left. */
  nameOf(userId: string): string
  /** Shows a message, reading older history when it is not held. */
  jumpTo(messageId: string): void
  /** This message and those after it are unread again, and stay so until the room is left. */
  markUnread(message: Message): void
  /** Ends that messages are marked unread, if they are: somebody reads on. */
  resumeReading(): void
  /** Asks before deleting. */
  askDelete(message: Message): void
  /** Puts the cursor into the composer. */
  focusComposer(): void
}

const TimelineContext = createContext<TimelineTools | null>(null)

export const TimelineToolsProvider = TimelineContext.Provider

/** The tools of the timeline that this row belongs to. */
export function useTimelineTools(): TimelineTools {
  const tools = useContext(TimelineContext)
  if (tools === null) throw new Error('unable to render a row; it stands in no timeline')
  return tools
}
