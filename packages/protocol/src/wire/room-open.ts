import * as v from 'valibot'
import { refSchema, roomIdSchema, seqSchema } from '../ids.ts'
import { DEFAULT_SESSION_LIMITS } from '../limits.ts'

/**
 * Open a room, or open it over from another cursor. Answered by `room.snapshot` or by `message.event`s, then `room.live`.
 * `window`: latest messages wanted if it comes to a snapshot.
 */
export const roomOpenSchema = v.object({
  type: v.literal('room.open'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
  epoch: v.optional(v.string()),
  seq: v.optional(seqSchema),
  window: v.optional(v.pipe(v.number(), v.integer(), v.toMinValue(1), v.toMaxValue(DEFAULT_SESSION_LIMITS.window))),
})
export type RoomOpen = v.InferOutput<typeof roomOpenSchema>
