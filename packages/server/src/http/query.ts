import { DEFAULT_PAGE, MAX_PAGE } from '@holdfast/protocol'
import type { Context } from 'hono'
import type { HttpEnv } from './deps.ts'
import { refuse } from './problem.ts'

/** The number in the query under `name`, brought into its range; undefined when it is not there, refused when it is no integer. */
export function intQuery(c: Context<HttpEnv>, name: string, range: { min: number; max: number }): number | undefined {
  const text = c.req.query(name)
  if (text === undefined) return undefined
  if (!/^-?\d+$/.test(text)) refuse('bad_request', `unable to read the query; "${name}" must be an integer`)
  return Math.min(range.max, Math.max(range.min, Number(text)))
}

/** `limit`: how much of a list is wanted. */
export function limitQuery(c: Context<HttpEnv>): number {
  return intQuery(c, 'limit', { min: 1, max: MAX_PAGE }) ?? DEFAULT_PAGE
}

/** A seq in the query. */
export function seqQuery(c: Context<HttpEnv>, name: string): number | undefined {
  return intQuery(c, name, { min: 0, max: Number.MAX_SAFE_INTEGER })
}
