import * as v from 'valibot'
import { messageIdSchema, refSchema, roomIdSchema } from '../ids.ts'
import { mentionsSchema } from './message-send.ts'

/** Replace the content of one's own message. Answered `ok` with the event's `seq`. */
export const messageEditSchema = v.object({
  type: v.literal('message.edit'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
  messageId: messageIdSchema,
  content: v.string(),
  /** Whom the message mentions from now on; left out: whom it did. */
  mentions: v.optional(mentionsSchema),
})
export type MessageEdit = v.InferOutput<typeof messageEditSchema>
