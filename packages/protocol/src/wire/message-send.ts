import * as v from 'valibot'
import { clientIdSchema, refSchema, roomIdSchema, seqSchema, userIdSchema } from '../ids.ts'
import { MAX_ATTACHMENTS, MAX_MENTIONS } from '../limits.ts'
import { messageTypeSchema } from '../room/message.ts'

/** Whom a message mentions. */
export const mentionsSchema = v.pipe(v.array(userIdSchema), v.maxLength(MAX_MENTIONS))

/** What a message says, without where it goes: the same in the frame and in `POST /api/rooms/:id/messages`. */
export const messageDraftEntries = {
  clientId: clientIdSchema,
  content: v.string(),
  kind: v.optional(messageTypeSchema),
  replyTo: v.optional(v.nullable(v.string())),
  attachments: v.optional(v.pipe(v.array(v.string()), v.maxLength(MAX_ATTACHMENTS))),
  mentions: v.optional(mentionsSchema),
  seen: v.optional(v.nullable(seqSchema)),
}

/**
 * Send a message. Answered by `message.ack`, or by `error` with `clientId` and `roomId`.
 * Exactly once: the same `clientId` again returns the first ack, with other content it is a `conflict`.
 */
export const messageSendSchema = v.object({
  type: v.literal('message.send'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
  ...messageDraftEntries,
})
export type MessageSend = v.InferOutput<typeof messageSendSchema>
