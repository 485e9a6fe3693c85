import * as v from 'valibot'

/** A command was done. `seq`: of its event, or the room's latest when nothing had to change. */
export const okSchema = v.object({
  type: v.literal('ok'),
  ref: v.optional(v.string()),
  roomId: v.optional(v.string()),
  clientId: v.optional(v.string()),
  seq: v.optional(v.number()),
})
export type Ok = v.InferOutput<typeof okSchema>
