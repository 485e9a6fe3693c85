import * as v from 'valibot'
import { refSchema } from '../ids.ts'

/** Are you there? Answered by `pong` with the same `n`. */
export const pingSchema = v.object({ type: v.literal('ping'), ref: v.optional(refSchema), n: v.optional(v.number()) })
export type Ping = v.InferOutput<typeof pingSchema>
