import * as v from 'valibot'
import { refSchema, roomIdSchema, seqSchema } from '../ids.ts'

/** I have read up to here. Monotonic: a lower `seq` changes nothing. No answer. */
export const roomReadSchema = v.object({
  type: v.literal('room.read'),
  ref: v.optional(refSchema),
  roomId: roomIdSchema,
  seq: seqSchema,
  /** The revision of read positions that the client knows of; when it is not the latest, the frame is late and changes nothing. */
  readRevision: v.optional(seqSchema),
})
export type RoomRead = v.InferOutput<typeof roomReadSchema>
