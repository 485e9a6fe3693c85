import type {
  Cursor,
  DiscoverPage,
  HistoryPage,
  InboxEntry,
  MemberPage,
  PersonSettings,
  RoomEvent,
  RoomListEntry,
  RoomPage,
  SeenAnswer,
} from '@holdfast/protocol'
import { type Entrance, enter, isRefusal, refusalToWrite } from '../access.ts'
import type { Actor } from '../actor.ts'
import { formatInbox } from '../cursors.ts'
import {
  type Access,
  type Answer,
  type DiscoverRequest,
  type HistoryRequest,
  type InboxChanges,
  type MembersRequest,
  type Opened,
  type OpenRequest,
  type RoomPeople,
  type RoomReads,
  type RoomsRequest,
  type SeenByRequest,
  type ShownReads,
  StoreUnavailable,
} from '../room-log.ts'
import type { Stamper } from '../stamper.ts'
import type { VisitRequest, Visits } from '../visit.ts'
import { historyPage } from './read-history.ts'
import { inboxOf, inboxSince } from './read-inbox.ts'
import { discoverPage, memberPage, roomPage } from './read-lists.ts'
import { listEntry, openRoom, positionOf } from './read-room.ts'
import { seenBy, shownIn } from './read-seen.ts'
import { readVisits } from './read-visits.ts'
import type { ReadRows } from './rows.ts'
import type { SyncReads } from './sync-store.ts'

/** What the reads of a store that answers at once are made of. */
export interface SyncRoomReadsParts {
  readonly store: SyncReads
  readonly stamper: Stamper
  /** A room of more members is large: of most of them it is not told how far they have read. */
  readonly largeRoom: number
  /** Told of each failure that a command, a whole batch or a read was refused for. Never of its contents. Default: nobody is. */
  readonly onFault?: ((fault: unknown) => void) | undefined
}

/** The `RoomReads` of every store that answers at once: it authorises and pages, each call over one snapshot; the store keeps rows. */
export class SyncRoomReads implements RoomReads {
  readonly #store: SyncReads
  readonly #stamper: Stamper
  readonly #largeRoom: number
  readonly #onFault: (fault: unknown) => void

  constructor(parts: SyncRoomReadsParts) {
    this.#store = parts.store
    this.#stamper = parts.stamper
    this.#largeRoom = parts.largeRoom
    this.#onFault = parts.onFault ?? (() => {})
  }

