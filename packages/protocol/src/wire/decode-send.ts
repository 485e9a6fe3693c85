import { isClientId } from '../ids.ts'
import { MAX_REF } from '../limits.ts'
import type { MessageSend } from './message-send.ts'

/**
 * A `message.send` of the commonest shape: text, with at most `ref` and `seen` beside it; what else it may have is left out, or says that there
 * is none, as our own client has it. Null: it is another frame, has more to it, or is
 * wrong, and the schema says which.
 *
 * Most of what a busy server reads is this, and a validator that works for every schema costs five times as much. The schema stays the
 * truth: tests hold that whatever is read here is read as the schema reads it.
 */
export function decodePlainSend(item: Readonly<Record<string, unknown>>): MessageSend | null {
  const { type, ref, roomId, clientId, content, seen } = item
  if (type !== 'message.send' || typeof roomId !== 'string' || typeof content !== 'string') return null
  if (typeof clientId !== 'string' || !isClientId(clientId) || !isPlain(item)) return null
  if (ref !== undefined && (typeof ref !== 'string' || ref.length > MAX_REF)) return null
  if (seen != null && (typeof seen !== 'number' || !Number.isSafeInteger(seen) || seen < 0)) return null
  const { kind, replyTo, mentions } = item
  const send: Writable<MessageSend> = { type, roomId, clientId, content }
  if (ref !== undefined) send.ref = ref
  if (seen !== undefined) send.seen = seen
  if (kind !== undefined) send.kind = 'text'
  if (replyTo !== undefined) send.replyTo = null
  if (mentions !== undefined) send.mentions = []
  return send
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Whether the fields that only the schema reads are left out or say nothing. */
function isPlain({ kind, replyTo, attachments, mentions }: Readonly<Record<string, unknown>>): boolean {
  return (
    (kind === undefined || kind === 'text') &&
    (replyTo === undefined || replyTo === null) &&
    attachments === undefined &&
    (mentions === undefined || (Array.isArray(mentions) && mentions.length === 0))
  )
}
