import * as v from 'valibot'

/** Read positions that have moved: changes only, coalesced. */
export const readsSchema = v.object({
  type: v.literal('reads'),
  roomId: v.string(),
  reads: v.record(v.string(), v.number()),
  /** The revision of my own position, where `reads` holds it; left out while that is 0. See `InboxEntry.readRevision`. */
  readRevision: v.optional(v.number()),
})
export type Reads = v.InferOutput<typeof readsSchema>
