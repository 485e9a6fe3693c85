import * as v from 'valibot'
import { presenceStatusSchema } from './presence-set.ts'

/** Who has become how available: changes only, coalesced. */
export const presenceSchema = v.object({
  type: v.literal('presence'),
  users: v.array(
    v.object({
      userId: v.string(),
      status: presenceStatusSchema,
      lastSeen: v.number(),
      customStatus: v.optional(v.nullable(v.string())),
      dndUntil: v.optional(v.nullable(v.number())),
    }),
  ),
})
export type Presence = v.InferOutput<typeof presenceSchema>
