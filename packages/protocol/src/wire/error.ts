import * as v from 'valibot'
import { ERROR_CODES } from '../errors.ts'

/** A command was refused, and nothing of it was written. `clientId` and `roomId` name what it was about, where it had them. */
export const errorSchema = v.object({
  type: v.literal('error'),
  ref: v.optional(v.string()),
  code: v.picklist(ERROR_CODES),
  message: v.string(),
  retryable: v.boolean(),
  retryAfterMs: v.optional(v.number()),
  roomId: v.optional(v.string()),
  clientId: v.optional(v.string()),
})
export type ErrorFrame = v.InferOutput<typeof errorSchema>
