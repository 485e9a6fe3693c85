import { MAX_INBOX_ROOMS } from '../log/room-log.ts'
import type { Clock } from '../platform/clock.ts'
import { SharedText } from '../transport/shared-text.ts'
import type { Heard } from './heard.ts'
import type { InboxRoom } from './inbox-room.ts'
import type { InboxRooms } from './inbox-rooms.ts'
import type { CursorMark, InboxSession } from './inbox-session.ts'
import { SETTLE_MS } from './settled-cursor.ts'

interface FeedDeps {
  readonly table: InboxRooms
  readonly heard: Heard
  readonly clock: Clock
  readonly onDue: (session: InboxSession) => void
}

/** One person with an inbox on this node: the rooms they are in, and their sessions. */
export class Feed {
  readonly userId: string
  readonly sessions = new Set<InboxSession>()
  /** Whether something may have been missed, since the bus may lose messages. */
  isSuspect = false
  /** What was committed up to here has come to the person's sessions, even if the bus has lost it; null where that is not known. */
  mark: CursorMark | null = null
  readonly #table: InboxRooms
  readonly #heard: Heard
  readonly #clock: Clock
  readonly #onDue: (session: InboxSession) => void
  /** By id, the longest quiet one first. */
  readonly #rooms = new Map<string, InboxRoom>()
  /** Whether they are all of the person's. */
  #isWhole = true
  #isOver = false
  #freshUntilMs = Number.POSITIVE_INFINITY
  /** From where on it was not heard what happens in the person's rooms, as they are not known yet; null: they are. */
  #unheardFrom: number | null
  /** What was heard of the person's own joining and leaving while the rooms are read: what is read may be from before. */
  #moves: Map<string, boolean> | null = new Map()
  /** Of which lines something of the person's own was heard while the rooms are not known. */
  readonly #touched = new Set<string>()
  #inOrder: Promise<unknown> = Promise.resolve()
  #lastShared: SharedText | null = null

  /** `onDue` is called whenever a session has something new to be told. */
  constructor(userId: string, { table, heard, clock, onDue }: FeedDeps) {
    this.userId = userId
    this.#table = table
    this.#heard = heard
    this.#clock = clock
    this.#onDue = onDue
    this.#unheardFrom = heard.begin()
  }

  /** Whether the rooms are known. */
  get isLoaded(): boolean {
    return this.#unheardFrom === null
  }

  /** How many rooms the person is in; null: more than are kept here. */
  get total(): number | null {
    return this.#isWhole ? this.#rooms.size : null
  }

  get rooms(): Iterable<InboxRoom> {
    return this.#rooms.values()
  }

  room(roomId: string): InboxRoom | undefined {
    return this.#rooms.get(roomId)
  }

  /** Runs `task` once those before it have ended: what the log tells of one person is taken in the order in which it was asked. */
  inOrder(task: () => Promise<void>): Promise<void> {
    const turn = this.#inOrder.then(task)
    this.#inOrder = turn.catch(() => {})
    return turn
  }

  /** What is heard of joining and leaving from here on counts more than what `takeRooms` is given. */
  beginReadRooms(): void {
    this.#moves ??= new Map()
  }

