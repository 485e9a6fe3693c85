import type { CreateRoomBody, DiscoverPage, Refusal, Room, RoomListEntry, RoomPage } from '@holdfast/protocol'
import { type Changes, Emitter } from '../changes.ts'
import { shallowEqual } from '../equal.ts'
import type { Http } from '../http.ts'
import type { ClientPlatform } from '../platform/platform.ts'
import type { Cancel } from '../platform/scheduler.ts'
import { keepEntries, type RoomNews, withMore, withNews } from './room-list-data.ts'
import type { RoomList } from './room-list-handle.ts'
import type { RoomListView } from './room-list-view.ts'

/** What the list needs from the rest of the client. */
export interface RoomListDeps {
  readonly platform: ClientPlatform
  readonly changes: Changes
  readonly http: Http
  /** These rooms are this person's, and so far have they read. `isCurrent`: nothing has changed since the reading began. */
  onEntries(entries: readonly RoomListEntry[], isCurrent: boolean): void
  /** What the rooms that are open know better than any answer: that one has been read, say, which the server is told in a moment. */
  news(): readonly RoomNews[]
}

/** How often the list is read again while a person is looking: what happens in rooms that are not open shows so late. Milliseconds. */
export const REFRESH_EVERY_MS = 15_000
/** Pages that reading the list again goes through at most. */
export const MAX_REFRESH_PAGES = 10

const EMPTY: RoomListView = { rooms: [], unreadRooms: 0, mentions: 0, loading: false, hasMore: false, error: null }

/** The list of this person's rooms, read over HTTP and overlaid with what the open rooms know. */
export class HttpRoomList implements RoomList {
  readonly #deps: RoomListDeps
  readonly #emitter: Emitter
  #view: RoomListView = EMPTY
  #nextCursor: string | null = null
  /** Pages shown, so that reading again does not shorten the list. */
  #pages = 1
  #reading: Promise<void> | null = null
  /** Something has changed since the reading under way began. */
  #isStale = false
  #timer: Cancel | null = null
  #unwatch: (() => void) | null = null
  #isOnline = false
  /** Counts the people this list was of, so that what was read for one is not shown to the next. */
  #generation = 0

  constructor(deps: RoomListDeps) {
    this.#deps = deps
    this.#emitter = new Emitter(deps.changes)
  }

  subscribe(listener: () => void): () => void {
    return this.#emitter.subscribe(listener)
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
      this.#pages++
      this.#show(withMore(this.#view.rooms, page.rooms), page.nextCursor)
    })
  }

  discover(query = '', cursor?: string): Promise<DiscoverPage> {
    const search = new URLSearchParams({
      discover: 'true',
      ...(query !== '' && { q: query }),
      ...(cursor && { cursor }),
    })
    return this.#deps.http.call('GET', `/api/rooms?${search}`)
  }

  async create(body: CreateRoomBody): Promise<Room> {
    const room = await this.#deps.http.call<Room>('POST', '/api/rooms', body)
    void this.refresh()
    return room
  }

  /** A session has begun. */
  up(): void {
    this.#isOnline = true
    void this.refresh()
    this.#arm()
    this.#unwatch = this.#deps.platform.network.watch(change => {
      if (change === 'visible') void this.refresh()
    })
  }

  down(): void {
    this.#isOnline = false
    this.#timer?.()
    this.#timer = null
    this.#unwatch?.()
    this.#unwatch = null
  }

  /** An open room knows better. */
  tell(news: RoomNews): void {
    this.#set({ ...this.#view, rooms: withNews(this.#view.rooms, news) })
  }

  forgetAll(): void {
    this.down()
    this.#generation++
    this.#reading = null
    this.#isStale = false
    this.#nextCursor = null
    this.#pages = 1
    this.#set(EMPTY)
  }

  #arm(): void {
    this.#timer?.()
    this.#timer = this.#deps.platform.scheduler.after(REFRESH_EVERY_MS, () => {
      this.#timer = null
      if (!this.#isOnline) return
      if (this.#deps.platform.network.isVisible()) void this.refresh()
      this.#arm()
    })
  }

  #read(loading: boolean, work: (generation: number) => Promise<void>): Promise<void> {
    const generation = this.#generation
    this.#set({ ...this.#view, loading })
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
    this.#set({ ...this.#view, loading: false, error })
    if (!this.#isStale) return
    this.#isStale = false
    if (this.#isOnline) void this.refresh()
  }

  async #readAll(generation: number): Promise<void> {
    let rooms: readonly RoomListEntry[] = []
    let cursor: string | null = null
    for (let read = 0; read < Math.min(this.#pages, MAX_REFRESH_PAGES); read++) {
      const page: RoomPage = await this.#page(cursor)
      rooms = withMore(rooms, page.rooms)
      cursor = page.nextCursor
      if (cursor === null) break
    }
    if (generation !== this.#generation) return
    this.#show(rooms, cursor)
  }

  #page(cursor: string | null): Promise<RoomPage> {
    const search = cursor === null ? '' : `?${new URLSearchParams({ cursor })}`
    return this.#deps.http.call('GET', `/api/rooms${search}`)
  }

  #show(read: readonly RoomListEntry[], nextCursor: string | null): void {
    this.#nextCursor = nextCursor
    let rooms = read
    for (const news of this.#deps.news()) rooms = withNews(rooms, news)
    this.#set({ ...this.#view, rooms: keepEntries(rooms, this.#view.rooms), hasMore: nextCursor !== null })
    this.#deps.onEntries(read, !this.#isStale)
  }

  #set(view: RoomListView): void {
    if (shallowEqual(view, this.#view)) return
    this.#view = view
    this.#emitter.changed()
  }
}
