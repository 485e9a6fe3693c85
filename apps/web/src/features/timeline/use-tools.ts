import type { RoomHandle, RoomView } from '@holdfast/client'
import type { Member } from '@holdfast/protocol'
import type { Composer } from '@holdfast/react'
import { useMemo } from 'react'
import { notifyFailure } from '../../ui/notices.tsx'
import { nameInTimeline } from './known-name.ts'
import type { TimelineTools } from './timeline-context.ts'

interface ToolParts extends Pick<TimelineTools, 'jumpTo' | 'askDelete' | 'focusComposer' | 'resumeReading'> {
  readonly handle: RoomHandle
  readonly view: RoomView
  readonly self: Member | null
  readonly composer: Composer
}

/** The tools of a timeline's rows. They change only with the room's people, so that rows do not render for nothing. */
export function useTools(parts: ToolParts): TimelineTools {
  const { handle, view, self, composer, jumpTo, askDelete, focusComposer, resumeReading } = parts
  const { members } = view
  const { reply, startEdit, setEditText, cancelEdit, saveEdit } = composer
  return useMemo(() => {
    const names = new Map(members.map(member => [member.userId, member.name]))
    return {
      handle,
      me: self,
      composer: { reply, startEdit, setEditText, cancelEdit, saveEdit },
      nameOf: userId => names.get(userId) ?? nameInTimeline(handle.getSnapshot().timeline, userId) ?? 'Somebody',
      markUnread: ({ seq }) => void handle.markUnread(seq).catch(notifyFailure),
      jumpTo,
      askDelete,
      focusComposer,
      resumeReading,
    }
  }, [
    handle,
    self,
    members,
    reply,
    startEdit,
    setEditText,
    cancelEdit,
    saveEdit,
    jumpTo,
    askDelete,
    focusComposer,
    resumeReading,
  ])
}
