import type { ReadAnswer, Refusal } from '@holdfast/protocol'
import type { Http } from '../http.ts'
import { isLater, positionOf, type ReadPosition } from '../read-position.ts'
import type { ReadMarker } from './read-marker.ts'

/** What a room's own reading needs from the rest of it. */
export interface OwnReadingDeps {
  readonly roomId: string
  /** Of the room, `/api/rooms/…`. */
  readonly path: string
  readonly http: Http
  readonly marker: ReadMarker
  readonly store: {
    readonly position: ReadPosition
    takePosition(position: ReadPosition): void
    doubtPosition(): void
  }
  /** Whether the room is held open. */
  isHeld(): boolean
  /** Something that is shown is different. */
  onChange(): void
}

/** A word of one's own position; `seq` is where the log ends, where it is told too. */
interface Told {
  readonly lastReadSeq: number
  readonly readRevision?: number
  readonly seq?: number
}

/** How far this person has read in one room, as this client knows it and as the server and other devices tell. */
export class OwnReading {
  readonly #deps: OwnReadingDeps
  #isMarkedUnread = false
  #muted = false
  /** Where the room's log is known to end. */
  #head = Number.MAX_SAFE_INTEGER

  constructor(deps: OwnReadingDeps) {
    this.#deps = deps
  }

  get isMarkedUnread(): boolean {
    return this.#isMarkedUnread
  }

  get muted(): boolean {
    return this.#muted
  }

  /** Nothing is read beyond the log's end: the held one's, which is at `head`. What is no number is not above any. */
  markRead(seq: number, head = this.#head): void {
    const { store, marker, roomId } = this.#deps
    this.#head = head
    const further = { ...store.position, lastReadSeq: Math.floor(Math.min(seq, head)) }
    if (this.#isMarkedUnread || !isLater(further, store.position)) return
    store.takePosition(further)
    marker.mark(roomId, further)
  }

  async markUnread(seq: number): Promise<void> {
    const { http, path, store, isHeld } = this.#deps
    this.#mark(isHeld())
    try {
      // What others may see that was read is not to be lost. Answered first: by the socket it might come after the other, and undo it.
      await http.call('PUT', `${path}/read`, { seq: store.position.lastReadSeq })
      const answer = await http.call<ReadAnswer>('PUT', `${path}/unread`, { seq })
      this.hear(answer, () => store.takePosition(positionOf(answer)))
    } catch (error) {
      this.#mark(false)
      throw error
    }
  }

  async setMuted(muted: boolean): Promise<void> {
    await this.#deps.http.call('PUT', `${this.#deps.path}/notifications`, { muted })
    this.hearMuted(muted)
  }

  hearMuted(muted = false): void {
    if (muted === this.#muted) return
    this.#muted = muted
    this.#deps.onChange()
  }

  /** The server knows this person to have read as far as `told` says (null: says nothing), which `take` hands to the store. */
  hear(told: Told | null, take: () => void): void {
    const { store, marker, roomId, isHeld } = this.#deps
    const before = store.position
    take()
    const { position } = store
    // Marked unread, maybe on another device; or read on there after it was.
    if (position.readRevision > before.readRevision) this.#mark(isHeld() && before.readRevision >= 0)
    else if (isLater(position, before)) this.#mark(false)
    if (told === null) return
    this.#head = told.seq ?? this.#head
    marker.confirm(roomId, positionOf(told), this.#head)
  }

  /** When the server will not know of what was read here, what it tells of it next is true, whatever that is. */
  takeRefusal(refusal: Refusal, ref: string | null): void {
    const { store, marker, roomId } = this.#deps
    if (marker.refuse(roomId, refusal, ref)) store.doubtPosition()
  }

  /** Nobody holds the room any more, or this person goes on in it: reading goes on. */
  release(): void {
    this.#mark(false)
  }

  /** Nothing of it may be shown any more. */
  forget(): void {
    this.#head = Number.MAX_SAFE_INTEGER
    this.#mark(false)
    this.hearMuted()
  }

  #mark(isMarkedUnread: boolean): void {
    if (isMarkedUnread === this.#isMarkedUnread) return
    this.#isMarkedUnread = isMarkedUnread
    this.#deps.onChange()
  }
}
