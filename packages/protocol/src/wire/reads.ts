import * as v from 'valibot'

/** Read positions that have moved: changes only, coalesced. */
export const readsSchema = v.object({
  type: v.literal('reads'),
  roomId: v.string(),
  reads: v.record(v.string(), v.number()),
})
export type Reads = v.InferOutput<typeof readsSchema>
