import * as v from 'valibot'
import { refSchema, roomIdSchema } from '../ids.ts'

/** I am typing; repeat at most every 2 s. Lapses 5 s after the last one. No answer. */
export const typingStartSchema = v.object({
  type: v.literal('typing.start'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
})
export type TypingStart = v.InferOutput<typeof typingStartSchema>
