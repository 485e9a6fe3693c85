import type { PresenceSet, Refusal } from '@holdfast/protocol'
import type { Actor } from '../log/actor.ts'
import type { SharedText } from '../transport/shared-text.ts'

/** One session, or one request, as those know it who carry signals. */
export interface SignalPeer {
  /** Names the session on every node. */
  readonly sessionId: string
  /** Who it is now: a newer token may have brought another name. */
  readonly actor: Actor
  /** What it runs on, as its hello told; null: it did not. */
  readonly device: string | null
  /** Whether it wishes to have its inbox, and from which cursor on; null: no inbox. */
  readonly inbox: { readonly since: string | null } | null
  /** Sends a frame that may be lost. False when there is no room for it now: it was not sent. */
  signal(message: SharedText): boolean
  /** The same for presence, which has a budget of its own. */
  presence(message: SharedText): boolean
}

/** Carries what is no event of the log, from a session to others and back. None of it throws or rejects. */
export interface Signals {
  /** A session has said hello. */
  begin(peer: SignalPeer): void
  /** A session that has begun is over. */
  end(sessionId: string): void
  /** `typing.start`, `typing.stop`. Null when done or dropped. */
  typing(from: SignalSource, roomId: string, isTyping: boolean): Promise<Refusal | null>
  setPresence(from: SignalSource, wish: PresenceSet): Promise<Refusal | null>
  /** `presence.watch`: needs a session to tell. */
  watchPresence(from: SignalSource, userIds: readonly string[]): Promise<Refusal | null>
}

/** Whose signal it is. `sessionId` null: it came by an HTTP request, which has no session that could end. */
export interface SignalSource {
  readonly sessionId: string | null
  readonly actor: Actor
}
