import * as v from 'valibot'

/** The message is durable. `duplicate`: it was already, and this repeats its first ack. */
export const messageAckSchema = v.object({
  type: v.literal('message.ack'),
  ref: v.optional(v.string()),
  clientId: v.string(),
  roomId: v.string(),
  messageId: v.string(),
  seq: v.number(),
  at: v.number(),
  duplicate: v.boolean(),
})
export type MessageAck = v.InferOutput<typeof messageAckSchema>
