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
  Snapshot,
} from '@holdfast/protocol'
import { refuseToTellSeen } from './access.ts'
import type { Actor } from './actor.ts'
import { joinInbox, splitInbox } from './cursors.ts'
import { mergeDiscovered, mergeRooms } from './merged-pages.ts'
import type {
  Access,
  Answer,
  DiscoverRequest,
  HistoryRequest,
  InboxChanges,
  MembersRequest,
  Opened,
  OpenRequest,
  RoomPeople,
  RoomReads,
  RoomsRequest,
  SeenByRequest,
  ShownReads,
} from './room-log.ts'
import { settingsIn } from './settings-relay.ts'
import type { VisitRequest, Visits } from './visit.ts'

/**
 * What two logs that have no id in common hold together, read as one: the durable rooms, and the ephemeral ones. What a person
 * has settled is asked of the durable one.
 */
export class MergedReads implements RoomReads {
  readonly #durable: RoomReads
  readonly #memory: RoomReads

  constructor(parts: { readonly durable: RoomReads; readonly memory: RoomReads }) {
    this.#durable = parts.durable
    this.#memory = parts.memory
  }

  access(roomId: string, actor: Actor): Promise<Answer<Access>> {
    return this.#with(roomId, log => log.access(roomId, actor))
  }

  async open(request: OpenRequest): Promise<Answer<Opened>> {
    if (!(await this.#memory.holds(request.roomId, null))) return this.#durable.open(request)
    const { actor } = request
    const [answer, { readReceipts }] = await Promise.all([
      this.#memory.open(request),
      settingsIn(this.#durable, actor.userId),
    ])
    if (readReceipts || !answer.ok || answer.value.kind !== 'snapshot') return answer
    return { ok: true, value: { kind: 'snapshot', snapshot: seenByNobody(answer.value.snapshot, actor.userId) } }
  }

  async visit(request: VisitRequest): Promise<Visits> {
    if (!(await this.#memory.holds(request.roomId, null))) return this.#durable.visit(request)
    const { visitors } = request
    const [answer, settings] = await Promise.all([
      this.#memory.visit(request),
      Promise.all(visitors.map(({ actor }) => settingsIn(this.#durable, actor.userId))),
    ])
    const visits = answer.visits.map((visit, i) => {
      return visit.kind === 'snapshot' && !settings[i]?.readReceipts
        ? { ...visit, own: seenByNobody(visit.own, visitors[i]?.actor.userId) }
        : visit
    })
    return { ...answer, visits }
  }

  events(roomId: string, after: number, limit: number): Promise<readonly RoomEvent[]> {
    return this.#with(roomId, log => log.events(roomId, after, limit))
  }

  head(roomId: string): Promise<Cursor | null> {
    return this.#with(roomId, log => log.head(roomId))
  }

  history(request: HistoryRequest): Promise<Answer<HistoryPage>> {
    return this.#with(request.roomId, log => log.history(request))
  }

  members(request: MembersRequest): Promise<Answer<MemberPage>> {
    return this.#with(request.roomId, log => log.members(request))
  }

  room(roomId: string, actor: Actor): Promise<Answer<RoomListEntry>> {
    return this.#with(roomId, log => log.room(roomId, actor))
  }

  async rooms(request: RoomsRequest): Promise<Answer<RoomPage>> {
    const pages = await Promise.all([this.#durable.rooms(request), this.#memory.rooms(request)])
    return mergeRooms(pages, request.limit, joinInbox)
  }

  async discover(request: DiscoverRequest): Promise<Answer<DiscoverPage>> {
    const pages = await Promise.all([this.#durable.discover(request), this.#memory.discover(request)])
    return mergeDiscovered(pages, request.limit)
  }

  async inboxOf(userId: string, roomIds: readonly string[]): Promise<readonly InboxEntry[]> {
    return this.#both(log => log.inboxOf(userId, roomIds))
  }

  /** The log in memory ends with the process: what it has is then all new. */
  async inboxSince(userId: string, cursor: string, limit: number): Promise<InboxChanges | null> {
    const [durableCursor, memoryCursor] = splitInbox(cursor)
    const [durable, memory] = await Promise.all([
      this.#durable.inboxSince(userId, durableCursor, limit),
      this.#memory.inboxSince(userId, memoryCursor, limit).then(changes => changes ?? this.#ephemeral(userId, limit)),
    ])
    if (durable === null || memory === null) return null
    const entries = [...durable.entries, ...memory.entries]
    if (entries.length > limit) return null
    return { entries, total: durable.total + memory.total, cursor: joinInbox(durable.cursor, memory.cursor) }
  }

  async inboxCursor(): Promise<string> {
    return joinInbox(await this.#durable.inboxCursor(), await this.#memory.inboxCursor())
  }

  /** The ephemeral ones first: there are few, and they are in use. */
  async roomIdsOf(userId: string, limit: number): Promise<readonly string[]> {
    const [durable, memory] = await Promise.all([
      this.#durable.roomIdsOf(userId, limit),
      this.#memory.roomIdsOf(userId, limit),
    ])
    return [...memory, ...durable].slice(0, limit)
  }

  people(roomId: string, limit: number): Promise<RoomPeople | null> {
    return this.#with(roomId, log => log.people(roomId, limit))
  }

  shownReads(roomId: string): Promise<ShownReads | null> {
    return this.#with(roomId, log => log.shownReads(roomId))
  }

  mayWrite(roomId: string, actor: Actor): Promise<Answer<null>> {
    return this.#with(roomId, log => log.mayWrite(roomId, actor))
  }

  membersAmong(roomId: string, actor: Actor, userIds: readonly string[]): Promise<Answer<readonly string[]>> {
    return this.#with(roomId, log => log.membersAmong(roomId, actor, userIds))
  }

  async acquainted(userId: string, userIds: readonly string[]): Promise<readonly string[]> {
    const known = new Set(await this.#both(log => log.acquainted(userId, userIds)))
    return userIds.filter(other => known.has(other))
  }

  async seenBy(request: SeenByRequest): Promise<Answer<SeenAnswer>> {
    if (!(await this.#memory.holds(request.roomId, null))) return this.#durable.seenBy(request)
    const [answer, { readReceipts }] = await Promise.all([
      this.#memory.seenBy(request),
      settingsIn(this.#durable, request.actor.userId),
    ])
    return readReceipts || !answer.ok ? answer : { ok: false, refusal: refuseToTellSeen() }
  }

  settings(userId: string): Promise<PersonSettings> {
    return this.#durable.settings(userId)
  }

  async holds(roomId: string, directKey: string | null): Promise<boolean> {
    return (await this.#memory.holds(roomId, directKey)) || this.#durable.holds(roomId, directKey)
  }

  async check(): Promise<void> {
    await Promise.all([this.#durable.check(), this.#memory.check()])
  }

  async close(): Promise<void> {
    await Promise.all([this.#durable.close(), this.#memory.close()])
  }

  async #with<T>(roomId: string, read: (log: RoomReads) => Promise<T>): Promise<T> {
    return read((await this.#memory.holds(roomId, null)) ? this.#memory : this.#durable)
  }

  async #both<T>(read: (log: RoomReads) => Promise<readonly T[]>): Promise<readonly T[]> {
    return (await Promise.all([read(this.#durable), read(this.#memory)])).flat()
  }

  /** All ephemeral rooms of a person, as changes; null when they are too many. */
  async #ephemeral(userId: string, limit: number): Promise<InboxChanges | null> {
    const cursor = await this.#memory.inboxCursor()
    const roomIds = await this.#memory.roomIdsOf(userId, limit + 1)
    if (roomIds.length > limit) return null
    return { entries: await this.#memory.inboxOf(userId, roomIds), total: roomIds.length, cursor }
  }
}

/** A snapshot, or a part of one, without how far others have read. */
function seenByNobody<T extends Pick<Snapshot, 'reads'>>(snapshot: T, userId: string | undefined): T {
  return { ...snapshot, reads: Object.fromEntries(Object.entries(snapshot.reads).filter(([id]) => id === userId)) }
}
