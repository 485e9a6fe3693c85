import type { RoomEventOf } from '@holdfast/protocol'

export type EditEvent = RoomEventOf<'message.edited'>

/** What is left of an edit whose message is deleted: that there was one. */
export function erasedEdit(event: EditEvent): EditEvent {
  return { ...event, content: '', ...(event.mentions !== undefined && { mentions: [] }) }
}
