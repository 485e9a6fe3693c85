import { isClientId } from '../ids.ts'
import { MAX_REF } from '../limits.ts'
import type { MessageSend } from './message-send.ts'

/**
 * A `message.send` of the commonest shape: text, with at most `ref` and `seen` beside it. Null: it is another frame, has more to it, or is
 * wrong, and the schema says which.
 *
 * Most of what a busy server reads is this, and a validator that works for every schema costs five times as much. The schema stays the
 * truth: tests hold that whatever is read here is read as the schema reads it.
 */
export function decodePlainSend(item: Readonly<Record<string, unknown>>): MessageSend | null {
  const { type, ref, roomId, clientId, content, seen } = item
  if (type !== 'message.send' || typeof roomId !== 'string' || typeof content !== 'string') return null
  if (typeof clientId !== 'string' || !isClientId(clientId) || !isPlain(item)) return null
  const isBare = ref === undefined && seen === undefined
  if (isBare) return { type, roomId, clientId, content }
  if (ref !== undefined && (typeof ref !== 'string' || ref.length > MAX_REF)) return null
  if (seen !== undefined && (typeof seen !== 'number' || !Number.isSafeInteger(seen) || seen < 0)) return null
  return {
    type,
    ...(ref !== undefined && { ref }),
    roomId,
    clientId,
    content,
    ...(seen !== undefined && { seen }),
  }
}

/** Whether it has none of the fields that only the schema reads. */
function isPlain({ kind, replyTo, attachments, mentions }: Readonly<Record<string, unknown>>): boolean {
  return kind === undefined && replyTo === undefined && attachments === undefined && mentions === undefined
}
