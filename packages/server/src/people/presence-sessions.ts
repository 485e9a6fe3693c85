import { isStorableText, MAX_STATUS_BYTES, type PresenceSet, type Refusal, utf8Length } from '@holdfast/protocol'
import type { Actor } from '../log/actor.ts'
import type { RoomLog } from '../log/room-log.ts'
import type { Logger } from '../observe/logger.ts'
import type { Clock, Scheduler } from '../platform/clock.ts'
import { Agenda } from './agenda.ts'
import { LocalSession, LocalSessions, type PresencePeer } from './local-session.ts'
import type { Mirrors } from './mirrors.ts'
import { Outage } from './outage.ts'
import type { PeopleSettings } from './people-settings.ts'
import type { PersonChange, PutSession } from './person-change.ts'
import type { PresenceStore } from './presence-store.ts'

/** How often a session is spoken for: a third of what the store waits for it. Milliseconds. */
export const RENEW_MS = 30_000
/** How often it is looked which sessions have to be spoken for, in milliseconds, and how many are at a time. */
export const ROUND_MS = 1_000
export const RENEW_SESSIONS = 2_000

/** What the sessions of a node need to be seen. */
export interface PresenceSessionsDeps {
  readonly store: Pick<PresenceStore, 'change'>
  readonly settings: PeopleSettings
  readonly mirrors: Mirrors
  readonly log: Pick<RoomLog, 'access'>
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly logger: Logger
  /** Somebody is another way than before; `isPrivate`: nobody else is told. */
  readonly publish: (userId: string, isPrivate: boolean) => void
  /** Called every ROUND_MS as long as there are sessions. */
  readonly onRound: () => void
}

/** Who asks, and in which session; null: in none, by an HTTP request. */
export interface PresenceSource {
  readonly sessionId: string | null
  readonly actor: Actor
}

const ROUND = Symbol('round')

/** Tells the store of the sessions of this node: that they are there, how they wish to be seen, that they are over. */
export class PresenceSessions {
  readonly #deps: PresenceSessionsDeps
  readonly #sessions = new LocalSessions()
  /** People who change by the passing of time, and when this node has its round. */
  readonly #agenda: Agenda<string | typeof ROUND>
  readonly #logOutage: Outage
  readonly #storeOutage: Outage

  constructor(deps: PresenceSessionsDeps) {
    this.#deps = deps
    this.#agenda = new Agenda(deps, due => this.#run(due))
    this.#logOutage = new Outage(deps.logger)
    this.#storeOutage = new Outage(deps.logger)
  }

  get(sessionId: string): LocalSession | undefined {
    return this.#sessions.get(sessionId)
  }

  /** The sessions of one person. */
  of(userId: string): Iterable<LocalSession> {
    return this.#sessions.of(userId)
  }

