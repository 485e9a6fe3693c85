import { toJsonSchema } from '@valibot/to-json-schema'
import { downFrameSchema } from '../src/wire/down.ts'
import { upFrameSchema } from '../src/wire/up.ts'

/**
 * The two directions of the wire as JSON Schema 2020-12. Clamping is a rule of the server and not of the shape, so it is
 * left out: what is described is what may be sent.
 */
export function wireJsonSchemas(): { readonly up: object; readonly down: object } {
  const config = { target: 'draft-2020-12', typeMode: 'input', errorMode: 'ignore' } as const
  return { up: toJsonSchema(upFrameSchema, config), down: toJsonSchema(downFrameSchema, config) }
}
