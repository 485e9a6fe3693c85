/**
 * The shapes of the contract as a stranger would write them down from the page. They type the suite's reading of
 * answers; that an answer really has them is what `shape.ts` and the specs check.
 */

export type Role = 'owner' | 'admin' | 'member'

export interface Member {
  readonly userId: string
  readonly name: string
  readonly role: Role
}

export interface Room {
  readonly id: string
  readonly name: string
  readonly type: 'public' | 'private' | 'direct'
  readonly topic: string | null
  readonly ephemeral: boolean
  readonly slowModeMs: number
  readonly metadata: unknown
  readonly createdBy: string
  readonly createdAt: number
}

export interface Message {
  readonly id: string
  readonly seq: number
  readonly roomId: string
  readonly senderId: string
  readonly senderName: string
  readonly clientId: string
  readonly type: string
  readonly content: string
  readonly replyTo: string | null
  readonly attachments: readonly unknown[]
  readonly mentions: readonly string[]
  readonly seen: number | null
  readonly createdAt: number
  readonly editedAt: number | null
  readonly deletedAt: number | null
  readonly reactions: Readonly<Record<string, readonly string[]>>
  readonly pinned: boolean
}

/** One durable change; which of the optional fields are there depends on `kind`. */
export interface RoomEvent {
  readonly seq: number
  readonly kind: string
  readonly at: number
  readonly by: string
  readonly room?: Room
  readonly member?: Member
  readonly message?: Message
  readonly userId?: string
  readonly reason?: string
  readonly messageId?: string
  readonly content?: string
  readonly editedAt?: number
  readonly deletedAt?: number
  readonly key?: string
  /** Ours: whom an edited message mentions from here on; left out: whom it did. */
  readonly mentions?: readonly string[]
}

export interface Cursor {
  readonly epoch: string
  readonly seq: number
}

/** The body of a `room.snapshot` frame and of a `kind: "snapshot"` sync answer. */
export interface SnapshotBody extends Cursor {
  readonly roomId: string
  readonly room: Room
  readonly members: readonly Member[]
  readonly memberCount: number
  readonly messages: readonly Message[]
  readonly reads: Readonly<Record<string, number>>
  readonly lastReadSeq: number
  readonly unread: number
  readonly hasMore: boolean
  readonly nextCursor: string | null
  /** Ours, see `InboxEntry`. */
  readonly readRevision?: number
}

export interface Ack {
  readonly messageId: string
  readonly seq: number
  readonly at: number
  readonly duplicate: boolean
}

export interface Limits {
  readonly frameBytes: number
  readonly contentBytes: number
  readonly window: number
  readonly delta: number
  readonly sendRate: number
}

/** Every server frame by its `type`. */
export interface Frames {
  'session.welcome': {
    readonly type: 'session.welcome'
    readonly sessionId: string
    readonly userId: string
    readonly serverTime: number
    readonly heartbeatMs: number
    readonly limits: Limits
    readonly node: string
  }
  'room.snapshot': SnapshotBody & { readonly type: 'room.snapshot' }
  'message.event': { readonly type: 'message.event'; readonly roomId: string; readonly events: readonly RoomEvent[] }
  'room.live': Cursor & { readonly type: 'room.live'; readonly roomId: string; readonly ref?: string }
  'message.ack': Ack & { readonly type: 'message.ack'; readonly clientId: string; readonly roomId: string }
  'room.detached': { readonly type: 'room.detached'; readonly roomId: string; readonly code: string }
  'session.draining': { readonly type: 'session.draining'; readonly reconnectWithinMs: number }
  reads: { readonly type: 'reads'; readonly roomId: string; readonly reads: Readonly<Record<string, number>> }
  typing: TypingFrame
  presence: { readonly type: 'presence'; readonly users: readonly Presence[] }
  inbox: InboxFrame
  ok: { readonly type: 'ok'; readonly ref?: string; readonly seq?: number }
  error: ErrorFrame
  pong: { readonly type: 'pong'; readonly n?: number }
}

export interface ErrorFrame {
  readonly type: 'error'
  readonly ref?: string
  readonly code: string
  readonly message: string
  readonly retryable: boolean
  readonly retryAfterMs?: number
  readonly clientId?: string
  readonly roomId?: string
}

export type FrameType = keyof Frames
export type ServerFrame = Frames[FrameType]

export interface TypingFrame {
  readonly type: 'typing'
  readonly roomId: string
  readonly userIds: readonly string[]
  /** Ours: how many there are in all when not all are named; how long each name may still be shown. */
  readonly count?: number
  readonly remainingMs?: readonly number[]
}

/** How available one person is. */
export interface Presence {
  readonly userId: string
  readonly status: 'online' | 'away' | 'busy' | 'offline'
  readonly lastSeen: number | null
  readonly customStatus?: string | null
  readonly dndUntil?: number | null
  /** Ours. */
  readonly device?: string | null
  readonly currentRoom?: string | null
}

/** The state of one room for one user: what `GET /api/rooms` and the `inbox` frame both tell. */
export interface InboxEntry {
  readonly seq: number
  readonly unread: number
  readonly mentions: number
  readonly lastReadSeq: number
  readonly lastMessage: Message | null
  /** Ours: whether I muted the room, and how often I have marked messages of it unread again. */
  readonly muted?: boolean
  readonly readRevision?: number
}

/** A room in the `inbox` frame. */
export interface InboxRoom extends InboxEntry {
  readonly roomId: string
  readonly name: string
  readonly type: Room['type']
  /** Ours: what the list is ordered by. */
  readonly activeAt?: number
}

export interface InboxFrame {
  readonly type: 'inbox'
  readonly rooms: readonly InboxRoom[]
  /** Ours: rooms that are mine no longer; how many are; where the next hello may go on. */
  readonly gone?: readonly string[]
  readonly total?: number
  readonly cursor?: string
}

/** `GET /api/rooms`. */
export interface RoomList {
  readonly rooms: readonly (Room & InboxEntry)[]
  readonly nextCursor: string | null
  /** Ours, see `InboxFrame.cursor`. */
  readonly inboxCursor?: string
}

export interface Page extends Cursor {
  readonly messages: readonly Message[]
  readonly nextCursor: string | null
  readonly hasMore: boolean
}

export type SyncAnswer =
  | ({ readonly kind: 'delta'; readonly roomId?: string; readonly events: readonly RoomEvent[] } & Cursor)
  | ({ readonly kind: 'snapshot' } & SnapshotBody)
  | { readonly kind: 'error'; readonly roomId: string; readonly code: string }

/** The closed list of error codes (protocol §4). */
export const ERROR_CODES: readonly string[] = [
  'bad_request',
  'unauthorized',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'rate_limited',
  'muted',
  'out_of_order',
  'unavailable',
  'unsupported',
]
