import { createHash } from 'node:crypto'
import type { MessageType } from '@holdfast/protocol'

/** What makes two sends of one `clientId` the same message. `seen` is not part of it: a retry may have read further. */
export interface Draft {
  readonly type: MessageType
  readonly content: string
  readonly replyTo: string | null
  readonly mentions: readonly string[]
}

/**
 * A short name for what was sent, kept on the message for as long as it exists, so that a repeated send is told from
 * another one under the same id even when the text has been edited or deleted since. 128 bits of SHA-256; mentions count as a set.
 */
export function fingerprintOf(draft: Draft): string {
  const mentions = [...new Set(draft.mentions)].sort()
  const hash = createHash('sha256')
  hash.update(JSON.stringify([draft.type, draft.replyTo, mentions, draft.content]))
  return hash.digest('base64url').slice(0, 22)
}
