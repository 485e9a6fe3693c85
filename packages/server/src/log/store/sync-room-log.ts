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
import type { LogCommand } from '../command.ts'
import { formatInbox } from '../cursors.ts'
import { BatchLanes } from '../decide/batch-lanes.ts'
import { decide } from '../decide/decide.ts'
import type { Decision } from '../decide/decision.ts'
import type { Outcome } from '../outcome.ts'
import {
  type Access,
  type Answer,
  type DiscoverRequest,
  type HistoryRequest,
  type InboxChanges,
  type MembersRequest,
  type Opened,
  type OpenRequest,
  type RoomLog,
  type RoomPeople,
  type RoomsRequest,
  type SeenByRequest,
  type ShownReads,
  StoreUnavailable,
} from '../room-log.ts'
import type { Stamper } from '../stamper.ts'
import { apply } from './apply.ts'
import { DamagedRow } from './damaged-row.ts'
import { isAway, outcomeOf, refuseDamaged, refuseUnavailable } from './fault-outcome.ts'
import { historyPage } from './read-history.ts'
import { inboxOf, inboxSince } from './read-inbox.ts'
import { discoverPage, memberPage, roomPage } from './read-lists.ts'
import { listEntry, openRoom, positionOf } from './read-room.ts'
import { seenBy, shownIn } from './read-seen.ts'
import type { ReadRows, WriteRows } from './rows.ts'
import type { SyncStore } from './sync-store.ts'

/** What a log that keeps its rows in a `SyncStore` is made of. */
export interface SyncRoomLogParts {
  readonly store: SyncStore
  readonly stamper: Stamper
  /** A room of more members is large: of most of them it is not told how far they have read. */
  readonly largeRoom: number
  /** Told of each failure that a command, a whole batch or a read was refused for. Never of its contents. */
  readonly onFault?: ((fault: unknown) => void) | undefined
}

/**
 * The `RoomLog` of every store that answers at once: it decides, applies, authorises and pages; the store keeps rows.
 */
export class SyncRoomLog implements RoomLog {
  readonly #store: SyncStore
  readonly #stamper: Stamper
  readonly #largeRoom: number
  readonly #onFault: (fault: unknown) => void

  constructor(parts: SyncRoomLogParts) {
    this.#store = parts.store
    this.#stamper = parts.stamper
    this.#largeRoom = parts.largeRoom
    this.#onFault = parts.onFault ?? (() => {})
  }

  /**
   * One transaction. When it fails for what one command asks of the store, it is rolled back and each command gets a
   * transaction of its own, so that only the guilty one is refused; when it fails because the store cannot write, all
   * are.
   */
  async commit(batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    if (!this.#store.canRollBack) return this.#commitEach(batch)
    try {
      return this.#transact(batch, new BatchLanes())
    } catch (fault) {
      this.#onFault(fault)
      if (isAway(fault)) return batch.map(() => refuseUnavailable())
      return this.#commitEach(batch)
    }
  }

  #commitEach(batch: readonly LogCommand[]): readonly Outcome[] {
    const lanes = new BatchLanes()
    return batch.map(command => {
      try {
        return this.#transact([command], lanes)[0] ?? refuseUnavailable()
      } catch (fault) {
        this.#onFault(fault)
        const outcome = outcomeOf(fault)
        lanes.settle(command, outcome)
        return outcome
      }
    })
  }

  #transact(batch: readonly LogCommand[], lanes: BatchLanes): readonly Outcome[] {
    return this.#store.write(rows => batch.map(command => this.#perform(command, rows, lanes)))
  }

  #perform(command: LogCommand, rows: WriteRows, lanes: BatchLanes): Outcome {
    const decision = this.#decide(command, rows, lanes)
    apply(decision, rows)
    lanes.settle(command, decision.outcome)
    return decision.outcome
  }

  /** Deciding writes nothing: a command about a damaged row is refused alone, and its batch goes on in one transaction. */
  #decide(command: LogCommand, rows: WriteRows, lanes: BatchLanes): Decision {
    try {
      return decide(command, { facts: rows, stamper: this.#stamper }, lanes.of)
    } catch (fault) {
      if (!(fault instanceof DamagedRow)) throw fault
      this.#onFault(fault)
      return { outcome: refuseDamaged(), rows: [] }
    }
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
    this.#store.close()
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
