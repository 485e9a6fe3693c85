import * as v from 'valibot'
import { clientIdSchema, refSchema, roomIdSchema } from '../ids.ts'

/** Give up a refused message, so that those behind it may go. Answered `ok`. */
export const messageCancelSchema = v.object({
  type: v.literal('message.cancel'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
  clientId: clientIdSchema,
})
export type MessageCancel = v.InferOutput<typeof messageCancelSchema>
