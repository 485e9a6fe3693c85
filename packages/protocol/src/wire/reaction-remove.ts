import * as v from 'valibot'
import { messageIdSchema, refSchema, roomIdSchema } from '../ids.ts'
import { reactionKeySchema } from './reaction-key.ts'

/** Take one's own reaction back. Idempotent: when nothing changes there is no event and `seq` is the room's latest. */
export const reactionRemoveSchema = v.object({
  type: v.literal('reaction.remove'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
  messageId: messageIdSchema,
  key: reactionKeySchema,
})
export type ReactionRemove = v.InferOutput<typeof reactionRemoveSchema>