  begin(peer: PresencePeer): void {
    const session = new LocalSession(peer, this.#nowMs() + RENEW_MS)
    this.#sessions.add(session)
    void session.next(() => this.#put(session))
    this.#agenda.plan(ROUND, this.#nowMs() + ROUND_MS)
  }

  /** It was the person's last: they are offline once the grace is over. */
  end(sessionId: string): void {
    const session = this.#sessions.take(sessionId)
    if (session === undefined) return
    session.isOver = true
    this.#deps.mirrors.leave(session.peer)
    void session.next(() => this.#change(session.userId, { kind: 'end', sessionId }))
  }

  /** `presence.set`. Wishes that come faster than they can be done are done as one. Never rejects. */
  async set({ sessionId, actor }: PresenceSource, wish: PresenceSet): Promise<Refusal | null> {
    if (typeof wish.customStatus === 'string' && !isStatus(wish.customStatus)) return badStatus()
    if (sessionId === null) return this.#setStandIn(actor, wish)
    const session = this.#sessions.get(sessionId)
    if (session === undefined) return null
    session.wish = { ...session.wish, ...wish }
    session.wishing ??= session.next(() => this.#apply(session))
    return session.wishing
  }

  /** A person has settled whether they appear offline. */
  hide(userId: string, isHidden: boolean): void {
    for (const { peer } of this.#sessions.of(userId)) if (isHidden) this.#deps.mirrors.join(peer)
    if (!isHidden) this.#deps.mirrors.drop(userId)
    void this.#hide(userId, isHidden)
  }

  /** A room is not theirs to look at any more; `userId` null: nobody's. */
  leaveRoom(roomId: string, userId: string | null): void {
    for (const session of userId === null ? this.#sessions.lookingAt(roomId) : this.#sessions.of(userId)) {
      if (session.roomWished === roomId) session.roomWished = null
      if (session.currentRoom !== roomId) continue
      session.currentRoom = null
      // Not at once: a room that is deleted may have had thousands looking at it.
      this.#sessions.hasten(session)
    }
  }

  close(): void {
    this.#agenda.close()
  }

  async #hide(userId: string, isHidden: boolean): Promise<void> {
    if (await this.#change(userId, { kind: 'hide', isHidden })) return
    for (const session of this.#sessions.of(userId)) this.#sessions.hasten(session)
  }

  async #apply(session: LocalSession): Promise<Refusal | null> {
    const { wish } = session
    session.wish = null
    session.wishing = null
    if (wish === null || session.isOver) return null
    const { currentRoom, customStatus, dndUntil } = wish
    if (currentRoom !== undefined && currentRoom !== session.currentRoom) {
      session.roomWished = currentRoom
      const isReadable = await this.#mayRead(session.peer.actor, currentRoom)
      const isStillWished = session.roomWished === currentRoom
      session.roomWished = null
      if (isReadable === null) return unavailable()
      // One that they may not look at is none: the one before is not looked at any more either.
      session.currentRoom = isReadable && isStillWished ? currentRoom : null
    }
    session.status = wish.status
    return this.#put(session, { ...customStatusOf(customStatus), ...(dndUntil !== undefined && { dndUntil }) })
  }

  /** A request has no session that could end: another one, which lasts as long as a silent session does, stands in for it. */
  async #setStandIn(actor: Actor, wish: PresenceSet): Promise<Refusal | null> {
    const { currentRoom, customStatus, dndUntil, status } = wish
    const isReadable = currentRoom === undefined ? true : await this.#mayRead(actor, currentRoom)
    if (isReadable === null || !(await this.#areSettingsKnown(actor.userId))) return unavailable()
    const isDone = await this.#change(actor.userId, {
      kind: 'put',
      sessionId: STAND_IN,
      status,
      device: null,
      isHidden: this.#deps.settings.mayBeHidden(actor.userId),
      ...(currentRoom !== undefined && { currentRoom: isReadable ? currentRoom : null }),
      ...customStatusOf(customStatus),
      ...(dndUntil !== undefined && { dndUntil }),
    })
    return isDone ? null : unavailable()
  }

  async #put(
    session: LocalSession,
    person: Pick<PutSession, 'customStatus' | 'dndUntil'> = {},
  ): Promise<Refusal | null> {
    const { peer, userId, status, currentRoom } = session
    // Whoever may have wished not to be seen is not shown before it is known that they have not.
    if (session.isOver) return unavailable()
    if (!(await this.#areSettingsKnown(userId))) return this.#again(session)
    const isHidden = this.#deps.settings.mayBeHidden(userId)
    const { device, sessionId } = peer
    const put = { kind: 'put', sessionId, status, device, currentRoom, isHidden, ...person } as const
    if (!(await this.#change(userId, put))) return this.#again(session)
    if (isHidden && !session.isOver) this.#deps.mirrors.join(peer)
    return null
  }

  /** A store was away: the next round tries again. */
  #again(session: LocalSession): Refusal {
    this.#sessions.hasten(session)
    return unavailable()
  }

  async #areSettingsKnown(userId: string): Promise<boolean> {
    try {
      await this.#deps.settings.load(userId)
      this.#logOutage.isOver()
      return true
    } catch (error) {
      this.#logOutage.warn(error, 'unable to show who is there; their settings are not known')
      return false
    }
  }

  /** Null when the log is away. */
  async #mayRead(actor: Actor, roomId: string | null): Promise<boolean | null> {
    try {
      return roomId === null || (await this.#deps.log.access(roomId, actor)).ok
    } catch (error) {
      this.#deps.logger.warn({ err: error, roomId }, 'unable to find out who may read a room')
      return null
    }
  }

  /** Whether it was noted. Never rejects. */
  async #change(userId: string, change: PersonChange): Promise<boolean> {
    try {
      const nowMs = this.#nowMs()
      const { news, dueInMs } = await this.#deps.store.change(userId, change)
      if (dueInMs !== null) this.#agenda.plan(userId, nowMs + dueInMs)
      if (news !== 'none') this.#deps.publish(userId, news === 'own')
      this.#storeOutage.isOver()
      return true
    } catch (error) {
      this.#storeOutage.warn(error, 'unable to note who is there')
      this.#agenda.plan(userId, this.#nowMs() + RENEW_MS)
      return false
    }
  }

  #run(due: readonly (string | typeof ROUND)[]): void {
    for (const key of due) {
      if (key === ROUND) this.#round()
      else void this.#change(key, { kind: 'tick' })
    }
  }

  #round(): void {
    const nowMs = this.#nowMs()
    for (const session of this.#sessions.due(nowMs, nowMs + RENEW_MS, RENEW_SESSIONS)) {
      void session.next(() => this.#put(session))
    }
    this.#deps.onRound()
    if (this.#sessions.size > 0) this.#agenda.plan(ROUND, nowMs + ROUND_MS)
  }

  #nowMs(): number {
    return this.#deps.clock.monoMs()
  }
}

/** The session that stands in for a person's requests. No session that a node names is called so. */
export const STAND_IN = 'http'

function isStatus(text: string): boolean {
  return utf8Length(text) <= MAX_STATUS_BYTES && isStorableText(text)
}

/** A blank one says nothing. */
function customStatusOf(text: string | null | undefined): Pick<PutSession, 'customStatus'> {
  return text === undefined ? {} : { customStatus: text === null || text.trim() === '' ? null : text }
}

function badStatus(): Refusal {
  const message = `unable to set the status; it must be at most ${MAX_STATUS_BYTES} bytes of well-formed text`
  return { code: 'bad_request', message }
}

function unavailable(): Refusal {
  return { code: 'unavailable', message: 'unable to set the status; the store is unavailable' }
}
