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
 * looked at: that keeps the validator out of the client's bundle and 10,000 events cheap. Frames of types that this
 * version does not know are left out, as a later server may send them.
 */
export function decodeDown(text: string): readonly DownFrame[] | null {
  const parsed = parseJson(text)
  if (!parsed.ok) return null
  const items: readonly unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value]
  const frames: DownFrame[] = []
  for (const item of items) {
    if (!isRecord(item)) return null
    if (isDownFrame(item)) frames.push(item)
  }
  return frames
}

const DOWN_TYPES: Readonly<Record<DownFrame['type'], true>> = {
  'session.welcome': true,
  'room.snapshot': true,
  'message.event': true,
  'room.live': true,
  'message.ack': true,
  typing: true,
  presence: true,
  reads: true,
  inbox: true,
  'room.detached': true,
  'session.draining': true,
  ok: true,
  error: true,
  pong: true,
}

function isDownFrame(item: object): item is DownFrame {
  return 'type' in item && typeof item.type === 'string' && Object.hasOwn(DOWN_TYPES, item.type)
}
