import * as v from 'valibot'
import { refSchema, userIdSchema } from '../ids.ts'
import { MAX_WATCHED_PEOPLE } from '../limits.ts'

/**
 * Tell me of these people too, whatever rooms I have open; takes the place of those named before. Answered `ok`, then
 * `presence` as for an opened room. Of somebody who shares no room with me nothing is told.
 */
export const presenceWatchSchema = v.object({
  type: v.literal('presence.watch'),
  ref: v.optional(refSchema),
  userIds: v.pipe(v.array(userIdSchema), v.maxLength(MAX_WATCHED_PEOPLE)),
})
export type PresenceWatch = v.InferOutput<typeof presenceWatchSchema>
