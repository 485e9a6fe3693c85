import * as v from 'valibot'
import { MAX_REF } from '../limits.ts'
import { parseJson } from './codec.ts'
import { decodePlainSend } from './decode-send.ts'
import { isRecord } from './is-record.ts'
import { type UpFrame, upFrameSchema } from './up.ts'

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

/** A frame that nobody has looked at yet. */
export type RawFrame = Readonly<Record<string, unknown>>

/**
 * The frames of one message from a client, in order, not looked at yet: a small message may hold thousands, and whoever takes them
 * one by one need not pay for those that it will never take. Null when the text is not JSON, or neither an object nor an
 * array of objects (the socket closes with 4500).
 */
export function rawFramesOf(text: string): readonly RawFrame[] | null {
  const parsed = parseJson(text)
  return parsed.ok ? rawFramesIn(parsed.value) : null
}

/** The frames of one message from a client, in order; null as with `rawFramesOf`. */
export function decodeUp(text: string): readonly DecodedFrame[] | null {
  return rawFramesOf(text)?.map(decodeFrame) ?? null
}

/** The same for a value that is parsed already: the body of `POST /api/commands`. */
export function decodeUpValue(value: unknown): readonly DecodedFrame[] | null {
  return rawFramesIn(value)?.map(decodeFrame) ?? null
}

function rawFramesIn(value: unknown): readonly RawFrame[] | null {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  return items.every(isRecord) ? items : null
}

/** A frame held against its schema. */
export function decodeFrame(item: RawFrame): DecodedFrame {
  const plainSend = decodePlainSend(item)
  if (plainSend !== null) return { ok: true, frame: plainSend }
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

function addresseeOf(item: RawFrame): Addressee {
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
