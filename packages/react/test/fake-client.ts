import type {
  Client,
  ConnectionStatus,
  MessageEntry,
  Presence,
  PresenceView,
  Readable,
  RoomHandle,
  RoomList,
  RoomListView,
  RoomView,
  SendOptions,
  Settings,
  SettingsView,
} from '@holdfast/client'
import { DEFAULT_SESSION_LIMITS, type Message, type PersonSettings, type PresenceUser } from '@holdfast/protocol'

/** A value that a test sets: the views of a client without the client. */
export class Cell<T> implements Readable<T> {
  readonly #listeners = new Set<() => void>()
  #value: T

  constructor(value: T) {
    this.#value = value
  }

  get listenerCount(): number {
    return this.#listeners.size
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): T => this.#value

  set(value: T): void {
    this.#value = value
    for (const listener of [...this.#listeners]) listener()
  }
}

/** A room that records what is asked of it. `edit` and the like end as the test says. */
export class FakeRoom extends Cell<RoomView> {
  readonly id: string
  readonly sent: { readonly content: string; readonly options: SendOptions | undefined }[] = []
  readonly edits: { readonly messageId: string; readonly content: string }[] = []
  editAnswer: Promise<void> = Promise.resolve()
  sendAnswer: Promise<never> = new Promise(() => {})
  /** Every opening and closing, in order. */
  readonly holds: ('open' | 'close')[] = []
  /** Every key that was told of, and every end of it, in order. */
  readonly keys: ('typing' | 'stop')[] = []

  constructor(id: string) {
    super(emptyView(id))
    this.id = id
  }

  open(): () => void {
    this.holds.push('open')
    return () => this.holds.push('close')
  }

  send(content: string, options?: SendOptions) {
    this.sent.push({ content, options })
    return { clientId: `c${this.sent.length}`, acknowledged: this.sendAnswer }
  }

  edit(messageId: string, content: string): Promise<void> {
    this.edits.push({ messageId, content })
    return this.editAnswer
  }

  typing(): void {
    this.keys.push('typing')
  }

  stopTyping(): void {
    this.keys.push('stop')
  }

  asHandle(): RoomHandle {
    return this as unknown as RoomHandle
  }
}

/** A presence that holds the people a test puts into it, and records who is watched and what is wished. */
export class FakePresence extends Cell<PresenceView> {
  readonly watched: string[] = []
  /** How often somebody asked to be told of people. */
  asked = 0
  readonly wishes: unknown[] = []

  constructor() {
    super({
      people: new Map(),
      mine: { status: 'online', wish: null, isIdle: false, customStatus: null, dndUntil: null },
    })
  }

  /** Puts somebody's presence in the place of what was known of them. */
  tell(person: PresenceUser): void {
    const { people, mine } = this.getSnapshot()
    this.set({ mine, people: new Map(people).set(person.userId, person) })
  }

  watch(userIds: readonly string[]): () => void {
    this.asked += 1
    this.watched.push(...userIds)
    return () => {
      for (const userId of userIds) this.watched.splice(this.watched.indexOf(userId), 1)
    }
  }

  setStatus(status: unknown): void {
    this.wishes.push(status)
  }
}

/** Settings that record what is asked to change. */
export class FakeSettings extends Cell<SettingsView> {
  readonly updates: Partial<PersonSettings>[] = []

  constructor() {
    super({ settings: null, error: null })
  }

  update(changes: Partial<PersonSettings>): Promise<void> {
    this.updates.push(changes)
    return Promise.resolve()
  }
}

/** A client that holds what a test puts into it and counts the sockets it would have opened. */
export class FakeClient {
  readonly connection = new Cell<ConnectionStatus>({ state: 'idle' })
  readonly list = new Cell<RoomListView>(listOf([]))
  readonly people = new FakePresence()
  readonly mySettings = new FakeSettings()
  userId = 'me'
  readonly limits = DEFAULT_SESSION_LIMITS
  readonly #rooms = new Map<string, FakeRoom>()
  /** Every connect and disconnect, in order. */
  readonly calls: ('connect' | 'disconnect')[] = []

  get rooms(): RoomList {
    return this.list as unknown as RoomList
  }

  get presence(): Presence {
    return this.people as unknown as Presence
  }

  get settings(): Settings {
    return this.mySettings as unknown as Settings
  }

  connect(): void {
    this.calls.push('connect')
    this.connection.set({ state: 'online', since: 0 })
  }

  disconnect(): void {
    this.calls.push('disconnect')
    this.connection.set({ state: 'idle' })
  }

  room(roomId: string): RoomHandle {
    return this.fake(roomId).asHandle()
  }

  fake(roomId: string): FakeRoom {
    const room = this.#rooms.get(roomId) ?? new FakeRoom(roomId)
    this.#rooms.set(roomId, room)
    return room
  }

  asClient(): Client {
    return this as unknown as Client
  }
}

export function listOf(rooms: RoomListView['rooms']): RoomListView {
  return { rooms, loading: false, hasMore: false, error: null, unreadRooms: 0, mentions: 0 }
}

export function emptyView(id: string): RoomView {
  return {
    id,
    status: 'joining',
    refusal: null,
    detachCode: null,
    room: null,
    members: [],
    memberCount: 0,
    me: null,
    timeline: [],
    hasMore: false,
    loadingOlder: false,
    unread: 0,
    mentions: 0,
    muted: false,
    lastReadSeq: 0,
    isMarkedUnread: false,
    reads: {},
    typing: { userIds: [], count: 0 },
    continuity: { epoch: null, seq: 0, complete: false, gap: null },
  }
}

/** Message number `seq` of a room, with `content`. */
export function message(seq: number, content: string): Message {
  return {
    id: `m${seq}`,
    seq,
    roomId: 'r',
    senderId: 'me',
    senderName: 'Me',
    clientId: `c${seq}`,
    type: 'text',
    content,
    replyTo: null,
    attachments: [],
    mentions: [],
    seen: null,
    createdAt: seq,
    editedAt: null,
    deletedAt: null,
    reactions: {},
    pinned: false,
  }
}

export function entry(seq: number, content: string): MessageEntry {
  return { kind: 'message', key: `me:c${seq}`, message: message(seq, content), status: 'sent', own: true, seen: false }
}
