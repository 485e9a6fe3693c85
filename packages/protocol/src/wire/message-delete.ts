import * as v from 'valibot'
import { messageIdSchema, refSchema, roomIdSchema } from '../ids.ts'

/** Delete a message: its content goes, its place stays. Answered `ok` with the event's `seq`. */
export const messageDeleteSchema = v.object({
  type: v.literal('message.delete'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
  messageId: messageIdSchema,
})
export type MessageDelete = v.InferOutput<typeof messageDeleteSchema>
