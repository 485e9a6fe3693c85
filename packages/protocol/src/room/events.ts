import * as v from 'valibot'
import { timeSchema } from '../ids.ts'
import { leaveReasonSchema, memberSchema } from './member.ts'
import { messageSchema } from './message.ts'
import { roomSchema } from './room.ts'

/** What every event carries beside its kind: its place in the log, its stamp, and who did it. */
const base = { seq: v.number(), at: timeSchema, by: v.string() }

/** Every durable change of a room. One event, one `seq`. */
export const roomEventSchema = v.variant('kind', [
  v.object({ kind: v.literal('room.created'), ...base, room: roomSchema }),
  v.object({ kind: v.literal('room.updated'), ...base, room: roomSchema }),
  v.object({ kind: v.literal('member.joined'), ...base, member: memberSchema }),
  v.object({ kind: v.literal('member.updated'), ...base, member: memberSchema }),
  v.object({ kind: v.literal('member.left'), ...base, userId: v.string(), reason: leaveReasonSchema }),
  v.object({ kind: v.literal('message.created'), ...base, message: messageSchema }),
  v.object({
    kind: v.literal('message.edited'),
    ...base,
    messageId: v.string(),
    content: v.string(),
    editedAt: timeSchema,
    /** Whom the message mentions from here on; left out: whom it did. */
    mentions: v.optional(v.array(v.string())),
  }),
  v.object({ kind: v.literal('message.deleted'), ...base, messageId: v.string(), deletedAt: timeSchema }),
  v.object({ kind: v.literal('reaction.added'), ...base, messageId: v.string(), key: v.string(), userId: v.string() }),
  v.object({
    kind: v.literal('reaction.removed'),
    ...base,
    messageId: v.string(),
    key: v.string(),
    userId: v.string(),
  }),
  v.object({ kind: v.literal('message.pinned'), ...base, messageId: v.string() }),
  v.object({ kind: v.literal('message.unpinned'), ...base, messageId: v.string() }),
])
export type RoomEvent = v.InferOutput<typeof roomEventSchema>
export type RoomEventKind = RoomEvent['kind']

/** The event of one kind. */
export type RoomEventOf<K extends RoomEventKind> = Extract<RoomEvent, { kind: K }>

/** The events that change a message which is already in the log. */
export type MessageChange = RoomEventOf<
  'message.edited' | 'message.deleted' | 'reaction.added' | 'reaction.removed' | 'message.pinned' | 'message.unpinned'
>
