import * as v from 'valibot'
import { messageIdSchema, refSchema, roomIdSchema } from '../ids.ts'

/** Pin a message. Idempotent. Answered `ok` with `seq`. */
export const messagePinSchema = v.object({
  type: v.literal('message.pin'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
  messageId: messageIdSchema,
})
export type MessagePin = v.InferOutput<typeof messagePinSchema>
