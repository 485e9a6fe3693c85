import * as v from 'valibot'
import { MAX_REF } from '../limits.ts'
import type { DownFrame } from './down.ts'
import { type UpFrame, upFrameSchema } from './up.ts'

/** The largest nesting that any message of the contract needs, `metadata` included, and some more. */
const MAX_DEPTH = 64
/** A refusal quotes what it refuses, but no more of it than a person reads. Characters. */
const MAX_REASON = 200

/** What a client's frame names even when the rest of it is wrong, so that the refusal can be told apart. */
export interface Addressee {
  readonly ref?: string
  readonly roomId?: string
  readonly clientId?: string
}

/** One frame of a client: good, or refused with the reason. */
export type DecodedFrame =
  | { readonly ok: true; readonly frame: UpFrame }
  | { readonly ok: false; readonly type: unknown; readonly addressee: Addressee; readonly reason: string }

/** A value of JSON text. */
export type ParsedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false }

/**
 * The only place in Holdfast where JSON text from outside becomes a value. Never throws: text that is not JSON, or that is
 * nested deeper than any message of the contract, is not ok.
 */
export function parseJson(text: string): ParsedJson {
  try {
    const value: unknown = JSON.parse(text)
    return isWithinDepth(value, MAX_DEPTH) ? { ok: true, value } : { ok: false }
  } catch {
    return { ok: false }
  }
}

/**
 * The frames of one message from a client, in order; null when the text is not JSON, or neither an object nor an array of
 * objects (the socket closes with 4500).
 */
export function decodeUp(text: string): readonly DecodedFrame[] | null {
  const parsed = parseJson(text)
  return parsed.ok ? decodeUpValue(parsed.value) : null
}

/** The same for a value that is parsed already: the body of `POST /api/commands`. */
export function decodeUpValue(value: unknown): readonly DecodedFrame[] | null {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  const decoded: DecodedFrame[] = []
  for (const item of items) {
    if (!isRecord(item)) return null
    decoded.push(decodeFrame(item))
  }
  return decoded
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

function decodeFrame(item: Record<string, unknown>): DecodedFrame {
  const result = v.safeParse(upFrameSchema, item, { abortEarly: true })
  if (result.success) return { ok: true, frame: result.output }
  const issue = result.issues[0]
  const path = v.getDotPath(issue)
  return {
    ok: false,
    type: item.type,
    addressee: addresseeOf(item),
    reason: (path === null ? issue.message : `${path}: ${issue.message}`).slice(0, MAX_REASON),
  }
}

function addresseeOf(item: Record<string, unknown>): Addressee {
  const { ref, roomId, clientId } = item
  return {
    ...(isShort(ref) && { ref }),
    ...(isShort(roomId) && { roomId }),
    ...(isShort(clientId) && { clientId }),
  }
}

/** A refusal repeats only what is as short as the contract allows: it is no echo for whatever comes in. */
function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_REF
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Level by level rather than by recursion: the depth is the attacker's choice. */
function isWithinDepth(value: unknown, most: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return false
    level = level.flatMap(item => (typeof item === 'object' && item !== null ? Object.values(item) : []))
  }
  return true
}
