import * as v from 'valibot'

/** Everyone now typing in the room but the reader; empty when nobody is. */
export const typingSchema = v.object({ type: v.literal('typing'), roomId: v.string(), userIds: v.array(v.string()) })
export type Typing = v.InferOutput<typeof typingSchema>
