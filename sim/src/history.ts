import type { RoomView } from '@holdfast/client'
import type { SendResult } from '@holdfast/protocol'
import type { Trace } from './trace.ts'

/** One message that somebody wrote, and what their client told of it. */
export interface Sent {
  readonly device: string
  readonly userId: string
  readonly roomId: string
  readonly clientId: string
  readonly content: string
  /** Its place among all that the device wrote. */
  readonly order: number
  acked: SendResult | null
  /** Why it will not be sent: refused for good, or given up. */
  failed: string | null
  /** It was refused for good, or sent by another way: it may be before or behind what was written later. */
  wasRetried: boolean
  /** The device's storage holds it, or did until it was no longer needed: it outlives the page. */
  wasStored: boolean
}

/** A rule that was seen broken. `rule` is its id in SPEC.md. */
export interface Violation {
  readonly rule: string
  readonly atMs: number
  readonly what: string
}

/** What clients have seen of one place of a room's log. */
interface Seen {
  readonly id: string
  readonly by: string
}

/** All that the people of a world did and saw, for those who check it. */
export class History {
  readonly sent: Sent[] = []
  readonly violations: Violation[] = []
  /** Which message somebody was shown at a seq, by epoch and seq. */
  readonly #shown = new Map<string, Seen>()
  readonly #nowMs: () => number
  readonly #trace: Trace

  constructor(nowMs: () => number, trace: Trace) {
    this.#nowMs = nowMs
    this.#trace = trace
  }

  /** Some rule is broken. The first hundred are enough. */
  breach(rule: string, what: string): void {
    this.#trace.note('VIOLATION', `of ${rule}: ${what}`)
    this.#trace.pin()
    if (this.violations.length < 100) this.violations.push({ rule, what, atMs: Math.round(this.#nowMs()) })
  }

  /** A device's storage has taken a message that waits to be sent. */
  stored(clientId: string): void {
    const sent = this.sent.find(each => each.clientId === clientId)
    if (sent !== undefined) sent.wasStored = true
  }

  /** A node has refused a message for good. */
  refused(userId: string, clientId: string | undefined): void {
    const sent = this.sent.find(each => each.userId === userId && each.clientId === clientId)
    if (sent !== undefined) sent.wasRetried = true
  }

  /** Looks at what a device shows of a room: rows in order, none twice, and everybody the same message in the same place. */
  look(device: string, { id: roomId, timeline, continuity }: RoomView): void {
    const keys = new Set<string>()
    const clientIds = new Set<string>()
    let last = 0
    for (const entry of timeline) {
      if (keys.has(entry.key)) this.breach('READ1', `${device} shows a row of ${roomId} twice`)
      keys.add(entry.key)
      const clientId = entry.kind === 'pending' ? entry.clientId : `${entry.message.senderId} ${entry.message.clientId}`
      if (clientIds.has(clientId)) this.breach('SDK3', `${device} shows ${clientId} twice in ${roomId}`)
      clientIds.add(clientId)
      if (entry.kind !== 'message') continue
      const { seq, id } = entry.message
      if (seq <= last) this.breach('READ1', `${device} shows seq ${seq} behind ${last} in ${roomId}`)
      last = seq
      if (seq > continuity.seq) this.breach('READ1', `${device} shows seq ${seq} of ${roomId} beyond ${continuity.seq}`)
      this.#show(device, `${roomId} ${continuity.epoch} ${seq}`, id)
    }
  }

  /** What was shown where. */
  get shown(): ReadonlyMap<string, Seen> {
    return this.#shown
  }

  #show(by: string, place: string, id: string): void {
    const before = this.#shown.get(place)
    if (before === undefined) this.#shown.set(place, { id, by })
    else if (before.id !== id)
      this.breach('READ1', `${by} is shown ${id} at ${place}, ${before.by} was shown ${before.id}`)
  }
}
