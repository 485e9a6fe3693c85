import * as v from 'valibot'
import { MAX_REF, MAX_USER_ID_BYTES } from './limits.ts'
import { isStorableText, utf8Length } from './utf8.ts'

const ROOM_ID = /^[A-Za-z0-9_-]{1,64}$/
const CLIENT_ID = ROOM_ID
// biome-ignore lint/suspicious/noControlCharactersInRegex: the contract forbids exactly these in a userId
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

/** Whether `id` can be a room's id: 1–64 characters `[A-Za-z0-9_-]`. */
export function isRoomId(id: string): boolean {
  return ROOM_ID.test(id)
}

/** Whether `id` can be a user's id (the token's `sub`): 1–128 bytes of UTF-8 without control characters. */
export function isUserId(id: string): boolean {
  return id.length > 0 && utf8Length(id) <= MAX_USER_ID_BYTES && isStorableText(id) && !CONTROL.test(id)
}

/** A room's id, where a room is created. */
export const newRoomIdSchema = v.pipe(v.string(), v.regex(ROOM_ID))

/**
 * A room's id, where a room is addressed: any string. One that cannot be a room's id names no room and is answered
 * `not_found`, as every other that does not exist, so that the shape of the answer tells nothing.
 */
export const roomIdSchema = v.string()

/** A user's id. */
export const userIdSchema = v.pipe(v.string(), v.check(isUserId, 'must be 1–128 bytes without control characters'))

/** A message's id, made by the server (UUIDv7). Where one is addressed any string is taken: an unknown one is `not_found`. */
export const messageIdSchema = v.string()

/** The sender's own id of a message, unique per sender and room for ever: 1–64 characters `[A-Za-z0-9_-]`. */
export const clientIdSchema = v.pipe(v.string(), v.regex(CLIENT_ID))

/** Whether `id` can be a message's `clientId`: 1–64 characters `[A-Za-z0-9_-]`. */
export function isClientId(id: string): boolean {
  return CLIENT_ID.test(id)
}

/** What a command may carry so that its answer can be told from others. */
export const refSchema = v.pipe(v.string(), v.maxLength(MAX_REF))

/** A position in a room's log; out of range is clamped, as the contract says of numbers. */
export const seqSchema = v.pipe(v.number(), v.integer(), v.toMinValue(0), v.toMaxValue(Number.MAX_SAFE_INTEGER))

/** Milliseconds since the Unix epoch. */
export const timeSchema = v.pipe(v.number(), v.integer())
