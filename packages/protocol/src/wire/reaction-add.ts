import * as v from 'valibot'
import { messageIdSchema, refSchema, roomIdSchema } from '../ids.ts'
import { reactionKeySchema } from './reaction-key.ts'

/** React to a message. Idempotent: when nothing changes there is no event and `seq` is the room's latest. */
export const reactionAddSchema = v.object({
  type: v.literal('reaction.add'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
  messageId: messageIdSchema,
  key: reactionKeySchema,
})
export type ReactionAdd = v.InferOutput<typeof reactionAddSchema>
