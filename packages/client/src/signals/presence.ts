import {
  encode,
  MAX_STATUS_BYTES,
  MAX_USER_ID_BYTES,
  MAX_WATCHED_PEOPLE,
  type PresenceAnswer,
  type PresenceSet,
  type PresenceUser,
  type UpFrame,
} from '@holdfast/protocol'
import { bytesOf } from '../bytes.ts'
import { type Changes, Emitter } from '../changes.ts'
import { deepEqual, shallowEqual } from '../equal.ts'
import { HoldfastError } from '../errors.ts'
import type { Http } from '../http.ts'
import type { ClientPlatform } from '../platform/platform.ts'
import type { Cancel } from '../platform/scheduler.ts'
import { detectIdle } from './idle.ts'
import type { IdleDetector } from './idle-detector.ts'
import type { IdleOptions } from './idle-options.ts'
import type { MyPresence, Presence, PresenceView, WishedStatus } from './presence-handle.ts'

/** What presence needs from the rest of the client. */
export interface PresenceDeps {
  readonly platform: ClientPlatform
  readonly changes: Changes
  readonly http: Http
  readonly idle: IdleOptions | false | undefined
  /** Says false when there is no session. */
  send(frame: UpFrame): boolean
  userId(): string | null
  /** Whether the server tells of this person in a room that is open. */
  isShown(userId: string): boolean
}

/** What comes together goes out together: changes are told so long after the first. Milliseconds. */
export const SETTLE_MS = 100

type Wishes = Partial<Pick<MyPresence, 'customStatus' | 'dndUntil'>>

/** A userId has no control characters, and is text. */
const USER_ID = /^[^\p{Cc}\p{Cs}]+$/u
const NOBODY: ReadonlyMap<string, PresenceUser> = new Map()
const UNSAID: MyPresence = { status: 'online', wish: null, isIdle: false, customStatus: null, dndUntil: null }

/** How available people are, as the server tells, and this person, as the server is told. */
export class ClientPresence extends Emitter implements Presence {
  readonly #deps: PresenceDeps
  #view: PresenceView = { people: NOBODY, mine: UNSAID }
  /** Whom each one who watches watches. */
  readonly #watches = new Set<ReadonlySet<string>>()
  /** The rooms that are held, the one opened last at the end. */
  #rooms: readonly string[] = []
  /** What was said by way of this client, and by no other device since: told again in each session. */
  #wishes: Wishes = {}
  #isWishDue = false
  /** The last frames of this session, so that nothing is told twice. */
  #toldStatus = ''
  #toldWatch = ''
  #timer: Cancel | null = null
  #detector: IdleDetector | null = null

  constructor(deps: PresenceDeps) {
    super(deps.changes)
    this.#deps = deps
  }

  getSnapshot(): PresenceView {
    return this.#view
  }

  watch(userIds: readonly string[]): () => void {
    // One that is no id at all would have the server refuse them all.
    const ids = new Set(userIds.filter(id => USER_ID.test(id) && bytesOf(id) <= MAX_USER_ID_BYTES))
    this.#watches.add(ids)
    this.look()
    return () => {
      this.#watches.delete(ids)
      this.look()
    }
  }

  setStatus(wish: WishedStatus | null): void {
    this.#amend({ wish })
  }

  setCustomStatus(text: string | null): void {
    if (bytesOf(text ?? '') > MAX_STATUS_BYTES) {
      throw new HoldfastError('too_large', 'unable to set it; it is too long')
    }
    this.#wish({ customStatus: text === '' ? null : text })
  }

  setDoNotDisturb(until: number | null): void {
    this.#wish({ dndUntil: until && Math.ceil(until) })
  }

