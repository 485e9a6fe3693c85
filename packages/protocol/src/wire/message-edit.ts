import * as v from 'valibot'
import { messageIdSchema, refSchema, roomIdSchema } from '../ids.ts'

/** Replace the content of one's own message. Answered `ok` with the event's `seq`. */
export const messageEditSchema = v.object({
  type: v.literal('message.edit'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
  messageId: messageIdSchema,
  content: v.string(),
})
export type MessageEdit = v.InferOutput<typeof messageEditSchema>
