import type { RoomView } from '@holdfast/client'
import type { Message, SendResult } from '@holdfast/protocol'
import type { Trace } from './trace.ts'

/** One message that somebody wrote, and what their client told of it. */
export interface Sent {
  readonly device: string
  readonly userId: string
  readonly roomId: string
  readonly clientId: string
  readonly content: string
  /** The message that it answers. */
  readonly replyTo: string | null
  readonly mentions: readonly string[]
  /** Its place among all that the device wrote. */
  readonly order: number
  acked: SendResult | null
  /** Why it will not be sent: refused for good, or given up. */
  failed: string | null
  /** It was refused for good, or sent by another way: it may be before or behind what was written later. */
  wasRetried: boolean
  /** Something else was sent under its clientId too, and may have been first. */
  isContested: boolean
  /** It was acknowledged, and a backup from before has taken the place of the log that had it. */
  isLost: boolean
  /** Its page has ended, and its device had not stored it: nobody is left to send it. */
  mayVanish: boolean
}

/** A rule that was seen broken. `rule` is its id in SPEC.md. */
export interface Violation {
  readonly rule: string
  readonly atMs: number
  readonly what: string
}

/** How often a rule's breach is kept of one world: more of the same would hide others. */
const MAX_OF_A_RULE = 20

/** What clients have seen of one place of a room's log. */
interface Seen {
  readonly id: string
  readonly by: string
}

/** What a device showed of a room's log when it was last looked at. */
interface Looked {
  readonly log: string
  readonly timeline: RoomView['timeline']
  /** Of all its rows. */
  readonly keys: Set<string>
}

/** All that the people of a world did and saw, for those who check it. */
export class History {
  readonly sent: Sent[] = []
  /** Who was in which room (`room user`) by a joining that a backup lacks. */
  readonly lostJoinings = new Set<string>()
  readonly violations: Violation[] = []
  /** Which message somebody was shown at a seq, by epoch and seq. */
  readonly #shown = new Map<string, Seen>()
  /** Which message was in which place of logs that a backup has taken the place of; and their rooms and epochs. */
  readonly #past = new Map<string, string>()
  readonly #pastLogs = new Set<string>()
  /** Messages that were in such a log, and are in none now. */
  readonly #lost = new Set<string>()
  /** What each device showed last of each room: a row that is the same again was looked at then. */
  readonly #looked = new Map<string, Looked>()
  readonly #nowMs: () => number
  readonly #trace: Trace

  constructor(nowMs: () => number, trace: Trace) {
    this.#nowMs = nowMs
    this.#trace = trace
  }

  /** Some rule is broken. The first few times are enough. */
  breach(rule: string, what: string): void {
    this.#trace.note('VIOLATION', `of ${rule}: ${what}`)
    this.#trace.pin()
    if (this.violations.filter(before => before.rule === rule).length < MAX_OF_A_RULE)
      this.violations.push({ rule, what, atMs: Math.round(this.#nowMs()) })
  }

  /** A node has refused a message for good. */
  refused(userId: string, clientId: string | undefined): void {
    const sent = this.sent.find(each => each.userId === userId && each.clientId === clientId)
    if (sent !== undefined) sent.wasRetried = true
  }

  /** Somebody has given up a message that was refused for good. */
  discarded(userId: string, clientId: string): void {
    const sent = this.sent.find(each => each.userId === userId && each.clientId === clientId)
    if (sent !== undefined) sent.failed ??= 'it was given up'
  }

  /** A message was told to be in the log. */
  acknowledged(sent: Sent, result: SendResult): void {
    if (this.#lost.has(result.messageId)) sent.isLost = true
    else sent.acked = result
  }

  /** A page has ended, and `isStored` tells of which of its messages its device still knows. */
  ended(device: string, isStored: (sent: Sent) => boolean): void {
    for (const sent of this.unsettledOf(device)) if (!isStored(sent)) sent.mayVanish = true
  }

  /** What a device wrote and has not heard the end of. */
  unsettledOf(device: string): readonly Sent[] {
    return this.sent.filter(sent => sent.device === device && sent.acked === null && sent.failed === null)
  }

  /**
   * A backup has taken the place of a room's log. `messages`: all that the log held. `isKept` says which of them it still holds.
   * What anybody is shown of that log is compared with it now, and whenever it is shown again.
   */
  restored(log: string, messages: readonly Message[], isKept: (message: Message) => boolean): void {
    this.#pastLogs.add(log)
    for (const message of messages) {
      this.#past.set(`${log} ${message.seq}`, message.id)
      if (!isKept(message)) this.#lose(message)
    }
    for (const [place, { id, by }] of this.#shown) {
      if (!place.startsWith(`${log} `)) continue
      this.#shown.delete(place)
      this.#compare(by, place, id)
    }
  }

  /** Looks at what a device shows of a room: rows in order, none twice, and everybody the same message in the same place. */
  look(device: string, { id: roomId, timeline, continuity }: RoomView): void {
    const log = `${roomId} ${continuity.epoch}`
    const before = this.#looked.get(`${device} ${roomId}`)
    const same = before?.log === log ? countOfSame(before.timeline, timeline) : 0
    const keys =
      same > 0 && same === before?.timeline.length
        ? before.keys
        : new Set(timeline.slice(0, same).map(({ key }) => key))
    this.#looked.set(`${device} ${roomId}`, { log, timeline, keys })
    let last = seqOfLast(timeline.slice(0, same))
    for (const entry of timeline.slice(same)) {
      // A row is named by who wrote it and its clientId, on its way and in the log alike.
      if (keys.has(entry.key)) this.breach('SDK3', `${device} shows ${entry.key} of ${roomId} twice`)
      keys.add(entry.key)
      if (entry.kind !== 'message') continue
      const { seq, id } = entry.message
      if (seq <= last) this.breach('READ1', `${device} shows seq ${seq} behind ${last} in ${roomId}`)
      last = seq
      this.#show(device, log, seq, id)
    }
    if (last > continuity.seq) this.breach('READ1', `${device} shows seq ${last} of ${roomId} beyond ${continuity.seq}`)
  }

  /** What was shown where. */
  get shown(): ReadonlyMap<string, Seen> {
    return this.#shown
  }

  #show(by: string, log: string, seq: number, id: string): void {
    const place = `${log} ${seq}`
    if (this.#pastLogs.has(log)) {
      this.#compare(by, place, id)
      return
    }
    const before = this.#shown.get(place)
    if (before === undefined) this.#shown.set(place, { id, by })
    else if (before.id !== id)
      this.breach('READ1', `${by} is shown ${id} at ${place}, ${before.by} was shown ${before.id}`)
  }

  #lose({ id, senderId, clientId }: Message): void {
    this.#lost.add(id)
    const sent = this.sent.find(each => each.userId === senderId && each.clientId === clientId)
    if (sent === undefined) return
    // Whoever has not heard that it was there may still send it again.
    sent.isLost = true
    sent.acked = null
  }

  /** LOG7: what is shown of a log that is gone was in it. */
  #compare(by: string, place: string, id: string): void {
    const was = this.#past.get(place) ?? 'nothing'
    if (was !== id) this.breach('LOG7', `${by} was shown ${id} at ${place}, where the log had ${was}`)
  }
}

/** How many of the first rows are the very same in both. */
function countOfSame(before: RoomView['timeline'], now: RoomView['timeline']): number {
  let count = 0
  while (count < now.length && before[count] === now[count]) count++
  return count
}

function seqOfLast(timeline: RoomView['timeline']): number {
  const last = timeline.findLast(entry => entry.kind === 'message')
  return last?.kind === 'message' ? last.message.seq : 0
}
