import type { ErrorCode } from '../errors.ts'
import type { RoomEvent } from '../room/events.ts'
import type { Member } from '../room/member.ts'
import type { Message } from '../room/message.ts'
import type { Room } from '../room/room.ts'
import type { InboxEntry } from '../wire/inbox.ts'
import type { PresenceUser } from '../wire/presence.ts'
import type { Snapshot } from '../wire/room-snapshot.ts'

/** What the HTTP calls of the contract answer. */

/** An error: RFC 9457 `application/problem+json` with the contract's `code`. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly retryAfterMs?: number
}

/** One of my rooms, in `GET /api/rooms`. */
export interface RoomListEntry
  extends Room,
    Pick<InboxEntry, 'seq' | 'unread' | 'mentions' | 'lastReadSeq' | 'lastMessage' | 'muted' | 'readRevision'> {}

/** `GET /api/rooms`, newest activity first. */
export interface RoomPage {
  readonly rooms: readonly RoomListEntry[]
  readonly nextCursor: string | null
  /** Whoever says hello with it as `inboxSince` is told what has changed since this page was read. */
  readonly inboxCursor: string
}

/** What a person has settled for themselves; kept for ever. */
export interface PersonSettings {
  /** Whether others see how far I have read. Who does not show it sees nobody's. Default true. */
  readonly readReceipts: boolean
  /** Whether I am offline to everybody else, whatever I do. Default false. */
  readonly appearOffline: boolean
}

/** `GET` and `PATCH /api/me`. */
export interface Me {
  readonly userId: string
  readonly name: string
  readonly settings: PersonSettings
}

/** `GET /api/presence`, `GET /api/rooms/:id/presence`. */
export interface PresenceAnswer {
  readonly users: readonly PresenceUser[]
}

/** `PUT /api/rooms/:id/read`, `PUT /api/rooms/:id/unread`. */
export interface ReadAnswer {
  readonly lastReadSeq: number
  /** See `InboxEntry.readRevision`. */
  readonly readRevision: number
}

/** `GET /api/rooms/:id/messages/:messageId/seen`: who but its sender has read as far as the message, and shows it. */
export interface SeenAnswer {
  /** How many, counted up to SEEN_CAP. */
  readonly count: number
  /** Some of them, at most MAX_PEOPLE_NAMED; in a large room nobody is named. */
  readonly userIds: readonly string[]
}

/** `GET /api/rooms?discover=true`. */
export interface DiscoverPage {
  readonly rooms: readonly (Room & { readonly memberCount: number })[]
  readonly nextCursor: string | null
}

/** `GET /api/rooms/:id/members`. */
export interface MemberPage {
  readonly members: readonly Member[]
  readonly nextCursor: string | null
}

/** `GET /api/rooms/:id/messages`: oldest first; `nextCursor` leads to older ones (with `after`: to newer ones). */
export interface HistoryPage {
  readonly messages: readonly Message[]
  readonly nextCursor: string | null
  readonly hasMore: boolean
  readonly epoch: string
  /** The room's latest seq when the page was read: the messages are in their state as of this. */
  readonly seq: number
}

/** `POST /api/rooms/:id/messages`. */
export interface SendResult {
  readonly messageId: string
  readonly seq: number
  readonly at: number
  readonly duplicate: boolean
}

/** `GET /api/rooms/:id/sync`. */
export type SyncAnswer =
  | { readonly kind: 'delta'; readonly epoch: string; readonly seq: number; readonly events: readonly RoomEvent[] }
  | ({ readonly kind: 'snapshot' } & Snapshot)

/** One room of `POST /api/sync`. */
export type RoomSyncAnswer = { readonly roomId: string } & (
  | SyncAnswer
  | { readonly kind: 'error'; readonly code: ErrorCode }
)

/** `POST /api/auth/guest`. */
export interface GuestSession {
  readonly token: string
  readonly user: { readonly id: string; readonly name: string }
}
