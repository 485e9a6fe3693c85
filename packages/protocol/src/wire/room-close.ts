import * as v from 'valibot'
import { refSchema, roomIdSchema } from '../ids.ts'

/** Stop reading a room on this session. Answered `ok`, also when it was not open. */
export const roomCloseSchema = v.object({
  type: v.literal('room.close'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
})
export type RoomClose = v.InferOutput<typeof roomCloseSchema>
