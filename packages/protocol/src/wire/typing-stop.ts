import * as v from 'valibot'
import { refSchema, roomIdSchema } from '../ids.ts'

/** I have stopped typing. No answer. */
export const typingStopSchema = v.object({
  type: v.literal('typing.stop'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
})
export type TypingStop = v.InferOutput<typeof typingStopSchema>
