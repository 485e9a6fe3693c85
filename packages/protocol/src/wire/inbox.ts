import * as v from 'valibot'
import { messageSchema } from '../room/message.ts'
import { roomTypeSchema } from '../room/room.ts'

/** One room in a person's list: enough for its row, its badge and its place. */
export const inboxEntrySchema = v.object({
  roomId: v.string(),
  name: v.string(),
  type: roomTypeSchema,
  seq: v.number(),
  unread: v.number(),
  mentions: v.number(),
  lastReadSeq: v.number(),
  lastMessage: v.nullable(messageSchema),
})
export type InboxEntry = v.InferOutput<typeof inboxEntrySchema>

/** What changed in my rooms, opened or not; at most one a second. */
export const inboxSchema = v.object({ type: v.literal('inbox'), rooms: v.array(inboxEntrySchema) })
export type Inbox = v.InferOutput<typeof inboxSchema>
