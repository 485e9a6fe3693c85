import * as v from 'valibot'
import { newRoomIdSchema, roomIdSchema, seqSchema, timeSchema, userIdSchema } from '../ids.ts'
import {
  MAX_INITIAL_MEMBERS,
  MAX_METADATA_BYTES,
  MAX_METADATA_DEPTH,
  MAX_NAME_BYTES,
  MAX_OPEN_ROOMS,
  MAX_REASON_BYTES,
  MAX_SLOW_MODE_MS,
  MAX_TOPIC_BYTES,
} from '../limits.ts'
import { roleSchema } from '../room/member.ts'
import { roomTypeSchema } from '../room/room.ts'
import { isStorableText, utf8Length } from '../utf8.ts'
import { mentionsSchema, messageDraftEntries } from '../wire/message-send.ts'
import { roomCursorSchema } from '../wire/session-hello.ts'

/** What the HTTP calls of the contract take, one schema a body. Unknown fields are ignored. */

function textOf(least: number, most: number) {
  return v.pipe(
    v.string(),
    v.check(
      text => utf8Length(text) >= least && utf8Length(text) <= most && isStorableText(text),
      `must be ${least}–${most} bytes of well-formed text`,
    ),
  )
}

/** A display name: not only white space. */
export const nameSchema = v.pipe(
  textOf(1, MAX_NAME_BYTES),
  v.check(name => name.trim() !== '', 'must not be blank'),
)

const metadataSchema = v.pipe(
  // To `record` an array is an object with numbers for keys.
  v.custom<object>(data => !Array.isArray(data), 'must be an object'),
  v.record(v.string(), v.unknown()),
  v.check(
    // The depth first: measuring the bytes walks by recursion.
    data => isWithinDepth(data, MAX_METADATA_DEPTH) && utf8Length(JSON.stringify(data)) <= MAX_METADATA_BYTES,
    `must be at most ${MAX_METADATA_BYTES} bytes, nested at most ${MAX_METADATA_DEPTH} deep`,
  ),
)

/** `POST /api/rooms`. A direct room needs no name; its `members` are the others in it. */
export const createRoomBodySchema = v.pipe(
  v.object({
    id: v.optional(newRoomIdSchema),
    name: v.optional(nameSchema),
    type: roomTypeSchema,
    topic: v.optional(textOf(0, MAX_TOPIC_BYTES)),
    members: v.optional(v.pipe(v.array(userIdSchema), v.maxLength(MAX_INITIAL_MEMBERS))),
    ephemeral: v.optional(v.boolean()),
    metadata: v.optional(metadataSchema),
  }),
  v.check(body => body.type === 'direct' || body.name !== undefined, 'name: is required'),
)
export type CreateRoomBody = v.InferOutput<typeof createRoomBodySchema>

/** `PATCH /api/rooms/:id`: what is left out stays as it is. */
export const updateRoomBodySchema = v.object({
  name: v.optional(nameSchema),
  topic: v.optional(textOf(0, MAX_TOPIC_BYTES)),
  slowModeMs: v.optional(v.pipe(v.number(), v.integer(), v.toMinValue(0), v.toMaxValue(MAX_SLOW_MODE_MS))),
  metadata: v.optional(metadataSchema),
})
export type UpdateRoomBody = v.InferOutput<typeof updateRoomBodySchema>

/** `PUT /api/rooms/:id/members/:userId`: without `role` a new member is `member` and an old one keeps theirs. */
export const putMemberBodySchema = v.object({ role: v.optional(roleSchema) })

/** When something ends; further than numbers go exactly means as far as they do. */
const untilSchema = v.pipe(timeSchema, v.toMaxValue(Number.MAX_SAFE_INTEGER))

/** `PUT /api/rooms/:id/bans/:userId`: `until` in ms since the epoch; left out: for good. */
export const putBanBodySchema = v.object({
  reason: v.optional(textOf(0, MAX_REASON_BYTES)),
  until: v.optional(v.nullable(untilSchema)),
})

/** `PUT /api/rooms/:id/mutes/:userId`. */
export const putMuteBodySchema = v.object({ until: v.optional(v.nullable(untilSchema)) })

/** `POST /api/rooms/:id/messages`. */
export const postMessageBodySchema = v.object(messageDraftEntries)

/** `PATCH /api/rooms/:id/messages/:messageId`. */
export const patchMessageBodySchema = v.object({ content: v.string(), mentions: v.optional(mentionsSchema) })

/** `PUT /api/rooms/:id/read`. */
export const putReadBodySchema = v.object({ seq: seqSchema })

/** `PUT /api/rooms/:id/unread`: the messages from `seq` on are unread again. */
export const putUnreadBodySchema = v.object({ seq: seqSchema })

/** `PUT /api/rooms/:id/notifications`: whether this person wishes not to be called by what happens in the room. */
export const putNotificationsBodySchema = v.object({ muted: v.boolean() })

/** `PATCH /api/me`: what is left out stays as it is. */
export const patchMeBodySchema = v.object({
  readReceipts: v.optional(v.boolean()),
  appearOffline: v.optional(v.boolean()),
})

/** `POST /api/sync`. */
export const syncBodySchema = v.object({
  rooms: v.pipe(v.array(v.object({ ...roomCursorSchema.entries, roomId: roomIdSchema })), v.maxLength(MAX_OPEN_ROOMS)),
})

/** `POST /api/auth/guest`. */
export const guestBodySchema = v.object({ name: nameSchema })

/** Level by level and not by recursion: the depth is the sender's choice. A value without parts has depth 0. */
function isWithinDepth(value: unknown, most: number): boolean {
  let level: readonly unknown[] = [value]
  for (let depth = 0; depth <= most; depth++) {
    level = level.flatMap(item => (typeof item === 'object' && item !== null ? Object.values(item) : []))
    if (level.length === 0) return true
  }
  return false
}