  /** The rooms as the log told them, the most recently active first. */
  takeRooms(roomIds: readonly string[]): void {
    if (this.#isOver) return
    const mine = new Set(roomIds)
    for (const [roomId, isMine] of this.#moves ?? []) {
      if (isMine) mine.add(roomId)
      else mine.delete(roomId)
    }
    this.#isWhole = roomIds.length < MAX_INBOX_ROOMS
    for (const roomId of [...this.#rooms.keys()]) if (!mine.has(roomId)) this.lose(roomId)
    for (const roomId of [...mine].reverse()) this.#gain(roomId, this.#isNews(roomId))
    this.#moves = null
    this.#listen()
  }

  /** The person has joined the room, as was heard. */
  gain(roomId: string): void {
    this.#moves?.set(roomId, true)
    if (this.isLoaded) this.#gain(roomId, true)
  }

  /** The person is not in the room any more: nothing of it is told from here on. */
  lose(roomId: string): void {
    this.#moves?.set(roomId, false)
    const room = this.#rooms.get(roomId)
    if (room !== undefined) this.#drop(room)
    else if (!this.#isFresh) return
    this.#tellGone(roomId)
  }

  /**
   * The room is gone, for everybody. `members`: who was in it; null: that is not told. When the person's rooms were read just
   * now, or are yet to be, it may be one that a session has listed and that is missing here: if it is not told who was in it,
   * they are told how many theirs are.
   */
  loseDeleted(roomId: string, members: readonly string[] | null): void {
    if (this.#rooms.has(roomId)) {
      this.lose(roomId)
      return
    }
    this.#moves?.set(roomId, false)
    if (!this.#isFresh) return
    if (members !== null) {
      if (members.includes(this.userId)) this.#tellGone(roomId)
      return
    }
    for (const session of this.sessions) {
      if (this.isLoaded && session.peer.inbox?.since == null) continue
      session.tellTotal(null)
      this.#onDue(session)
    }
  }

  /** Something of the person's own has changed in a room's line. */
  touch(roomId: string): void {
    if (!this.isLoaded) this.#touched.add(roomId)
  }

  /** The room's line may have changed. */
  want(room: InboxRoom): void {
    const line = room.line(this.userId)
    if (line === undefined) return
    for (const session of this.sessions) if (session.want(room, line)) this.#onDue(session)
  }

  /** Tells every session how many rooms there are, or, when what has changed cannot be told, to list them anew. */
  tellTotal(total: number | null): void {
    for (const session of this.sessions) {
      if (total === null) session.reply({ kind: 'anew' })
      else session.tellTotalOnce(total)
      if (session.isDue) this.#onDue(session)
    }
  }

  /** The frame of this text; sessions that are told the same at the same time share it. */
  share(text: string): SharedText {
    if (this.sessions.size === 1) return new SharedText(text)
    if (this.#lastShared?.text !== text) this.#lastShared = new SharedText(text)
    return this.#lastShared
  }

  /** The last session has ended. */
  end(): void {
    this.#isOver = true
    for (const room of this.#rooms.values()) this.#table.leave(room, this.userId)
    this.#rooms.clear()
    this.#listen()
  }

  #tellGone(roomId: string): void {
    for (const session of this.sessions) {
      session.lose(roomId)
      this.#onDue(session)
    }
  }

  /** Whether what the bus brings may be from before the rooms were read. */
  get #isFresh(): boolean {
    return this.#clock.monoMs() < this.#freshUntilMs
  }

  /** Whether the sessions have to be told of a room that was not known here. */
  #isNews(roomId: string): boolean {
    const from = this.#unheardFrom
    return (
      from === null || this.#moves?.has(roomId) === true || this.#touched.has(roomId) || this.#heard.has(roomId, from)
    )
  }

  /** From here on what happens is heard room by room. */
  #listen(): void {
    if (this.#unheardFrom !== null) this.#heard.end()
    this.#unheardFrom = null
    this.#freshUntilMs = this.#clock.monoMs() + SETTLE_MS
    this.#touched.clear()
  }

  #gain(roomId: string, isNews: boolean): void {
    if (this.#rooms.has(roomId)) return
    const [quietest] = this.#rooms.values()
    if (quietest !== undefined && this.#rooms.size >= MAX_INBOX_ROOMS) {
      this.#isWhole = false
      this.#drop(quietest)
    }
    const room = this.#table.enter(roomId, this.userId)
    this.#rooms.set(roomId, room)
    if (!isNews) return
    for (const session of this.sessions) {
      session.gain(room)
      this.#onDue(session)
    }
  }

  #drop(room: InboxRoom): void {
    this.#rooms.delete(room.roomId)
    this.#table.leave(room, this.userId)
    for (const session of this.sessions) session.forget(room)
  }
}
