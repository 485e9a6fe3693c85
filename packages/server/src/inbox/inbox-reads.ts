import type { InboxEntry } from '@holdfast/protocol'
import { MAX_INBOX_ROOMS } from '../log/room-log.ts'
import type { Clock } from '../platform/clock.ts'
import type { InboxDeps } from './deps.ts'
import type { Feed } from './feed.ts'
import type { InboxRoom } from './inbox-room.ts'
import type { InboxRooms } from './inbox-rooms.ts'
import type { InboxSession } from './inbox-session.ts'
import type { Line } from './line.ts'
import { Turns } from './turns.ts'

/** Changes that a session which comes back is told of line by line; with more, it is quicker to list them anew. */
export const MAX_CHANGES = 500

/**
 * How often lines are read for one frame: what has changed while some were read is in the same frame then, as a rule. What has
 * changed since is in the next.
 */
const MAX_ROUNDS = 3

/** What happens outside while the log is read. */
interface InboxReadsHooks {
  /** Called for a room of which the bus has lost something. */
  readonly onMissed: (room: InboxRoom) => void
  /** Makes all that has changed so far due for the session. */
  readonly gather: (feed: Feed, session: InboxSession) => void
}

/** Reads from the log what has to be known before a session is told anything. Each rejects when the log cannot be read. */
export class InboxReads {
  readonly #log: InboxDeps['log']
  readonly #clock: Clock
  readonly #metrics: InboxDeps['metrics']
  readonly #table: InboxRooms
  readonly #turns: Turns
  readonly #hooks: InboxReadsHooks

  constructor({ log, clock, scheduler, metrics }: InboxDeps, table: InboxRooms, hooks: InboxReadsHooks) {
    this.#log = log
    this.#clock = clock
    this.#metrics = metrics
    this.#table = table
    this.#turns = new Turns(scheduler)
    this.#hooks = hooks
  }

  /** The log's cursor of now. */
  cursor(): Promise<string> {
    this.#metrics.inboxReads.inc({ of: 'cursor' })
    return this.#turns.run(() => this.#log.inboxCursor())
  }

  /** Whether the session's next frame can be put together without the log. */
  isReady(feed: Feed, session: InboxSession): boolean {
    return feed.isLoaded && !feed.isSuspect && session.since === null && doubtful(feed, session).length === 0
  }

  /** Reads all that the session's next frame needs. */
  async prepare(feed: Feed, session: InboxSession): Promise<void> {
    if (!feed.isLoaded) await this.#rooms(feed)
    if (feed.isSuspect) await this.#compare(feed)
    if (session.since !== null) await this.#catchUp(feed, session)
    const asked = new Set<InboxRoom>()
    for (let round = 0; round < MAX_ROUNDS; round++) {
      this.#hooks.gather(feed, session)
      const rooms = doubtful(feed, session).filter(room => !asked.has(room))
      if (rooms.length === 0) return
      for (const room of rooms) asked.add(room)
      await this.#lines(feed, rooms)
    }
  }

  async #rooms(feed: Feed): Promise<void> {
    feed.beginReadRooms()
    this.#metrics.inboxReads.inc({ of: 'rooms' })
    feed.takeRooms(await this.#turns.run(() => this.#log.roomIdsOf(feed.userId, MAX_INBOX_ROOMS)))
  }

  /** What has changed since the session's cursor. The rooms are known by now, so that nothing later is missed. */
  async #catchUp(feed: Feed, session: InboxSession): Promise<void> {
    if (session.since === null) return
    const atMs = this.#clock.monoMs()
    const changes = await this.#changes(feed, session.since)
    session.since = null
    if (changes === null) {
      session.reply({ kind: 'anew' })
      return
    }
    for (const entry of changes.entries) {
      const room = feed.room(entry.roomId)
      const line = room?.line(feed.userId)
      // One that is not known here has been left since, or its joining is about to be heard.
      if (room === undefined || line === undefined) continue
      room.adopt(line, entry)
      this.#table.keep(room)
      session.gain(room)
    }
    session.reply({ kind: 'changes', total: changes.total, mark: { cursor: changes.cursor, atMs } })
  }

  /** Finds what the bus has lost for one person. */
  async #compare(feed: Feed): Promise<void> {
    const atMs = this.#clock.monoMs()
    const changes = feed.mark === null ? null : await this.#changes(feed, feed.mark.cursor)
    const cursor = changes?.cursor ?? (await this.cursor())
    // What is kept may be from before anything: it is not told any more to somebody who lists anew.
    if (changes === null) for (const room of feed.rooms) room.forget()
    const isKnown = changes?.entries.map(entry => this.#correct(feed, entry)).every(isHere => isHere) ?? false
    const isAll = feed.total === null || feed.total === changes?.total
    if (!isKnown || !isAll) await this.#rooms(feed)
    feed.tellTotal(changes?.total ?? null)
    feed.mark = { cursor, atMs }
    feed.isSuspect = false
  }

  /** Takes a line as the log has it, the bus having lost what led there perhaps. False when the room is not known here. */
  #correct(feed: Feed, entry: InboxEntry): boolean {
    const room = feed.room(entry.roomId)
    const line = room?.line(feed.userId)
    if (room === undefined || line === undefined) return false
    const before = room.render(line)?.text
    if (entry.seq > room.heard) {
      room.startAt(entry.seq)
      this.#hooks.onMissed(room)
    }
    room.adopt(line, entry)
    this.#table.keep(room)
    if (room.render(line)?.text !== before) line.version++
    feed.want(room)
    return true
  }

  #changes(feed: Feed, since: string) {
    this.#metrics.inboxReads.inc({ of: 'changes' })
    return this.#turns.run(() => this.#log.inboxSince(feed.userId, since, MAX_CHANGES))
  }

  async #lines(feed: Feed, rooms: readonly InboxRoom[]): Promise<void> {
    const lines = await this.#turns.run(() => this.#ask(feed, rooms))
    for (const { room, line, entry } of lines) {
      // Left, and perhaps come back, since the log was asked.
      if (room.line(feed.userId) !== line) continue
      if (entry === undefined) feed.lose(room.roomId)
      else {
        room.adopt(line, entry)
        line.endRead()
        this.#table.keep(room)
      }
    }
  }

  async #ask(feed: Feed, rooms: readonly InboxRoom[]) {
    this.#metrics.inboxReads.inc({ of: 'lines' })
    const asked: { readonly room: InboxRoom; readonly line: Line }[] = []
    for (const room of rooms) {
      const line = room.line(feed.userId)
      if (line === undefined) continue
      line.beginRead()
      asked.push({ room, line })
    }
    const ids = asked.map(({ room }) => room.roomId)
    const entries = await this.#log.inboxOf(feed.userId, ids)
    const byId = new Map(entries.map(entry => [entry.roomId, entry]))
    return asked.map(({ room, line }) => ({ room, line, entry: byId.get(room.roomId) }))
  }
}

function doubtful(feed: Feed, session: InboxSession): readonly InboxRoom[] {
  return session.next().filter(room => {
    const line = room.line(feed.userId)
    return line !== undefined && room.isDoubtful(line)
  })
}
