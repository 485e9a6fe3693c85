import type { DownFrame } from './down.ts'
import { isRecord } from './is-record.ts'
import type { UpFrame } from './up.ts'

/** A value of JSON text. */
export type ParsedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false }

/**
 * The only place in Holdfast where JSON text from outside becomes a value. Never throws: text that is not JSON is not ok.
 *
 * How deep a value is nested is its sender's choice (the parser itself does not recurse), so nothing may walk it by recursion before a
 * schema has bounded it; of what clients send only a room's `metadata` is free in shape, and its schema does.
 */
export function parseJson(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return { ok: false }
  }
}

/** A frame of either side as text. */
export function encode(frame: UpFrame | DownFrame | readonly (UpFrame | DownFrame)[]): string {
  return JSON.stringify(frame)
}

/**
 * The frames of one message from a server, in order; null when the text is not JSON of the right shape.
 *
 * The server is trusted to keep the contract (its own tests hold every frame against the schemas), so only the shape is
 * looked at: that keeps the validator out of the client's bundle and 10,000 events cheap. A later server may send frames of
 * types that this version does not know: whoever takes frames lets those pass.
 */
export function decodeDown(text: string): readonly DownFrame[] | null {
  const parsed = parseJson(text)
  if (!parsed.ok) return null
  const frames: readonly unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value]
  return frames.every((frame): frame is DownFrame => isRecord(frame)) ? frames : null
}
