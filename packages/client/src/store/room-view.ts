import type { DetachCode, Member, Refusal, Room } from '@holdfast/protocol'
import type { TimelineEntry } from './timeline-entry.ts'

/**
 * How a room is read:
 * `closed` nobody holds it open · `joining` waiting for the connection or for the server's first answer ·
 * `catching-up` what was missed is arriving · `live` all is here and stays current ·
 * `refused` the server does not let this person read it (`refusal`) · `detached` it did, and ended it (`detachCode`).
 */
export type RoomStatus = 'closed' | 'joining' | 'catching-up' | 'live' | 'refused' | 'detached'

/** What is held of a room's log, so that an application can say what it does not know. */
export interface Continuity {
  /** The incarnation of the log held; null before the first snapshot. */
  readonly epoch: string | null
  /** The last event applied; everything shown is as of it. */
  readonly seq: number
  /** Whether nothing is missing between the oldest message held and `seq`. False before the first snapshot and while a gap is being closed. */
  readonly complete: boolean
  /** Events between these two are missing and being fetched; nothing behind them is shown before they are here. */
  readonly gap: Gap | null
}

/** A hole in what arrived: `after` is the last event applied, `before` the one that came instead of the next. */
export interface Gap {
  readonly after: number
  readonly before: number
}

/** Who is typing in a room, this person not counted. */
export interface TypingView {
  /** In a large room only the first few. */
  readonly userIds: readonly string[]
  readonly count: number
}

/** A room as it is to be shown. Immutable; whatever did not change keeps its identity. */
export interface RoomView {
  readonly id: string
  readonly status: RoomStatus
  /** Why the room is `refused` or `detached`, in words; null otherwise. */
  readonly refusal: Refusal | null
  readonly detachCode: DetachCode | null
  /** Null until the first snapshot, and once the room may no longer be read. */
  readonly room: Room | null
  /** In the order of joining; in a large room only those whom the snapshot named and who joined since. */
  readonly members: readonly Member[]
  readonly memberCount: number
  /** This person as a member; null when they are none, or not among those held of a large room. */
  readonly me: Member | null
  /** The log's messages, then what waits to be sent, in the order of display. */
  readonly timeline: readonly TimelineEntry[]
  /** Whether `loadOlder` would find more. */
  readonly hasMore: boolean
  readonly loadingOlder: boolean
  /** Messages by others behind `lastReadSeq` that are not deleted; 100 means 100 or more. */
  readonly unread: number
  /** How far this person has read, on any device. */
  readonly lastReadSeq: number
  /** How many of the unread messages mention me. */
  readonly mentions: number
  /**
   * It was marked unread, here or on another device, while it is held open here: `markRead` does nothing until it is let go
   * and opened again, so that what is on the screen does not undo it.
   */
  readonly isMarkedUnread: boolean
  /** I do not wish to be called by what happens here. */
  readonly muted: boolean
  /** How far the others have read, by userId: as far as they show it, and in a large room of the furthest two only. Empty when I do not show it. */
  readonly reads: Readonly<Record<string, number>>
  readonly typing: TypingView
  readonly continuity: Continuity
}
