import * as v from 'valibot'

/**
 * Everyone now typing in the room but the reader; empty when nobody is. In a large room only the first few are named.
 */
export const typingSchema = v.object({
  type: v.literal('typing'),
  roomId: v.string(),
  userIds: v.array(v.string()),
  /** How many are typing in all, the reader not counted; left out when all of them are named. */
  count: v.optional(v.number()),
  /**
   * For each of `userIds`, how long their indicator may still be shown unless a later frame says otherwise: milliseconds
   * from the sending of this frame, at most TYPING_TTL_MS. So no indicator outlives its last `typing.start`, whatever is lost.
   */
  remainingMs: v.optional(v.array(v.number())),
})
export type Typing = v.InferOutput<typeof typingSchema>
