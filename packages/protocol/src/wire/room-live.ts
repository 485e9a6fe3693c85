import * as v from 'valibot'

/** Catch-up is complete up to `seq`; what follows is live. */
export const roomLiveSchema = v.object({
  type: v.literal('room.live'),
  ref: v.optional(v.string()),
  roomId: v.string(),
  epoch: v.string(),
  seq: v.number(),
})
export type RoomLive = v.InferOutput<typeof roomLiveSchema>
