import * as v from 'valibot'
import { roomEventSchema } from '../room/events.ts'

/** Events of one room with contiguous `seq`s; live and catch-up alike. */
export const messageEventSchema = v.object({
  type: v.literal('message.event'),
  roomId: v.string(),
  events: v.array(roomEventSchema),
})
export type MessageEventFrame = v.InferOutput<typeof messageEventSchema>
