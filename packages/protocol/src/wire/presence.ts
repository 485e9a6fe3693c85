import * as v from 'valibot'
import { presenceStatusSchema } from './presence-set.ts'

/** How available one person is, over all their sessions. */
export const presenceUserSchema = v.object({
  userId: v.string(),
  status: presenceStatusSchema,
  /** When they were last there: now, for who is not offline. Milliseconds since the Unix epoch; null: not since the server knows. */
  lastSeen: v.nullable(v.number()),
  /** What they say about themselves; left out: nothing. */
  customStatus: v.optional(v.nullable(v.string())),
  /** They wish not to be disturbed until then; left out: no such wish. */
  dndUntil: v.optional(v.nullable(v.number())),
  /** What their most available session runs on, as its hello named it; left out: not told. */
  device: v.optional(v.nullable(v.string())),
  /** The room they are looking at; told only to those who read that room. */
  currentRoom: v.optional(v.nullable(v.string())),
})
export type PresenceUser = v.InferOutput<typeof presenceUserSchema>

/** Who has become how available: changes only, coalesced. */
export const presenceSchema = v.object({ type: v.literal('presence'), users: v.array(presenceUserSchema) })
export type Presence = v.InferOutput<typeof presenceSchema>
