import { assertNever, type PresenceSet, type PresenceUser, type Refusal, type RoomEvent } from '@holdfast/protocol'
import type { BusMessage } from '../bus/bus.ts'
import type { Actor } from '../log/actor.ts'
import type { Answer, RoomLog } from '../log/room-log.ts'
import type { Logger } from '../observe/logger.ts'
import type { Clock, Scheduler } from '../platform/clock.ts'
import { Directory } from './directory.ts'
import type { LocalSession, PresencePeer } from './local-session.ts'
import { Mirrors } from './mirrors.ts'
import { PeopleSettings } from './people-settings.ts'
import { PresenceReads } from './presence-reads.ts'
import { PresenceSessions, type PresenceSource } from './presence-sessions.ts'
import type { PresenceStore } from './presence-store.ts'
import { RoomAudience } from './room-audience.ts'
import type { PresenceAudience } from './viewer.ts'
import { Watches } from './watches.ts'

/** How often everybody who is shown is compared with the store while the bus may lose something, in milliseconds. */
export const STORE_CHECK_MS = 15_000

/** What presence needs. */
export interface PresenceDeps {
  readonly store: PresenceStore
  readonly log: Pick<RoomLog, 'access' | 'acquainted' | 'membersAmong' | 'people' | 'settings'>
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly logger: Logger
  /** Tells all nodes, this one included. */
  readonly publish: (message: BusMessage) => void
}

/** Who is there: takes in what the sessions of this node do, and tells whoever is shown people on it. */
export class PresenceService {
  readonly #settings: PeopleSettings
  readonly #directory: Directory
  readonly #mirrors: Mirrors
  readonly #watches: Watches
  readonly #sessions: PresenceSessions
  readonly #reads: PresenceReads
  /** The audiences of each room: one, but while a room is closed and opened again. */
  readonly #rooms = new Map<string, Set<RoomAudience>>()
  /** Sessions whose last wish to watch people the log could not be asked about: it is asked again. */
  readonly #unwatched = new Map<LocalSession, readonly string[]>()
  readonly #deps: PresenceDeps
  #cancelCheck: () => void = () => {}

