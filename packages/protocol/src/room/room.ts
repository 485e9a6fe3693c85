import * as v from 'valibot'
import { timeSchema } from '../ids.ts'

export const roomTypeSchema = v.picklist(['public', 'private', 'direct'])
/** `public`: anybody may find, read and join it. `private`: by invitation. `direct`: private, once per set of people. */
export type RoomType = v.InferOutput<typeof roomTypeSchema>

/** What a room is, for everyone who may read it. */
export const roomSchema = v.object({
  id: v.string(),
  name: v.string(),
  type: roomTypeSchema,
  topic: v.string(),
  /** Never stored on disk: the room ends with its server. */
  ephemeral: v.boolean(),
  /** The least time between two messages of one member, in milliseconds; 0: none. Owners and admins are exempt. */
  slowModeMs: v.number(),
  /** The host application's own data. */
  metadata: v.record(v.string(), v.unknown()),
  createdBy: v.string(),
  createdAt: timeSchema,
})
export type Room = v.InferOutput<typeof roomSchema>
