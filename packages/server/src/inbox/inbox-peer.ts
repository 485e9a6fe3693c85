import type { Actor } from '../log/actor.ts'
import type { SharedText } from '../transport/shared-text.ts'

/** One session, as the inbox knows it. */
export interface InboxPeer {
  /** Names the session on every node. */
  readonly sessionId: string
  readonly actor: Actor
  /** Whether it wishes to have its inbox, and from which cursor on; null: no inbox. */
  readonly inbox: { readonly since: string | null } | null
  /** Sends a frame that may be lost. False when there is no room for it now: it was not sent. */
  signal(message: SharedText): boolean
}