  async onlineSince(roomId: string, since: number): Promise<readonly PresenceUser[]> {
    const path = `/api/rooms/${encodeURIComponent(roomId)}/presence?since=${since}`
    return (await this.#deps.http.call<PresenceAnswer>('GET', path)).users
  }

  /** This person holds a room, or does not any more. */
  hold(roomId: string, isHeld: boolean): void {
    const others = this.#rooms.filter(id => id !== roomId)
    this.#rooms = isHeld ? [...others, roomId] : others
    this.look()
  }

  /** Changes of how available people are. */
  take(users: readonly PresenceUser[]): void {
    const people = new Map(this.#view.people)
    for (const told of users) {
      const before = people.get(told.userId)
      // Left out is not said: another room tells nothing of where they are.
      const user = before?.currentRoom === undefined ? told : { currentRoom: before.currentRoom, ...told }
      if (!deepEqual(before, user)) people.set(user.userId, user)
      if (user.userId === this.#deps.userId()) this.#takeOwn(user)
    }
    this.#show({ people })
  }

  /** Forgets everybody of whom nobody tells any more: they may have become anything. */
  prune(): void {
    const watched = this.#watched()
    const people = new Map([...this.#view.people].filter(([id]) => watched.has(id) || this.#deps.isShown(id)))
    this.#show({ people })
  }

  /** What goes out with the hello, which by itself makes this person online: nobody is to see what they are not. */
  greeting(): readonly UpFrame[] {
    // The device may have slept.
    this.#detector?.look()
    const frame: PresenceSet = { type: 'presence.set', status: this.#view.mine.status, currentRoom: null }
    this.#toldStatus = encode(frame)
    return frame.status === 'online' ? [] : [frame]
  }

  /** A session has begun. */
  up(): void {
    this.#toldWatch = ''
    this.#isWishDue = Object.keys(this.#wishes).length > 0
    const { idle, platform } = this.#deps
    this.#detector ??= detectIdle(idle, platform, this.#deps.userId() ?? '', isIdle => this.#amend({ isIdle }))
    this.#tell()
  }

  down(): void {
    this.#timer?.()
    this.#timer = null
    this.#show({ people: NOBODY })
  }

  /** Nobody is to be told any more. */
  stop(): void {
    this.down()
    this.#detector?.close()
    this.#detector = null
  }

  forgetAll(): void {
    this.stop()
    this.#wishes = {}
    this.#show({ people: NOBODY, mine: UNSAID })
  }

  /** Something may be different, as when somebody looks at the application or nobody does any more: told in a moment. */
  look(): void {
    this.#timer ??= this.#deps.platform.scheduler.after(SETTLE_MS, () => this.#tell())
  }

  #wish(wishes: Wishes): void {
    this.#wishes = { ...this.#wishes, ...wishes }
    this.#isWishDue = true
    this.#amend(wishes)
  }

  /** Another device may have said something else since; unless this one is about to. */
  #takeOwn({ customStatus = null, dndUntil = null }: PresenceUser): void {
    if (this.#isWishDue) return
    const { mine } = this.#view
    if (customStatus !== mine.customStatus || dndUntil !== mine.dndUntil) this.#wishes = {}
    this.#amend({ customStatus, dndUntil })
  }

  #amend(changes: Partial<MyPresence>): void {
    const mine = { ...this.#view.mine, ...changes }
    mine.status = mine.wish ?? (mine.isIdle ? 'away' : 'online')
    this.#show({ mine })
    this.look()
  }

  #tell(): void {
    this.#timer?.()
    this.#timer = null
    this.prune()
    const { send, platform } = this.#deps
    const currentRoom = (platform.network.isVisible() && this.#rooms.at(-1)) || null
    const base: PresenceSet = { type: 'presence.set', status: this.#view.mine.status, currentRoom }
    const status = encode(base)
    if ((status !== this.#toldStatus || this.#isWishDue) && send({ ...base, ...(this.#isWishDue && this.#wishes) })) {
      this.#toldStatus = status
      this.#isWishDue = false
    }
    const userIds = [...this.#watched()].slice(0, MAX_WATCHED_PEOPLE)
    const watch: UpFrame = { type: 'presence.watch', userIds }
    if (encode(watch) !== this.#toldWatch && send(watch)) this.#toldWatch = encode(watch)
  }

  /** This person first, then whoever was asked for first. */
  #watched(): ReadonlySet<string> {
    return new Set([this.#deps.userId() ?? '', ...[...this.#watches].flatMap(ids => [...ids])])
  }

  #show(change: Partial<PresenceView>): void {
    const view = { ...this.#view, ...change }
    const mine = shallowEqual(view.mine, this.#view.mine) ? this.#view.mine : view.mine
    const { people: before } = this.#view
    const isSame = shallowEqual([...view.people.values()], [...before.values()])
    if (isSame && mine === this.#view.mine) return
    this.#view = { people: isSame ? before : view.people, mine }
    this.changed()
  }
}