  constructor(deps: PresenceDeps) {
    this.#deps = deps
    this.#settings = new PeopleSettings(deps.log, deps.logger)
    this.#mirrors = new Mirrors(deps)
    this.#directory = new Directory({ ...deps, isMirrored: userId => this.#mirrors.has(userId) })
    this.#watches = new Watches({ ...deps, directory: this.#directory })
    this.#sessions = new PresenceSessions({
      ...deps,
      settings: this.#settings,
      mirrors: this.#mirrors,
      publish: (userId, isPrivate) => deps.publish({ kind: 'presence', userId, isPrivate }),
      onRound: () => this.#askAgain(),
    })
    this.#reads = new PresenceReads(deps)
  }

  /** A session has said hello: its person is online. */
  begin(peer: PresencePeer): void {
    this.#sessions.begin(peer)
  }

  /** A session that has begun is over. */
  end(sessionId: string): void {
    this.#sessions.end(sessionId)
    this.#watches.end(sessionId)
  }

  /** `presence.set`. Null when done. Never rejects. */
  set(source: PresenceSource, wish: PresenceSet): Promise<Refusal | null> {
    return this.#sessions.set(source, wish)
  }

  /** `presence.watch`. Null when done, or when the session is over. Never rejects. */
  async watch({ sessionId }: PresenceSource, userIds: readonly string[]): Promise<Refusal | null> {
    if (sessionId === null) return { code: 'unsupported', message: 'unable to watch people; a request has no session' }
    const session = this.#sessions.get(sessionId)
    if (session === undefined) return null
    session.watched = userIds
    session.watching ??= session.next(() => this.#watch(session))
    return session.watching
  }

  /** A hint from the bus. */
  receive(message: BusMessage): void {
    switch (message.kind) {
      case 'presence':
        this.#mirrors.changed(message.userId)
        if (!message.isPrivate) this.#directory.changed(message.userId)
        return
      case 'settings':
        this.#settings.receive(message.userId, message.settings)
        this.#sessions.hide(message.userId, message.settings.appearOffline)
        return
      case 'events':
        for (const event of message.events) this.#noteMember(message.roomId, event)
        return
      case 'deleted':
        this.#sessions.leaveRoom(message.roomId, null)
        this.#watches.deleted(message.members, userId => this.#sessionIdsOf(userId))
        return
      case 'access':
        this.#sessions.leaveRoom(message.roomId, message.userId)
        return
      case 'reads':
      case 'line':
      case 'typing':
        return
      default:
        assertNever(message)
    }
  }

  /** How available these people are; see `PresenceReads.of`. */
  of(actor: Actor, userIds: readonly string[]): Promise<readonly PresenceUser[]> {
    return this.#reads.of(actor, userIds)
  }

  /** Who of a room was there since a moment; see `PresenceReads.onlineSince`. */
  onlineSince(actor: Actor, roomId: string, sinceMs: number): Promise<Answer<readonly PresenceUser[]>> {
    return this.#reads.onlineSince(actor, roomId, sinceMs)
  }

  /** The people shown beside a room, and who is shown them. */
  newAudience(roomId: string): PresenceAudience {
    const rooms = this.#rooms
    const ofRoom = rooms.get(roomId) ?? new Set()
    const audience = this.#directory.newAudience({ kind: 'room', roomId })
    const made = new RoomAudience(roomId, audience, this.#deps, () => {
      ofRoom.delete(made)
      if (ofRoom.size === 0 && rooms.get(roomId) === ofRoom) rooms.delete(roomId)
    })
    rooms.set(roomId, ofRoom.add(made))
    return made
  }

  /** Whether a person shows how far they have read, and so may see it of others; null while it is not known. */
  showsReads(userId: string): boolean | null {
    return this.#settings.showsReads(userId)
  }

  /** Whether a person appears offline: at once, or once it is known; true when it cannot be found out. */
  isHidden(userId: string): boolean | Promise<boolean> {
    return this.#settings.isHidden(userId)
  }

  /** Compares everybody shown with the store, now and then, until `close`. For a bus that may lose messages. */
  watchStore(): void {
    this.#cancelCheck = this.#deps.scheduler.after(STORE_CHECK_MS, () => {
      this.#directory.doubtAll()
      this.#mirrors.doubtAll()
      this.watchStore()
    })
  }

  /** Nobody is told anything any more. */
  close(): void {
    this.#cancelCheck()
    this.#sessions.close()
    this.#directory.close()
    this.#mirrors.close()
  }

  async #watch(session: LocalSession): Promise<Refusal | null> {
    const { watched } = session
    session.watching = null
    session.watched = []
    this.#unwatched.delete(session)
    try {
      await this.#watches.set(session.peer, watched, () => session.isOver)
      return null
    } catch (error) {
      this.#deps.logger.warn({ err: error }, 'unable to find out who may be watched')
      // Refused, but not given up: a client takes its wish for told.
      if (session.watching === null && !session.isOver) this.#unwatched.set(session, watched)
      return { code: 'unavailable', message: 'unable to watch people; the store is unavailable' }
    }
  }

  #askAgain(): void {
    void this.#watches.askAgain()
    for (const [session, userIds] of this.#unwatched) {
      this.#unwatched.delete(session)
      if (!session.isOver && session.watching === null) void this.watch(session.peer, userIds)
    }
  }

  /** Who joins a room is told who is there; who leaves one may share none with some people any more. */
  #noteMember(roomId: string, event: RoomEvent): void {
    if (event.kind === 'member.joined') {
      for (const audience of this.#rooms.get(roomId) ?? []) audience.joined(event.member.userId)
    }
    if (event.kind !== 'member.left') return
    this.#sessions.leaveRoom(roomId, event.userId)
    this.#watches.left(event.userId, this.#sessionIdsOf(event.userId))
  }

  #sessionIdsOf(userId: string): readonly string[] {
    return [...this.#sessions.of(userId)].map(({ peer }) => peer.sessionId)
  }
}
