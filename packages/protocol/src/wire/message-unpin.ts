import * as v from 'valibot'
import { messageIdSchema, refSchema, roomIdSchema } from '../ids.ts'

/** Take a pin off. Idempotent. Answered `ok` with `seq`. */
export const messageUnpinSchema = v.object({
  type: v.literal('message.unpin'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
  messageId: messageIdSchema,
})
export type MessageUnpin = v.InferOutput<typeof messageUnpinSchema>
