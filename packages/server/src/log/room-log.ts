import type {
  Cursor,
  DiscoverPage,
  HistoryPage,
  InboxEntry,
  MemberPage,
  PersonSettings,
  Refusal,
  Role,
  Room,
  RoomEvent,
  RoomListEntry,
  RoomPage,
  SeenAnswer,
  Snapshot,
} from '@holdfast/protocol'
import type { Actor } from './actor.ts'
import type { LogCommand } from './command.ts'
import type { Outcome } from './outcome.ts'
import type { Standing, VisitRequest, Visits } from './visit.ts'

/** Most rooms of one person whose lines are kept current; those beyond, the longest quiet ones, show what they showed when listed. */
export const MAX_INBOX_ROOMS = 5_000

/** A room of more members is large, unless the log is told another number. */
export const DEFAULT_LARGE_ROOM = 200

/** How many positions of others a large room tells: with two, everybody sees one that is not their own. */
export const FURTHEST_READS = 2

/** What a log can be asked, see `RoomLog`; also of one that another thread writes to. */
export interface RoomReads {
  /**
   * What `actor` may do in the room now. `not_found` for a room that is none or that hides from them, `forbidden` when
   * banned from a public one.
   */
  access(roomId: string, actor: Actor): Promise<Answer<Access>>

  /**
   * The room for a reader who comes with `cursor` (null: with none): the events after it when the epoch is the current
   * one and the head is at most `delta` ahead, else a snapshot of the latest `window` messages. Authorised, of one
   * moment.
   */
  open(request: OpenRequest): Promise<Answer<Opened>>

  /**
   * What `open` gives each of several readers, in one read: what does not differ between them is read once. Each is
   * authorised. As to a cursor whose events are held, `open` would give events too, even if the log has forgotten them.
   */
  visit(request: VisitRequest): Promise<Visits>

  /**
   * Events with seq > `after`, ascending, at most `limit`. Not authorised: for the node itself, to fill a hole. Empty when
   * the room is gone; a room that forgets (see `MemoryLimits`) begins with the oldest it still has.
   *
   * A `message.created` is as it was written, so that a fold over the events behind it arrives exactly at the present
   * state; once its message is deleted it is the tombstone, and what `message.edited` events wrote is empty.
   */
  events(roomId: string, after: number, limit: number): Promise<readonly RoomEvent[]>

  /** Where the log stands; null when there is no such room. */
  head(roomId: string): Promise<Cursor | null>

  /**
   * A page of messages in their present state, oldest first. `nextCursor` goes on in the page's own direction: to older
   * messages, and with `after` to newer ones; it is null exactly when `hasMore` is false. A malformed one is a
   * `bad_request`. Either kind is handed back as `before.cursor`.
   */
  history(request: HistoryRequest): Promise<Answer<HistoryPage>>

  members(request: MembersRequest): Promise<Answer<MemberPage>>

  /** One room as its member or, if it is public, anybody sees it. */
  room(roomId: string, actor: Actor): Promise<Answer<RoomListEntry>>

  /** The rooms that `actor` is a member of, newest activity first. `cursor` is opaque. */
  rooms(request: RoomsRequest): Promise<Answer<RoomPage>>

  /** Public rooms that `actor` may join and is not in, by name; `query` matches anywhere in the name, ignoring case. */
  discover(request: DiscoverRequest): Promise<Answer<DiscoverPage>>

  /**
   * The lines of the rooms named that the person is a member of, in no order; of the others nothing. Of one moment.
   * Bounded work for each room, whatever it holds. At most MAX_INBOX_ROOMS are looked at. Not authorised beyond membership.
   */
  inboxOf(userId: string, roomIds: readonly string[]): Promise<readonly InboxEntry[]>

  /**
   * The lines of the person's rooms in which anything that a line tells may have changed since `cursor` was given out, at
   * most `limit`; at least once: a line may come that is as it was. Null when that cannot be told, because the cursor is not
   * of this store or too much has changed: then the list has to be read anew.
   */
  inboxSince(userId: string, cursor: string, limit: number): Promise<InboxChanges | null>

  /** The cursor of this moment: nothing that is committed later is before it. */
  inboxCursor(): Promise<string>

  /**
   * The ids of the rooms that a person is a member of, at most `limit`, the most recently active first; a log made of two gives
   * those of one before those of the other.
   */
  roomIdsOf(userId: string, limit: number): Promise<readonly string[]>

  /** A room's members for the node itself, not authorised: the first `limit` in the order of joining. Null: no such room. */
  people(roomId: string, limit: number): Promise<RoomPeople | null>

  /** How far people show to have read, as a snapshot tells it to who is shown all of it. Not authorised. Null: no such room. */
  shownReads(roomId: string): Promise<ShownReads | null>

  /** Whether the person may write in the room now: refused as a message of theirs would be, but for slow mode and its contents. */
  mayWrite(roomId: string, actor: Actor): Promise<Answer<null>>

  /** Those of `userIds` that are members of the room, for somebody who may read it. */
  membersAmong(roomId: string, actor: Actor, userIds: readonly string[]): Promise<Answer<readonly string[]>>

  /** Those of `userIds` that share a room with the person; the person too. Nobody learns from it who exists. */
  acquainted(userId: string, userIds: readonly string[]): Promise<readonly string[]>

