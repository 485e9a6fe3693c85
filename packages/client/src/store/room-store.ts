import { createdIn, type HistoryPage, type Message, type RoomEvent, type RoomSnapshot } from '@holdfast/protocol'
import { isLater, positionOf, type ReadPosition, UNKNOWN_POSITION } from '../read-position.ts'
import { withPage } from './history-page.ts'
import { dataOf, type RoomData, type RoomLine, withEvents, withLine, withPosition, withReads } from './room-data.ts'
import type { PendingEntry } from './timeline-entry.ts'

/** What a store needs from the rest of the client. */
export interface RoomStoreDeps {
  userId(): string | null
  /** The log is another one from here on (a backup was restored): what the list tells of the room may be of the old one. */
  onMembership(): void
  /** What is held is something else now. */
  onChange(): void
  /** The log shows these messages: from a snapshot, from events, or from a page of history. */
  onMessages(messages: readonly Message[]): void
}

/** Events kept while a page of history is on its way; when more come, the page is read again. */
export const MAX_RETAINED_EVENTS = 5_000

/** Events applied since a page of history was asked for. `from`: the seq held at that moment. */
interface Retained {
  readonly from: number
  readonly events: RoomEvent[]
}

/** Holds one room: what sync lets through, the history before it, and what was acknowledged but is not in the log held yet. */
export class RoomStore {
  readonly #deps: RoomStoreDeps
  #data: RoomData | null = null
  /** How far this person has read, as far as was heard, whether or not anything of the room is held. */
  #position: ReadPosition = UNKNOWN_POSITION
  /** What a list told last: it may be ahead of what is held, and counts once that has come as far. */
  #line: RoomLine | null = null
  #retained: Retained | null = null
  /** Acknowledged messages whose place in the log has not arrived, with their seq. */
  #landed: ReadonlyMap<PendingEntry, number> = new Map()

  constructor(deps: RoomStoreDeps) {
    this.#deps = deps
  }

  get data(): RoomData | null {
    return this.#data
  }

  get position(): ReadPosition {
    return this.#position
  }

  /** Messages that are durable and not in the log held yet. */
  get landed(): readonly PendingEntry[] {
    return [...this.#landed.keys()]
  }

  applySnapshot(snapshot: RoomSnapshot): void {
    this.#retained = null
    // Another log: what was to come in the old one will not.
    if (this.#data && snapshot.epoch !== this.#data.state.epoch) {
      this.#forget()
      this.#deps.onMembership()
    }
    const data = dataOf(snapshot, this.#data, this.#deps.userId())
    this.takePosition(data)
    this.#set(withPosition(data, this.#position, this.#deps.userId()))
    this.#deps.onMessages(snapshot.messages)
  }

  applyEvents(events: readonly RoomEvent[]): void {
    if (this.#data === null) return
    this.#retain(events)
    this.#set(withEvents(this.#data, events, this.#deps.userId()))
    this.#deps.onMessages(createdIn(events))
  }

  /** Positions that others are shown, and this person's `own` where they hold it. */
  applyReads(reads: Readonly<Record<string, number>>, own: ReadPosition | null): void {
    if (this.#data) this.#set(withReads(this.#data, reads))
    if (own) this.takePosition(own)
  }

  /** This person has read so far, as this client or another one says. */
  takePosition(position: ReadPosition): void {
    if (!isLater(position, this.#position)) return
    this.#position = positionOf(position)
    if (this.#data) this.#set(withPosition(this.#data, this.#position, this.#deps.userId()))
  }

  /** Of how far this person has read, whatever is told next counts. */
  doubtPosition(): void {
    const { readRevision } = UNKNOWN_POSITION
    this.#position = { ...this.#position, readRevision }
    if (this.#data) this.#set({ ...this.#data, readRevision })
  }

  /** What a list tells of the room. */
  takeLine(line: RoomLine): void {
    this.takePosition(positionOf(line))
    this.#line = line
    this.#set(this.#data)
  }

  /** Nothing of it may be shown any more. */
  drop(): void {
    this.#retained = null
    this.#forget()
    this.#set(null)
  }

  /** `message` is durable at `seq`: shown as it is until the log held reaches that. */
  land(message: PendingEntry, seq: number): void {
    if (this.#data === null || this.#data.state.seq >= seq) return
    this.#landed = new Map([...this.#landed, [message, seq]])
    this.#deps.onChange()
  }

  /** From now on events are kept, so that a page that is asked for now can be brought up to date. */
  expectPage(): void {
    this.#retained = this.#data === null ? null : { from: this.#data.state.seq, events: [] }
  }

  /** Puts a page of older messages before those held; false when it does not fit and has to be read again. */
  addPage(page: HistoryPage): boolean {
    const retained = this.#retained
    this.#retained = null
    if (this.#data === null || retained === null) return false
    const data = withPage(this.#data, page, retained.events, retained.from, this.#deps.userId())
    if (data === null) return false
    // Before they are shown: a message of this client that was still on its way is not to be there twice.
    this.#deps.onMessages(page.messages)
    this.#set(data)
    return true
  }

  /** What was heard beside the log is of no use any more. */
  #forget(): void {
    this.#landed = new Map()
    this.#position = UNKNOWN_POSITION
    this.#line = null
  }

  #retain(events: readonly RoomEvent[]): void {
    if (this.#retained === null) return
    if (this.#retained.events.length + events.length > MAX_RETAINED_EVENTS) this.#retained = null
    else this.#retained.events.push(...events)
  }

  #set(now: RoomData | null): void {
    const data = now && this.#line ? withLine(now, this.#line) : now
    if (data === this.#data) return
    this.#data = data
    const seq = data?.state.seq ?? Number.POSITIVE_INFINITY
    this.#landed = new Map([...this.#landed].filter(([, at]) => at > seq))
    this.#deps.onChange()
  }
}
