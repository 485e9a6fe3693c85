import * as v from 'valibot'
import { refSchema, roomIdSchema, seqSchema } from '../ids.ts'
import { MAX_INBOX_CURSOR, MAX_NAME_BYTES, MAX_OPEN_ROOMS } from '../limits.ts'

const label = v.pipe(v.string(), v.maxLength(MAX_NAME_BYTES))

/** A room to open, with the cursor that the client holds; `epoch` or `seq` alone counts as none. */
export const roomCursorSchema = v.object({
  roomId: roomIdSchema,
  epoch: v.optional(v.string()),
  seq: v.optional(seqSchema),
})
export type RoomCursor = v.InferOutput<typeof roomCursorSchema>

/**
 * The first frame of a connection. Answered by `session.welcome`, then each room as by `room.open`.
 * `protocol` is any integer here, so that another version is told apart (4505) from a malformed frame.
 */
export const sessionHelloSchema = v.object({
  type: v.literal('session.hello'),
  ref: v.optional(refSchema),
  protocol: v.pipe(v.number(), v.integer()),
  client: v.object({
    name: label,
    version: label,
    platform: v.optional(label),
    device: v.optional(label),
  }),
  rooms: v.optional(v.pipe(v.array(roomCursorSchema), v.maxLength(MAX_OPEN_ROOMS))),
  inbox: v.optional(v.boolean()),
  /** With `inbox`: the last cursor of an `inbox` frame or of `GET /api/rooms`; an `inbox` frame tells what has changed since. */
  inboxSince: v.optional(v.pipe(v.string(), v.maxLength(MAX_INBOX_CURSOR))),
})
export type SessionHello = v.InferOutput<typeof sessionHelloSchema>
