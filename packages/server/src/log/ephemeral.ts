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
import { refuseToTellSeen } from './access.ts'
import type { Actor } from './actor.ts'
import type { LogCommand, LogCommandOf } from './command.ts'
import { joinInbox, splitInbox } from './cursors.ts'
import { directKeyOf } from './facts.ts'
import { mergeDiscovered, mergeRooms } from './merged-pages.ts'
import { type Outcome, refused } from './outcome.ts'
import type {
  Access,
  Answer,
  DiscoverRequest,
  HistoryRequest,
  InboxChanges,
  MembersRequest,
  Opened,
  OpenRequest,
  RoomLog,
  RoomPeople,
  RoomsRequest,
  SeenByRequest,
  ShownReads,
} from './room-log.ts'
import { SettingsRelay } from './settings-relay.ts'

/** A part of a batch that goes to one log, with the places of its commands in the whole. */
interface Share {
  readonly places: number[]
  readonly commands: LogCommand[]
}

/** The logs that a command goes to, or why it goes to none. */
type Placing = readonly RoomLog[] | (Outcome & { readonly ok: false })

/** The place of a command that nobody waits for. */
const NOWHERE = -1
/** No room has the empty id. */
const NO_ROOM = ''
const ID_TAKEN = refused('conflict', 'unable to create the room; its id is taken')
const UNREADABLE = refused('unavailable', 'unable to write; the store cannot be read now')

/**
 * Two logs as one: ephemeral rooms in memory, never on disk, and all others in the durable log. Ids are unique over
 * both, and so are the people of a direct room; lists are merged.
 *
 * A command goes to the log that has its room. A new room goes where its id or its people are taken already, to be
 * answered there as taken, and otherwise where its `ephemeral` says. It is never put into one log while the other has
 * its id: that would hide the room that is there.
 */
export class EphemeralRooms implements RoomLog {
  readonly #durable: RoomLog
  readonly #memory: RoomLog
  readonly #settings: SettingsRelay

  constructor(parts: { readonly durable: RoomLog; readonly memory: RoomLog }) {
    this.#durable = parts.durable
    this.#memory = parts.memory
    this.#settings = new SettingsRelay(parts.durable)
  }

  async commit(batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    const outcomes = new Map<number, Outcome>()
    const shares = new Map<RoomLog, Share>([
      [this.#memory, { places: [], commands: [] }],
      [this.#durable, { places: [], commands: [] }],
    ])
    // What is created in this very batch is in no log yet. An id is claimed only while neither log has it.
    const claims = new Map<string, RoomLog>()
    for (const [place, command] of batch.entries()) {
      const logs = await this.#logsFor(command, claims)
      if ('ok' in logs) {
        outcomes.set(place, logs)
        continue
      }
      for (const log of logs) {
        const first = log === this.#memory ? await this.#settings.before(command) : []
        const share = shares.get(log)
        share?.places.push(...first.map(() => NOWHERE), place)
        share?.commands.push(...first, command)
      }
    }
    for (const [log, share] of shares) await commitShare(log, share, outcomes)
    for (const { kind, actor } of batch) if (kind === 'user.settings') this.#settings.forget(actor.userId)
    return batch.map((_, place) => outcomes.get(place) ?? refused('unavailable', 'unable to write; the store failed'))
  }

  access(roomId: string, actor: Actor): Promise<Answer<Access>> {
    return this.#with(roomId, log => log.access(roomId, actor))
  }

  async open(request: OpenRequest): Promise<Answer<Opened>> {
    if (!(await this.#memory.holds(request.roomId, null))) return this.#durable.open(request)
    const [answer, { readReceipts }] = await Promise.all([
      this.#memory.open(request),
      this.#settings.of(request.actor.userId),
    ])
    return readReceipts || !answer.ok ? answer : { ok: true, value: seenByNobody(answer.value, request.actor.userId) }
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
      this.#settings.of(request.actor.userId),
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

  async #with<T>(roomId: string, read: (log: RoomLog) => Promise<T>): Promise<T> {
    return read((await this.#memory.holds(roomId, null)) ? this.#memory : this.#durable)
  }

  async #both<T>(read: (log: RoomLog) => Promise<readonly T[]>): Promise<readonly T[]> {
    return (await Promise.all([read(this.#durable), read(this.#memory)])).flat()
  }

  /** All ephemeral rooms of a person, as changes; null when they are too many. */
  async #ephemeral(userId: string, limit: number): Promise<InboxChanges | null> {
    const cursor = await this.#memory.inboxCursor()
    const roomIds = await this.#memory.roomIdsOf(userId, limit + 1)
    if (roomIds.length > limit) return null
    return { entries: await this.#memory.inboxOf(userId, roomIds), total: roomIds.length, cursor }
  }

  /** Which log, or logs, a command is for; a refusal when it can be for none. */
  async #logsFor(command: LogCommand, claims: Map<string, RoomLog>): Promise<Placing> {
    // The name a person goes by, and what they settle, is wanted in both.
    if (command.kind === 'user.seen' || command.kind === 'user.settings') return [this.#memory, this.#durable]
    if (command.kind === 'room.create') return this.#logOfNew(command, claims)
    const claimed = claims.get(command.roomId)
    if (claimed !== undefined) return [claimed]
    return [(await this.#memory.holds(command.roomId, null)) ? this.#memory : this.#durable]
  }

  async #logOfNew(command: LogCommandOf<'room.create'>, claims: Map<string, RoomLog>): Promise<Placing> {
    const { roomId, ephemeral } = command
    const directKey = command.type === 'direct' ? directKeyOf([command.actor.userId, ...command.members]) : null
    try {
      const byId = (await this.#homeOf(roomId, null)) ?? claims.get(roomId)
      const byPeople =
        directKey === null ? undefined : ((await this.#homeOf(NO_ROOM, directKey)) ?? claims.get(directKey))
      // Their room may be deleted, or refused, earlier in this batch: the new one would then be made beside its id's.
      if (byId !== undefined && byPeople !== undefined && byId !== byPeople) return ID_TAKEN
      const log = byPeople ?? byId ?? (ephemeral ? this.#memory : this.#durable)
      claims.set(roomId, log)
      if (directKey !== null) claims.set(directKey, log)
      return [log]
    } catch {
      return UNREADABLE
    }
  }

  /** The log that has this id, or the direct room of these people. */
  async #homeOf(roomId: string, directKey: string | null): Promise<RoomLog | undefined> {
    if (await this.#memory.holds(roomId, directKey)) return this.#memory
    return (await this.#durable.holds(roomId, directKey)) ? this.#durable : undefined
  }
}

/** The outcome of the durable log, which comes second, stands for a command that went to both. */
async function commitShare(log: RoomLog, share: Share, outcomes: Map<number, Outcome>): Promise<void> {
  if (share.commands.length === 0) return
  const answered = await log.commit(share.commands)
  answered.forEach((outcome, i) => {
    const place = share.places[i]
    if (place !== undefined) outcomes.set(place, outcome)
  })
}

/** What is opened, without how far others have read. */
function seenByNobody(opened: Opened, userId: string): Opened {
  if (opened.kind !== 'snapshot') return opened
  const own = Object.entries(opened.snapshot.reads).filter(([reader]) => reader === userId)
  return { kind: 'snapshot', snapshot: { ...opened.snapshot, reads: Object.fromEntries(own) } }
}
