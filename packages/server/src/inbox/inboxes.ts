import { assertNever, type RoomEvent } from '@holdfast/protocol'
import type { BusMessage } from '../bus/bus.ts'
import type { Cancel } from '../platform/clock.ts'
import { Audit } from './audit.ts'
import type { InboxDeps } from './deps.ts'
import { Feed } from './feed.ts'
import { Heard } from './heard.ts'
import type { InboxPeer } from './inbox-peer.ts'
import { InboxReads } from './inbox-reads.ts'
import type { InboxRoom } from './inbox-room.ts'
import { InboxRooms } from './inbox-rooms.ts'
import { InboxSession } from './inbox-session.ts'
import { Outage } from './outage.ts'
import { Rota } from './rota.ts'
import { SettledCursor } from './settled-cursor.ts'

/** Least time between two `inbox` frames to a session, in milliseconds (contract §4). */
export const INBOX_INTERVAL_MS = 1_000
/** Sessions that have a turn before other work of the process has one. */
const SESSIONS_AT_ONCE = 256
/** How often each person's inbox is compared with the log while the bus may lose something, in milliseconds. */
export const COMPARE_MS = 10_000

/**
 * Tells people what changes in their rooms, opened or not: `inbox` frames, for the sessions that have asked for them.
 *
 * What happens in a room costs the same however many are in it, until they are told: at most once a second its change is handed
 * to the sessions of its members, and each of those tells at most once a second what has come together. What all of them are
 * told alike is encoded once; what each has unread is moved on by what is heard, and read from the log only when it cannot be.
 */
export class Inboxes {
  readonly #deps: InboxDeps
  readonly #table = new InboxRooms()
  readonly #heard = new Heard()
  readonly #reads: InboxReads
  /** By userId. */
  readonly #feeds = new Map<string, Feed>()
  /** By sessionId. */
  readonly #sessions = new Map<string, InboxSession>()
  /** Rooms that have changed, and sessions that have something to be told. */
  readonly #changed: Rota<InboxRoom>
  readonly #due: Rota<InboxSession>
  readonly #cursor: SettledCursor
  /** When the next turn is, on the monotonic clock, and what calls it off. */
  #turn: { readonly atMs: number; readonly cancel: Cancel } | null = null
  #cancelCompare: Cancel | null = null
  readonly #audit: Audit
  readonly #outage: Outage

