import { MAX_INBOX_ROOMS } from '../log/room-log.ts'
import { SharedText } from '../transport/shared-text.ts'
import type { InboxRoom } from './inbox-room.ts'
import type { InboxRooms } from './inbox-rooms.ts'
import type { CursorMark, InboxSession } from './inbox-session.ts'

/** One person with an inbox on this node: the rooms they are in, and their sessions. */
export class Feed {
  readonly userId: string
  readonly sessions = new Set<InboxSession>()
  /** Whether the rooms are known. */
  isLoaded = false
  /** Whether something may have been missed, since the bus may lose messages. */
  isSuspect = false
  /** Up to where what has changed was read from the log, where the bus may lose messages. */
  mark: CursorMark | null = null
  readonly #table: InboxRooms
  readonly #onDue: (session: InboxSession) => void
  /** By id, the longest quiet one first. */
  readonly #rooms = new Map<string, InboxRoom>()
  /** Whether they are all of the person's. */
  #isWhole = true
  #isOver = false
  /** What was heard of joining and leaving while the rooms are read: what is read may be from before. */
  #heard: Map<string, boolean> | null = null
  #inOrder: Promise<unknown> = Promise.resolve()
  #lastShared: SharedText | null = null

  /** `onDue` is called whenever a session has something new to be told. */
  constructor(userId: string, table: InboxRooms, onDue: (session: InboxSession) => void) {
    this.userId = userId
    this.#table = table
    this.#onDue = onDue
  }

  get isOver(): boolean {
    return this.#isOver
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
    this.#heard = new Map()
  }

  /** The rooms as the log told them, the most recently active first. */
  takeRooms(roomIds: readonly string[]): void {
    const mine = new Set(roomIds)
    for (const [roomId, isMine] of this.#heard ?? []) {
      if (isMine) mine.add(roomId)
      else mine.delete(roomId)
    }
    this.#heard = null
    if (this.#isOver) return
    this.#isWhole = roomIds.length < MAX_INBOX_ROOMS
    for (const roomId of [...this.#rooms.keys()]) if (!mine.has(roomId)) this.lose(roomId)
    for (const roomId of [...mine].reverse()) this.#gain(roomId, this.isLoaded)
    this.isLoaded = true
  }

  /** The person has joined the room, as was heard. */
  gain(roomId: string): void {
    this.#heard?.set(roomId, true)
    if (this.isLoaded) this.#gain(roomId, true)
  }

  /** The person is not in the room any more: nothing of it is told from here on. */
  lose(roomId: string): void {
    this.#heard?.set(roomId, false)
    const room = this.#rooms.get(roomId)
    if (room === undefined) return
    this.#drop(room)
    for (const session of this.sessions) {
      session.lose(room)
      this.#onDue(session)
    }
  }

  /** The room's line may have changed. */
  want(room: InboxRoom): void {
    const line = room.lines.get(this.userId)
    if (line === undefined) return
    for (const session of this.sessions) if (session.want(room, line)) this.#onDue(session)
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
  }

  #gain(roomId: string, isNews: boolean): void {
    if (this.#rooms.has(roomId)) return
    const [quietest] = this.#rooms.values()
    if (quietest !== undefined && this.#rooms.size >= MAX_INBOX_ROOMS) {
      this.#isWhole = false
      this.#drop(quietest)
      for (const session of this.sessions) session.forget(quietest)
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
  }
}