  async access(roomId: string, actor: Actor): Promise<Answer<Access>> {
    return this.#authorised('see the room', roomId, actor, (entrance, rows) => {
      const { room, role, member } = entrance
      const standing = member === null ? null : positionOf(member)
      return { ok: true, value: { room: rows.face(room), epoch: room.epoch, seq: room.lastSeq, role, standing } }
    })
  }

  async open(request: OpenRequest): Promise<Answer<Opened>> {
    return this.#authorised('open the room', request.roomId, request.actor, (entrance, rows) => {
      return { ok: true, value: openRoom(entrance, request, rows, this.#largeRoom) }
    })
  }

  async visit(request: VisitRequest): Promise<Visits> {
    const rules = { now: this.#stamper.now(), largeRoom: this.#largeRoom }
    return this.#read('open the room', rows => readVisits(request, rows, rules))
  }

  async events(roomId: string, after: number, limit: number): Promise<readonly RoomEvent[]> {
    return this.#read('read events', rows => {
      const room = rows.room(roomId)
      return room === null || room.isDeleted ? [] : rows.eventsAfter(room, after, limit)
    })
  }

  async head(roomId: string): Promise<Cursor | null> {
    return this.#read('read the head', rows => {
      const room = rows.room(roomId)
      return room === null || room.isDeleted ? null : { epoch: room.epoch, seq: room.lastSeq }
    })
  }

  async history(request: HistoryRequest): Promise<Answer<HistoryPage>> {
    return this.#authorised('read history', request.roomId, request.actor, ({ room }, rows) =>
      historyPage(room, request, rows),
    )
  }

  async members(request: MembersRequest): Promise<Answer<MemberPage>> {
    return this.#authorised('list members', request.roomId, request.actor, ({ room }, rows) =>
      memberPage(room, request, rows),
    )
  }

  async room(roomId: string, actor: Actor): Promise<Answer<RoomListEntry>> {
    return this.#authorised('read the room', roomId, actor, (entrance, rows) => {
      return { ok: true, value: listEntry(entrance, actor.userId, rows, this.#onFault) }
    })
  }

  async rooms(request: RoomsRequest): Promise<Answer<RoomPage>> {
    return this.#read('list rooms', rows => roomPage(request, rows))
  }

  async discover(request: DiscoverRequest): Promise<Answer<DiscoverPage>> {
    return this.#read('find rooms', rows => discoverPage(request, this.#stamper.now(), rows))
  }

  async inboxOf(userId: string, roomIds: readonly string[]): Promise<readonly InboxEntry[]> {
    return this.#read('read the inbox', rows => inboxOf(userId, roomIds, rows))
  }

  async inboxSince(userId: string, cursor: string, limit: number): Promise<InboxChanges | null> {
    return this.#read('read the inbox', rows => inboxSince(userId, cursor, limit, rows))
  }

  async inboxCursor(): Promise<string> {
    return this.#read('read the inbox', rows => formatInbox(rows.changes()))
  }

  async roomIdsOf(userId: string, limit: number): Promise<readonly string[]> {
    return this.#read('list rooms', rows => rows.myRoomIds(userId, limit))
  }

  async people(roomId: string, limit: number): Promise<RoomPeople | null> {
    return this.#read('list members', rows => {
      const room = rows.room(roomId)
      if (room === null || room.isDeleted) return null
      const userIds = rows.membersAfter(room, 0, '', limit).map(member => member.userId)
      return { epoch: room.epoch, seq: room.lastSeq, count: room.memberCount, userIds }
    })
  }

  async shownReads(roomId: string): Promise<ShownReads | null> {
    return this.#read('read positions', rows => {
      const room = rows.room(roomId)
      if (room === null || room.isDeleted) return null
      return { seq: room.lastSeq, reads: Object.fromEntries(shownIn(room, rows, this.#largeRoom)) }
    })
  }

  async mayWrite(roomId: string, actor: Actor): Promise<Answer<null>> {
    return this.#authorised('look up a member', roomId, actor, ({ room, member }, rows) => {
      const refusal = refusalToWrite(member, rows.mute(room, actor.userId), this.#stamper.now())
      return refusal === null ? { ok: true, value: null } : { ok: false, refusal }
    })
  }

  async membersAmong(roomId: string, actor: Actor, userIds: readonly string[]): Promise<Answer<readonly string[]>> {
    return this.#authorised('look up members', roomId, actor, ({ room }, rows) => {
      return { ok: true, value: userIds.filter(userId => rows.member(room, userId) !== null) }
    })
  }

  async acquainted(userId: string, userIds: readonly string[]): Promise<readonly string[]> {
    return this.#read('look up people', rows => {
      const known = new Set([userId, ...rows.acquainted(userId, userIds)])
      return userIds.filter(other => known.has(other))
    })
  }

  async seenBy(request: SeenByRequest): Promise<Answer<SeenAnswer>> {
    return this.#authorised('read who has seen a message', request.roomId, request.actor, (entrance, rows) =>
      seenBy(entrance, request, rows, this.#largeRoom),
    )
  }

  async settings(userId: string): Promise<PersonSettings> {
    return this.#read('read settings', rows => rows.settings(userId))
  }

  async holds(roomId: string, directKey: string | null): Promise<boolean> {
    return this.#read('look up a room', rows => {
      return rows.room(roomId) !== null || (directKey !== null && rows.directRoom(directKey) !== null)
    })
  }

  async check(): Promise<void> {
    try {
      this.#store.check()
    } catch (cause) {
      throw new StoreUnavailable('check the store', cause)
    }
  }

  async close(): Promise<void> {
    await this.#store.close()
  }

  #authorised<T>(
    action: string,
    roomId: string,
    actor: Actor,
    work: (entrance: Entrance, rows: ReadRows) => Answer<T>,
  ): Answer<T> {
    return this.#read(action, rows => {
      const entrance = enter(rows, roomId, actor, this.#stamper.now())
      return isRefusal(entrance) ? { ok: false, refusal: entrance } : work(entrance, rows)
    })
  }

  #read<T>(action: string, work: (rows: ReadRows) => T): T {
    try {
      return this.#store.read(work)
    } catch (cause) {
      this.#onFault(cause)
      throw new StoreUnavailable(action, cause)
    }
  }
}