  constructor(deps: InboxDeps) {
    this.#deps = deps
    this.#outage = new Outage(deps)
    this.#changed = new Rota(deps.clock, INBOX_INTERVAL_MS)
    this.#reads = new InboxReads(deps, this.#table, {
      onMissed: room => this.#changed.add(room),
      gather: (feed, session) => this.#gather(feed, session),
    })
    this.#due = new Rota(deps.clock, INBOX_INTERVAL_MS)
    this.#cursor = new SettledCursor(deps.clock, () => this.#reads.cursor())
    this.#audit = new Audit(deps, this.#feeds, this.#outage, (feed, room) => this.#heal(feed, room))
    this.#audit.start()
    if (deps.isBusReliable) return
    this.#advanceCursor()
    this.#compareLater()
  }

  /** A session has said hello. Those that wish for no inbox are not kept. */
  begin(peer: InboxPeer): void {
    if (peer.inbox === null) return
    const { userId } = peer.actor
    let feed = this.#feeds.get(userId)
    if (feed === undefined) {
      feed = new Feed(userId, {
        table: this.#table,
        heard: this.#heard,
        clock: this.#deps.clock,
        onDue: due => this.#due.add(due),
      })
      feed.mark = this.#cursor.latest
      this.#feeds.set(userId, feed)
    }
    const session = new InboxSession(peer)
    feed.sessions.add(session)
    this.#sessions.set(peer.sessionId, session)
    if (session.isDue || !feed.isLoaded) this.#due.add(session)
    this.#schedule()
  }

  /** A session is over; harmless when it never began. */
  end(sessionId: string): void {
    const session = this.#sessions.get(sessionId)
    if (session === undefined) return
    this.#sessions.delete(sessionId)
    this.#due.remove(session)
    const feed = this.#feeds.get(session.userId)
    feed?.sessions.delete(session)
    if (feed === undefined || feed.sessions.size > 0) return
    this.#feeds.delete(session.userId)
    feed.end()
  }

  /** A hint from the bus. */
  receive(message: BusMessage): void {
    if (this.#feeds.size === 0) return
    switch (message.kind) {
      case 'events':
        this.#receiveEvents(message.roomId, message.epoch, message.events)
        break
      case 'reads':
        this.#receiveReads(message.roomId, message.reads)
        this.#receiveReads(message.roomId, message.hidden)
        break
      case 'line':
        this.#touch(message.roomId, message.userId)
        break
      case 'deleted':
        for (const feed of this.#feeds.values()) feed.loseDeleted(message.roomId, message.members)
        break
      case 'settings':
      case 'typing':
      case 'presence':
      case 'access':
        return
      default:
        assertNever(message)
    }
    this.#schedule()
  }

  /** Tells nobody anything any more. */
  close(): void {
    this.#turn?.cancel()
    this.#cancelCompare?.()
    this.#audit.close()
    for (const sessionId of [...this.#sessions.keys()]) this.end(sessionId)
  }

  #receiveEvents(roomId: string, epoch: string, events: readonly RoomEvent[]): void {
    this.#heard.hear(roomId)
    const room = this.#table.get(roomId)
    if (room?.receive(epoch, events) === true) {
      this.#table.keep(room)
      this.#changed.add(room)
    }
    for (const event of events) {
      if (event.kind === 'member.joined') this.#feeds.get(event.member.userId)?.gain(roomId)
      else if (event.kind === 'member.left') this.#feeds.get(event.userId)?.lose(roomId)
    }
  }

  #receiveReads(roomId: string, reads: Readonly<Record<string, number>>): void {
    const room = this.#table.get(roomId)
    for (const [userId, seq] of Object.entries(reads)) {
      const feed = this.#feeds.get(userId)
      feed?.touch(roomId)
      if (feed === undefined || room === undefined) continue
      room.line(userId)?.read(seq, room, this.#deps.isBusReliable)
      feed.want(room)
    }
  }

  #touch(roomId: string, userId: string): void {
    const feed = this.#feeds.get(userId)
    const room = feed?.room(roomId)
    feed?.touch(roomId)
    room?.line(userId)?.touch()
    if (room !== undefined) feed?.want(room)
  }

  #heal(feed: Feed, room: InboxRoom): void {
    this.#touch(room.roomId, feed.userId)
    this.#schedule()
  }

  /** The one timer: at the next moment at which a room or a session may have its turn. */
  #schedule(): void {
    const { clock, scheduler } = this.#deps
    const waits = [this.#changed.waitMs, this.#due.waitMs].filter(wait => wait !== null)
    if (waits.length === 0) return
    const waitMs = Math.max(0, Math.ceil(Math.min(...waits)))
    const atMs = clock.monoMs() + waitMs
    if (this.#turn !== null && this.#turn.atMs <= atMs) return
    this.#turn?.cancel()
    this.#turn = { atMs, cancel: scheduler.after(waitMs, () => this.#take()) }
  }

  #take(): void {
    this.#turn = null
    for (const room of this.#changed.take(Number.POSITIVE_INFINITY)) {
      for (const userId of room.people) this.#feeds.get(userId)?.want(room)
      this.#changed.rest(room, true)
    }
    for (const session of this.#due.take(SESSIONS_AT_ONCE)) this.#tell(session)
    this.#schedule()
  }

  /** Who is told something now is told of those rooms too that have changed, but had their turn less than a second ago. */
  #gather(feed: Feed, session: InboxSession): void {
    for (const room of this.#changed.waiting(feed.rooms)) {
      const line = room.line(feed.userId)
      if (line !== undefined) session.want(room, line)
    }
  }

  #tell(session: InboxSession): void {
    const feed = this.#feeds.get(session.userId)
    if (feed === undefined) return
    try {
      this.#gather(feed, session)
      if (this.#reads.isReady(feed, session)) {
        this.#send(feed, session)
        return
      }
    } catch (error) {
      // The others whose turn it is have theirs all the same.
      this.#failed(feed, session, error)
      return
    }
    feed
      .inOrder(() => this.#reads.prepare(feed, session))
      .then(() => this.#send(feed, session))
      .catch((error: unknown) => this.#failed(feed, session, error))
  }

  #send(feed: Feed, session: InboxSession): void {
    if (!feed.sessions.has(session)) return
    const settled = this.#deps.isBusReliable ? this.#cursor.mark : feed.mark
    const what = session.send({ total: feed.total, settled, share: text => feed.share(text) })
    if (what === 'sent') this.#deps.metrics.signalsOut.inc({ kind: 'inbox' })
    this.#restAfter(feed, session, what !== 'nothing')
    if (this.#deps.isBusReliable) this.#advanceCursor()
  }

  #failed(feed: Feed, session: InboxSession, error: unknown): void {
    this.#outage.failed(error)
    this.#restAfter(feed, session, true)
  }

  /** What is due still has its turn once the session has rested. */
  #restAfter(feed: Feed, session: InboxSession, hasActed: boolean): void {
    const isDue = session.isDue || !feed.isLoaded
    if (isDue && feed.sessions.has(session)) this.#due.add(session)
    this.#due.rest(session, hasActed || isDue)
    this.#schedule()
  }

  #advanceCursor(): void {
    this.#cursor.advance().catch((error: unknown) => this.#outage.failed(error))
  }

  #compareLater(): void {
    this.#cancelCompare = this.#deps.scheduler.after(COMPARE_MS, () => {
      for (const feed of this.#feeds.values()) {
        const [session] = feed.sessions
        if (session === undefined) continue
        feed.isSuspect = true
        this.#due.add(session)
      }
      this.#schedule()
      this.#advanceCursor()
      this.#compareLater()
    })
  }
}
