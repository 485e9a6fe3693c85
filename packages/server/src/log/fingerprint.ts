import { hash } from 'node:crypto'
import type { MessageType } from '@holdfast/protocol'

/** What makes two sends of one `clientId` the same message. `seen` is not part of it: a retry may have read further. */
export interface Draft {
  readonly type: MessageType
  readonly content: string
  readonly replyTo: string | null
  readonly mentions: readonly string[]
}

/** Characters of base64url: 132 bits. */
const FINGERPRINT_LENGTH = 22

/**
 * A short name for what was sent, kept on the message for as long as it exists, so that a repeated send is told from
 * another one under the same id even when the text has been edited or deleted since. From SHA-256; mentions count as a
 * set.
 */
export function fingerprintOf(draft: Draft): string {
  const mentions = [...new Set(draft.mentions)].sort()
  const said = JSON.stringify([draft.type, draft.replyTo, mentions, draft.content])
  return hash('sha256', said, 'base64url').slice(0, FINGERPRINT_LENGTH)
}
