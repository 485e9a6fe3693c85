import * as v from 'valibot'

/** This node is going away: reconnect at a random moment within so many milliseconds. */
export const sessionDrainingSchema = v.object({
  type: v.literal('session.draining'),
  reconnectWithinMs: v.number(),
})
export type SessionDraining = v.InferOutput<typeof sessionDrainingSchema>
