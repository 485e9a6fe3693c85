import type {
  CreateRoomBody,
  DiscoverPage,
  Inbox,
  Refusal,
  Room,
  RoomListEntry,
  RoomPage,
  SessionHello,
} from '@holdfast/protocol'
import { type Changes, Emitter } from '../changes.ts'
import { shallowEqual } from '../equal.ts'
import type { Http } from '../http.ts'
import type { ClientPlatform } from '../platform/platform.ts'
import type { Cancel } from '../platform/scheduler.ts'
import { Newcomers } from './newcomers.ts'
import { isOlder, keepEntries, type RoomNews, withLine, withMore, withNews } from './room-list-data.ts'
import type { RoomList } from './room-list-handle.ts'
import type { RoomListView } from './room-list-view.ts'

/** What the list needs from the rest of the client. */
export interface RoomListDeps {
  readonly platform: ClientPlatform
  readonly changes: Changes
  readonly http: Http
  /** These rooms are this person's, as the server told. `isCurrent`: nothing has changed since it was asked. */
  onEntries(entries: readonly RoomListEntry[], isCurrent: boolean): void
  /** What the rooms that are open know better than any answer: that one has been read, say, which the server is told in a moment. */
  news(): readonly RoomNews[]
}

/**
 * How long until the list is read again when nothing keeps it current: the server has no inbox, has not answered, or the last
 * reading failed. Milliseconds.
 */
export const REFRESH_EVERY_MS = 15_000
/** Rooms on a page, and pages that reading the list goes through at most; `loadMore` reads on. */
export const PAGE_ROOMS = 100
export const MAX_PAGES = 10
/** Frames of the inbox kept while the list is being read; with more it is read once more. */
export const MAX_WAITING_FRAMES = 100

const EMPTY: RoomListView = { rooms: [], unreadRooms: 0, mentions: 0, loading: false, hasMore: false, error: null }

/**
 * The list of this person's rooms: read over HTTP once, kept current by the inbox from then on, and overlaid with what the
 * open rooms know. After a reconnect only what has changed since is told.
 */
export class HttpRoomList extends Emitter implements RoomList {
  readonly #deps: RoomListDeps
  readonly #newcomers: Newcomers
  #view: RoomListView = EMPTY
  #nextCursor: string | null = null
  /** Up to where the list shows what the inbox told. Null: the list was not read, or there is no inbox. */
  #inboxCursor: string | null = null
  #reading: Promise<void> | null = null
  /** Frames that came while the list was being read: they may tell what it does not. */
  #waiting: Inbox[] = []
  /** Something has changed since the reading under way began. */
  #isStale = false
  #timer: Cancel | null = null
  #isOnline = false
  /** Counts the people this list was of, so that what was read for one is not shown to the next. */
  #generation = 0

