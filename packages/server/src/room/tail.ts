import { type LeaveReason, parseJson, type RoomEvent, tombstone } from '@holdfast/protocol'
import { SharedText } from '../transport/shared-text.ts'

/** How much of a room is kept encoded. A reader who is further behind is served from the log. */
export interface TailLimits {
  /** Most events. */
  readonly events: number
  /** Most JSON, in UTF-16 units; the latest event is kept whatever its size. */
  readonly size: number
}

/** Some hundred messages of ordinary size, in a quarter of a megabyte. */
export const DEFAULT_TAIL: TailLimits = { events: 512, size: 262_144 }
/** By how much a tail may pass its limits before `trim` cuts it back to them: cutting at each event would cost too much. */
const SLACK = 1.25
/** By how much it may pass them before its events have to be handed over and trimmed. */
const FULL = 16
/** Frames kept for others who stand at the same place: the end of the tail, and where most were when a crowd was cut off. */
const MAX_FRAMES_KEPT = 8
/** A frame of events ends with the one that brings it to this size, in UTF-16 units. */
export const MAX_EVENTS_FRAME = 131_072

/** Somebody who left, and where in the log. */
export interface Leave {
  readonly seq: number
  readonly userId: string
  readonly reason: LeaveReason
}

/** Events as a frame, and the last seq in it. */
export interface EventsFrame {
  readonly message: SharedText
  readonly lastSeq: number
  readonly count: number
}

interface Entry {
  readonly seq: number
  /** The message that this event shows the content of, or null. */
  readonly messageId: string | null
  json: string
}

/**
 * A room's latest events, each encoded once, from which live frames and catch-up frames alike are put together. A frame is
 * made once for all who stand at the same place.
 *
 * Contiguous: it holds every event after `floor` up to `seq`. It grows by what is committed together, so that all who are live
 * are served from it; once they are, `trim` brings it back to its limits.
 */
export class Tail {
  readonly #roomId: string
  readonly #limits: TailLimits
  #entries: Entry[] = []
  #leaves: Leave[] = []
  #seq: number
  #size = 0
  readonly #frames = new Map<number, EventsFrame>()

  /** An empty tail of a room whose log stands at `seq`. */
  constructor(roomId: string, seq: number, limits: TailLimits) {
    this.#roomId = roomId
    this.#limits = limits
    this.#seq = seq
  }

  /** The last event. */
  get seq(): number {
    return this.#seq
  }

  /** Readers who stand here or later can be served. */
  get floor(): number {
    return this.#seq - this.#entries.length
  }

  /** Takes the next event: `event.seq` is `seq + 1`. */
  append(event: RoomEvent): void {
    this.#frames.clear()
    if (event.kind === 'message.deleted') this.#erase(event.messageId, event.deletedAt)
    if (event.kind === 'member.left') {
      this.#leaves.push({ seq: event.seq, userId: event.userId, reason: event.reason })
    }
    const json = JSON.stringify(event)
    this.#entries.push({ seq: event.seq, messageId: shownMessage(event), json })
    this.#seq = event.seq
    this.#size += json.length
  }

  /** Whether its events must be handed over and trimmed before more are taken. */
  get isFull(): boolean {
    return this.#entries.length > this.#limits.events * FULL || this.#size > this.#limits.size * FULL
  }

  /** Drops the oldest events beyond the limits. */
  trim(): void {
    const { events, size } = this.#limits
    if (this.#entries.length <= events * SLACK && this.#size <= size * SLACK) return
    let drop = 0
    const most = this.#entries.length - 1
    while (drop < most && (this.#entries.length - drop > events || this.#size > size)) {
      this.#size -= this.#entries[drop]?.json.length ?? 0
      drop++
    }
    this.#entries.splice(0, drop)
    this.#leaves = this.#leaves.filter(leave => leave.seq > this.floor)
    for (const after of this.#frames.keys()) if (after < this.floor) this.#frames.delete(after)
  }

  /** The first time that `userId` left after `after`, as far as the tail reaches. */
  leaveOf(userId: string, after: number): Leave | undefined {
    return this.#leaves.length === 0
      ? undefined
      : this.#leaves.find(leave => leave.seq > after && leave.userId === userId)
  }

  /** The events after `after`, up to and including `upTo` or as many as fit a frame. Null when there are none or the tail begins later. */
  frameAfter(after: number, upTo: number): EventsFrame | null {
    if (after < this.floor || after >= Math.min(this.#seq, upTo)) return null
    if (upTo < this.#seq) return this.#frame(after, upTo)
    const known = this.#frames.get(after)
    if (known !== undefined) return known
    const made = this.#frame(after, this.#seq)
    const [oldest] = this.#frames.keys()
    if (oldest !== undefined && this.#frames.size >= MAX_FRAMES_KEPT) this.#frames.delete(oldest)
    this.#frames.set(after, made)
    return made
  }

  #frame(after: number, upTo: number): EventsFrame {
    const first = after - this.floor
    const end = first + upTo - after
    return eventsFrame(
      this.#roomId,
      this.#entries.slice(first, end).map(entry => entry.json),
      after,
    )
  }

  /** Once a message is deleted no answer carries its former content, also not one put together from what was encoded before. */
  #erase(messageId: string, deletedAt: number): void {
    // Latest first: when it was last edited stays known, on its created event too, or a reader who catches up would
    // hold another tombstone than one who saw it edited.
    let editedAt: number | null = null
    for (const entry of this.#entries.toReversed()) {
      if (entry.messageId !== messageId) continue
      const event = parsed(entry.json)
      if (event.kind === 'message.edited') editedAt ??= event.editedAt
      this.#size -= entry.json.length
      entry.json = JSON.stringify(erased(event, deletedAt, editedAt))
      this.#size += entry.json.length
    }
  }
}

/** A frame of the events whose JSON is given, the first being `after + 1`; as many of them as fit. */
export function eventsFrame(roomId: string, jsons: readonly string[], after: number): EventsFrame {
  let size = 0
  let count = 0
  for (const json of jsons) {
    size += json.length
    count++
    if (size >= MAX_EVENTS_FRAME) break
  }
  const events = (count === jsons.length ? jsons : jsons.slice(0, count)).join(',')
  const text = `{"type":"message.event","roomId":${JSON.stringify(roomId)},"events":[${events}]}`
  return { message: new SharedText(text, true), lastSeq: after + count, count }
}

function shownMessage(event: RoomEvent): string | null {
  if (event.kind === 'message.created') return event.message.id
  return event.kind === 'message.edited' ? event.messageId : null
}

/** An event of this tail's own making. */
function parsed(json: string): RoomEvent {
  const result = parseJson(json)
  if (!result.ok) throw new Error('unable to erase a deleted message; its encoded event does not parse')
  return result.value as RoomEvent
}

/** An event that showed a message's content, without it. */
function erased(event: RoomEvent, deletedAt: number, editedAt: number | null): RoomEvent {
  if (event.kind === 'message.edited') {
    return { ...event, content: '', ...(event.mentions !== undefined && { mentions: [] }) }
  }
  if (event.kind !== 'message.created') return event
  return { ...event, message: tombstone({ ...event.message, editedAt: editedAt ?? event.message.editedAt }, deletedAt) }
}
