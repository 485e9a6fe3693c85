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
  /** I do not wish to be called by what happens here. */
  muted: v.boolean(),
  /**
   * How often I have marked messages of this room unread again: `lastReadSeq` only ever grows within one revision, and of
   * two positions the one of the later revision counts.
   */
  readRevision: v.number(),
  /** When the room was last active: its last message was made then, or the room itself. What the list is ordered by. */
  activeAt: v.number(),
})
export type InboxEntry = v.InferOutput<typeof inboxEntrySchema>

/** What changed in my rooms, opened or not; at most one a second. */
export const inboxSchema = v.object({
  type: v.literal('inbox'),
  rooms: v.array(inboxEntrySchema),
  /** Rooms that are mine no longer. */
  gone: v.optional(v.array(v.string())),
  /** How many rooms I am in; in the answer to `inboxSince`. Whoever then holds another number lists them anew. */
  total: v.optional(v.number()),
  /** Whoever says hello with it as `inboxSince` is told what has changed after it. */
  cursor: v.optional(v.string()),
})
export type Inbox = v.InferOutput<typeof inboxSchema>