  constructor(deps: RoomListDeps) {
    super(deps.changes)
    this.#deps = deps
    this.#newcomers = new Newcomers({
      http: deps.http,
      onRoom: entry => this.#take([entry], [...this.#view.rooms.filter(({ id }) => id !== entry.id), entry]),
      onTrouble: () => void this.refresh(),
    })
  }

  getSnapshot(): RoomListView {
    return this.#view
  }

  refresh(): Promise<void> {
    if (this.#reading !== null) {
      this.#isStale = true
      return this.#reading
    }
    return this.#read(this.#view.rooms.length === 0, generation => this.#readAll(generation))
  }

  async loadMore(): Promise<void> {
    await this.#reading
    const cursor = this.#nextCursor
    if (cursor === null) return
    await this.#read(true, async generation => {
      const page = await this.#page(cursor)
      if (generation !== this.#generation) return
      this.#nextCursor = page.nextCursor
      this.#take(page.rooms, withMore(this.#view.rooms, page.rooms))
    })
  }

  discover(query = '', cursor?: string): Promise<DiscoverPage> {
    const search = new URLSearchParams({
      discover: 'true',
      ...(query && { q: query }),
      ...(cursor && { cursor }),
    })
    return this.#deps.http.call('GET', `/api/rooms?${search}`)
  }

  async create(body: CreateRoomBody): Promise<Room> {
    const room = await this.#deps.http.call<Room>('POST', '/api/rooms', body)
    void this.refresh()
    return room
  }

  /** What the hello of the next session asks for. */
  hello(): Pick<SessionHello, 'inbox' | 'inboxSince'> {
    return { inbox: true, inboxSince: this.#inboxCursor ?? undefined }
  }

  /** A session has begun. */
  up(): void {
    this.#isOnline = true
    if (this.#inboxCursor === null) void this.refresh()
    this.#arm()
  }

  /** The person looks again. */
  visible(): void {
    if (this.#timer !== null) void this.refresh()
  }

  down(): void {
    this.#isOnline = false
    this.#disarm()
    this.#newcomers.clear()
    this.#waiting = []
  }

  /** An open room knows better. */
  learn(news: RoomNews): void {
    this.#set({ rooms: withNews(this.#view.rooms, news) })
  }

  /** This person has changed something about one of their rooms, and the server has taken it. */
  amend(roomId: string, change: Pick<RoomListEntry, 'muted'>): void {
    const rooms = this.#view.rooms.map(entry => (entry.id === roomId ? { ...entry, ...change } : entry))
    this.#set({ rooms })
  }

  /** What the server tells of this person's rooms. */
  takeInbox(frame: Inbox): void {
    if (this.#reading === null) {
      this.#follow(frame, false)
      return
    }
    if (this.#waiting.length < MAX_WAITING_FRAMES) this.#waiting.push(frame)
    else this.#readAnew()
  }

  forgetAll(): void {
    this.down()
    this.#generation++
    this.#reading = null
    this.#isStale = false
    this.#nextCursor = null
    this.#inboxCursor = null
    this.#set(EMPTY)
  }

  /** `isLate`: it came while the list was being read, so the list may be newer. */
  #follow({ rooms: lines, gone = [], total, cursor }: Inbox, isLate: boolean): void {
    // The list has not been read: what the frame tells is in it when it is.
    if (this.#inboxCursor === null) return
    if (total !== undefined && total < 0) {
      this.#readAnew()
      return
    }
    const told = new Map(lines.map(line => [line.roomId, line]))
    const fresh: RoomListEntry[] = []
    const rooms = this.#view.rooms.flatMap(entry => {
      const line = told.get(entry.id)
      told.delete(entry.id)
      if (gone.includes(entry.id)) return []
      if (line === undefined || (isLate && isOlder(line, entry))) return [entry]
      fresh.push(withLine(entry, line))
      return fresh.slice(-1)
    })
    for (const roomId of gone) this.#newcomers.delete(roomId)
    this.#newcomers.meet([...told.values()])
    this.#take(fresh, rooms)
    // A room that is still asked for is to be told again if the connection ends before it is here.
    if (cursor !== undefined && this.#newcomers.size === 0) this.#inboxCursor = cursor
    if (total === undefined) return
    this.#disarm()
    // Something is missing here, or is here that should not be: a frame of an earlier session was lost.
    if (!this.#view.hasMore && rooms.length + this.#newcomers.size !== total) void this.refresh()
    else this.#set({ error: null })
  }

  /** What is shown is no ground for what the inbox will tell. */
  #readAnew(): void {
    this.#inboxCursor = null
    void this.refresh()
  }

  #arm(): void {
    this.#disarm()
    this.#timer = this.#deps.platform.scheduler.after(REFRESH_EVERY_MS, () => {
      this.#arm()
      if (this.#deps.platform.network.isVisible()) void this.refresh()
    })
  }

  #disarm(): void {
    this.#timer?.()
    this.#timer = null
  }

  #read(loading: boolean, work: (generation: number) => Promise<void>): Promise<void> {
    const generation = this.#generation
    this.#set({ loading })
    this.#reading = work(generation)
      .then(
        () => null,
        // Whatever HTTP rejects with is a refusal in form too.
        (error: Refusal) => ({ code: error.code, message: error.message }),
      )
      .then(error => this.#finish(generation, error))
    return this.#reading
  }

  #finish(generation: number, error: Refusal | null): void {
    if (generation !== this.#generation) return
    this.#reading = null
    this.#set({ loading: false, error })
    for (const frame of this.#waiting.splice(0)) this.#follow(frame, true)
    if (!this.#isOnline) return
    if (error === null && this.#inboxCursor !== null) this.#disarm()
    else if (this.#timer === null) this.#arm()
    if (this.#isStale) void this.refresh()
  }

  async #readAll(generation: number): Promise<void> {
    this.#isStale = false
    let rooms: readonly RoomListEntry[] = []
    const first = await this.#page(null)
    let page = first
    for (let read = 1; ; read++) {
      rooms = withMore(rooms, page.rooms)
      if (page.nextCursor === null || read === MAX_PAGES) break
      page = await this.#page(page.nextCursor)
    }
    if (generation !== this.#generation) return
    // A reading that was under way when this session began may lack what happened in between: the next one will not.
    if (!this.#isStale) this.#inboxCursor = first.inboxCursor ?? null
    this.#nextCursor = page.nextCursor
    // Here now, and kept current from here on: an answer that is on its way is older.
    for (const { id } of rooms) this.#newcomers.delete(id)
    this.#take(rooms, rooms)
  }

  #page(cursor: string | null): Promise<RoomPage> {
    const search = new URLSearchParams({ limit: `${PAGE_ROOMS}`, ...(cursor && { cursor }) })
    return this.#deps.http.call('GET', `/api/rooms?${search}`)
  }

  /** `rooms`, of which `told` is news. The open rooms hear it first, so that they know it when they know better. */
  #take(told: readonly RoomListEntry[], rooms: readonly RoomListEntry[]): void {
    this.#deps.changes.batch(() => {
      this.#deps.onEntries(told, !this.#isStale)
      let shown = rooms
      for (const news of this.#deps.news()) shown = withNews(shown, news)
      this.#set({ rooms: shown, hasMore: this.#nextCursor !== null })
    })
  }

  #set(change: Partial<RoomListView>): void {
    const view = { ...this.#view, ...change }
    const rooms = keepEntries(view.rooms, this.#view.rooms)
    const unreadRooms = rooms.filter(({ unread, muted }) => unread > 0 && !muted).length
    const mentions = rooms.reduce((sum, room) => sum + room.mentions, 0)
    const now = { ...view, rooms, unreadRooms, mentions }
    if (shallowEqual(now, this.#view)) return
    this.#view = now
    this.changed()
  }
}