  /**
   * Who but its sender has read as far as the message and shows it; counted up to SEEN_CAP. `names`: how many are named, those
   * who have read furthest first. Somebody who does not show how far they have read is told of nobody (`forbidden`).
   */
  seenBy(request: SeenByRequest): Promise<Answer<SeenAnswer>>

  /** What a person has settled for themselves; the defaults when nothing. */
  settings(userId: string): Promise<PersonSettings>

  /**
   * Whether a room, be it deleted, has this id, or a room is that of these people (see `directKeyOf`). Not authorised:
   * for whoever keeps rooms in more than one log and must not give an id twice.
   */
  holds(roomId: string, directKey: string | null): Promise<boolean>

  /** Resolves when the store can do what it is for, read and write; rejects with the reason when it cannot. For readiness. */
  check(): Promise<void>

  close(): Promise<void>
}

/**
 * Where rooms are kept. Whoever implements this needs no other file than this one and the contract suite
 * (`test/log/room-log-contract.ts`), which every implementation passes.
 *
 * What it promises:
 * - **Order.** Each room's events have seq 1, 2, 3, … with no gap and no repeat, for ever. A seq is given inside the
 *   transaction that writes the event; a refused or failed command uses none. `at` never decreases as seq grows.
 * - **Durability.** When `commit` resolves, every outcome that is ok survives `kill -9` and power loss.
 * - **Atomicity.** A command is written whole or not at all. Commands of a batch are decided in the order given, each
 *   seeing those before it; one room's refusal changes nothing for its neighbours.
 * - **Authorisation** is decided inside the same transaction as the write, and inside the same snapshot as the read.
 * - **Exactly once.** `(roomId, senderId, clientId)` names one message for as long as the room exists.
 * - **Committed reads.** No read shows what is not committed, and each call's answer is of one moment.
 * - **Deleted is gone.** Once a message is deleted no answer carries its former content, edits in `events` included.
 * - **Failure.** When the store cannot commit now, every command of the batch that was not written is refused
 *   `unavailable`; when it cannot know (the link died during COMMIT) it reads back before it answers. `commit` rejects
 *   never. Reads reject with `StoreUnavailable` when the store is away.
 *
 * Who serialises: the caller runs one `commit` at a time (the committer does). Reads may run at any time.
 */
export interface RoomLog extends RoomReads {
  commit(batch: readonly LogCommand[]): Promise<readonly Outcome[]>
}

/** An authorised answer, or why there is none. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal }

/** What a person is in a room. */
export interface Access {
  readonly room: Room
  readonly epoch: string
  readonly seq: number
  /** Null for a reader of a public room who has not joined. */
  readonly role: Role | null
  readonly standing: Standing | null
}

export interface OpenRequest {
  readonly roomId: string
  readonly actor: Actor
  readonly cursor: Cursor | null
  /** Latest messages wanted in a snapshot. */
  readonly window: number
  /** Most events that are given instead of a snapshot. */
  readonly delta: number
}

export type Opened =
  | {
      readonly kind: 'delta'
      readonly epoch: string
      readonly seq: number
      readonly events: readonly RoomEvent[]
      readonly standing: Standing | null
    }
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }

export interface HistoryRequest {
  readonly roomId: string
  readonly actor: Actor
  readonly limit: number
  /**
   * `latest`; `before` a page's opaque cursor; `after` a seq, forward; `around` a message, half a page on either side.
   */
  readonly from:
    | { readonly kind: 'latest' }
    | { readonly kind: 'before'; readonly cursor: string }
    | { readonly kind: 'after'; readonly seq: number }
    | { readonly kind: 'around'; readonly messageId: string }
}

export interface MembersRequest {
  readonly roomId: string
  readonly actor: Actor
  readonly limit: number
  readonly cursor: string | null
  /** Matches anywhere in the display name, ignoring case; empty: everybody. */
  readonly query: string
}

export interface RoomsRequest {
  readonly actor: Actor
  readonly limit: number
  readonly cursor: string | null
}

/** What has changed for a person since a cursor. */
export interface InboxChanges {
  readonly entries: readonly InboxEntry[]
  /** How many rooms they are in now: whoever holds another number after taking the entries has missed one that is gone. */
  readonly total: number
  readonly cursor: string
}

/** Who is in a room, as of `seq`. */
export interface RoomPeople {
  readonly epoch: string
  readonly seq: number
  readonly count: number
  readonly userIds: readonly string[]
}

/** How far people show to have read in a room, as of `seq`: those listed in a snapshot, or in a large room the furthest. */
export interface ShownReads {
  readonly seq: number
  readonly reads: Readonly<Record<string, number>>
}

export interface SeenByRequest {
  readonly roomId: string
  readonly actor: Actor
  readonly messageId: string
  readonly names: number
}

export interface DiscoverRequest {
  readonly actor: Actor
  readonly limit: number
  readonly cursor: string | null
  readonly query: string
}

/** The store cannot be read now. */
export class StoreUnavailable extends Error {
  constructor(action: string, cause: unknown) {
    super(`unable to ${action}; the store is unavailable`, { cause })
    this.name = 'StoreUnavailable'
  }
}
