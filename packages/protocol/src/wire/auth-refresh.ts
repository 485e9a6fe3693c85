import * as v from 'valibot'
import { refSchema } from '../ids.ts'

/** Replace the token of a live session by a newer one of the same user. Answered `ok`; another `sub` is `forbidden`. */
export const authRefreshSchema = v.object({
  type: v.literal('auth.refresh'),
  ref: v.optional(refSchema),
  token: v.string(),
})
export type AuthRefresh = v.InferOutput<typeof authRefreshSchema>
