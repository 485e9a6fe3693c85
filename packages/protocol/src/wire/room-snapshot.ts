import * as v from 'valibot'
import { memberSchema } from '../room/member.ts'
import { messageSchema } from '../room/message.ts'
import { roomSchema } from '../room/room.ts'

/** A room as of `seq`, as a frame and as the answer of the sync calls. */
export const snapshotEntries = {
  roomId: v.string(),
  epoch: v.string(),
  seq: v.number(),
  room: roomSchema,
  /** The first 200; the rest is read page by page. */
  members: v.array(memberSchema),
  memberCount: v.number(),
  /** The latest ones, oldest first. */
  messages: v.array(messageSchema),
  /** How far people have read, as far as they show it: of the members listed, or in a large room my own and the furthest. */
  reads: v.record(v.string(), v.number()),
  /** My own read position, and what is unread behind it (capped at 100). */
  lastReadSeq: v.number(),
  unread: v.number(),
  /** See `InboxEntry.readRevision`. */
  readRevision: v.number(),
  /** Whether there are older messages, and the cursor of the page that holds them. */
  hasMore: v.boolean(),
  nextCursor: v.nullable(v.string()),
}

/** The first answer to `room.open` where events alone would not do. */
export const roomSnapshotSchema = v.object({ type: v.literal('room.snapshot'), ...snapshotEntries })
export type RoomSnapshot = v.InferOutput<typeof roomSnapshotSchema>

export const snapshotSchema = v.object(snapshotEntries)
/** A snapshot without its frame's `type`. */
export type Snapshot = v.InferOutput<typeof snapshotSchema>
