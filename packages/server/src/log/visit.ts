import type { Cursor, InboxEntry, Refusal, RoomEvent, Snapshot } from '@holdfast/protocol'
import type { Actor } from './actor.ts'

/** Readers who come to a room together. */
export interface VisitRequest {
  readonly roomId: string
  readonly visitors: readonly Visitor[]
  /** Latest messages wanted in a snapshot. */
  readonly window: number
  /** Most events that somebody is given instead of a snapshot. */
  readonly delta: number
  /** Of what moment whoever asks still has the shared part of a snapshot of this window; null: of none. */
  readonly known: Cursor | null
}

/** One of them. */
export interface Visitor {
  readonly actor: Actor
  /** How far they have the room; null: not at all. */
  readonly cursor: Cursor | null
  /** Whether whoever asks has the events after the cursor: then they are not read for this one. */
  readonly isHeld: boolean
}

/** What they are given, all of it of one moment. */
export interface Visits {
  /** Where the room stands; null when there is none. */
  readonly head: Cursor | null
  /** What a snapshot tells everybody. Null when nobody is given one, and when the one that is known is still that of the room. */
  readonly shared: SharedSnapshot | null
  /** Every event after the earliest cursor of those who are given events that are not held. */
  readonly events: readonly RoomEvent[]
  /** In the order of the visitors. */
  readonly visits: readonly Visit[]
}

/** What one of them is given: the events after their cursor, a snapshot, or nothing. */
export type Visit =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'events'; readonly standing: Standing | null }
  | { readonly kind: 'snapshot'; readonly own: OwnSnapshot }

/** How far a member has read, for themselves. Null where one is no member, and keeps no position. */
export type Standing = Pick<InboxEntry, 'lastReadSeq' | 'readRevision'>

/** The part of a snapshot that is its reader's own. It changes without an event: nobody may be shown one that was read for another time. */
export type OwnSnapshot = Pick<Snapshot, 'reads' | 'lastReadSeq' | 'readRevision' | 'unread'>

/** The other part: the fold of the room's events up to `seq`, and so the same for everybody for as long as that is the head. */
export type SharedSnapshot = Omit<Snapshot, keyof OwnSnapshot>
