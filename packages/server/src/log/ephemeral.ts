import type {
  Cursor,
  DiscoverPage,
  HistoryPage,
  MemberPage,
  RoomEvent,
  RoomListEntry,
  RoomPage,
} from '@holdfast/protocol'
import type { Actor } from './actor.ts'
import type { LogCommand, LogCommandOf } from './command.ts'
import { formatActivity, formatName } from './cursors.ts'
import { directKeyOf } from './facts.ts'
import { activityOf, compareActivity, compareNames, nameMarkOf } from './list-order.ts'
import { type Outcome, refused } from './outcome.ts'
import type {
  Access,
  Answer,
  DiscoverRequest,
  HistoryRequest,
  MembersRequest,
  Opened,
  OpenRequest,
  RoomLog,
  RoomsRequest,
} from './room-log.ts'

/** A part of a batch that goes to one log, with the places of its commands in the whole. */
interface Share {
  readonly places: number[]
  readonly commands: LogCommand[]
}

/** The logs that a command goes to, or why it goes to none. */
type Placing = readonly RoomLog[] | (Outcome & { readonly ok: false })

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

  constructor(parts: { readonly durable: RoomLog; readonly memory: RoomLog }) {
    this.#durable = parts.durable
    this.#memory = parts.memory
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
        shares.get(log)?.places.push(place)
        shares.get(log)?.commands.push(command)
      }
    }
    for (const [log, share] of shares) await commitShare(log, share, outcomes)
    return batch.map((_, place) => outcomes.get(place) ?? refused('unavailable', 'unable to write; the store failed'))
  }

  access(roomId: string, actor: Actor): Promise<Answer<Access>> {
    return this.#with(roomId, log => log.access(roomId, actor))
  }

  open(request: OpenRequest): Promise<Answer<Opened>> {
    return this.#with(request.roomId, log => log.open(request))
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
    const [durable, memory] = await Promise.all([this.#durable.rooms(request), this.#memory.rooms(request)])
    if (!durable.ok) return durable
    if (!memory.ok) return memory
    const all = [...durable.value.rooms, ...memory.value.rooms]
    all.sort((a, b) => compareActivity(activityOf(a), activityOf(b)))
    const rooms = all.slice(0, request.limit)
    const last = rooms.at(-1)
    const hasMore = all.length > rooms.length || hasNext(durable.value) || hasNext(memory.value)
    return { ok: true, value: { rooms, nextCursor: hasMore && last ? formatActivity(activityOf(last)) : null } }
  }

  async discover(request: DiscoverRequest): Promise<Answer<DiscoverPage>> {
    const [durable, memory] = await Promise.all([this.#durable.discover(request), this.#memory.discover(request)])
    if (!durable.ok) return durable
    if (!memory.ok) return memory
    const all = [...durable.value.rooms, ...memory.value.rooms]
    all.sort((a, b) => compareNames(nameMarkOf(a), nameMarkOf(b)))
    const rooms = all.slice(0, request.limit)
    const last = rooms.at(-1)
    const hasMore = all.length > rooms.length || hasNext(durable.value) || hasNext(memory.value)
    return { ok: true, value: { rooms, nextCursor: hasMore && last ? formatName(nameMarkOf(last)) : null } }
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

  /** Which log, or logs, a command is for; a refusal when it can be for none. */
  async #logsFor(command: LogCommand, claims: Map<string, RoomLog>): Promise<Placing> {
    // The name a person goes by is wanted in both.
    if (command.kind === 'user.seen') return [this.#memory, this.#durable]
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

function hasNext(page: { readonly nextCursor: string | null }): boolean {
  return page.nextCursor !== null
}
