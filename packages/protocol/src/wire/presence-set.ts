import * as v from 'valibot'
import { refSchema, timeSchema } from '../ids.ts'
import { MAX_STATUS_BYTES } from '../limits.ts'

export const presenceStatusSchema = v.picklist(['online', 'away', 'busy', 'offline'])
/** How available somebody is; over all sessions the most available wins, in this order but for `busy` before `away`. */
export type PresenceStatus = v.InferOutput<typeof presenceStatusSchema>

/** How I wish to be seen. No answer. */
export const presenceSetSchema = v.object({
  type: v.literal('presence.set'),
  ref: v.optional(refSchema),
  status: presenceStatusSchema,
  customStatus: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(MAX_STATUS_BYTES)))),
  dndUntil: v.optional(v.nullable(timeSchema)),
  currentRoom: v.optional(v.nullable(v.string())),
})
export type PresenceSet = v.InferOutput<typeof presenceSetSchema>
