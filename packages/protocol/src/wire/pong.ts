import * as v from 'valibot'
import { refSchema } from '../ids.ts'

/** The answer to `ping`, with the same `n`. */
export const pongSchema = v.object({ type: v.literal('pong'), ref: v.optional(refSchema), n: v.optional(v.number()) })
export type Pong = v.InferOutput<typeof pongSchema>
