import { readFileSync } from 'node:fs'
import { parseJson } from '@holdfast/protocol'
import * as v from 'valibot'

/** The version of this package, from the one place that states it. */
export function version(): string {
  const parsed = parseJson(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return v.parse(v.object({ version: v.string() }), parsed.ok ? parsed.value : null).version
}
