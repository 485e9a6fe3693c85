import type { Message, Refusal } from '@holdfast/protocol'
import { keepEqual } from '../equal.ts'
import type { MessageEntry, PendingEntry, TimelineEntry } from './timeline-entry.ts'

/** A message of this client that the log does not show yet, as a timeline is told of it. */
export interface PendingMessage {
  readonly clientId: string
  readonly content: string
  readonly replyTo: string | null
  readonly createdAt: number
  readonly status: PendingEntry['status']
  readonly error: Refusal | null
}

/** Folds log and pending messages into rows. What shows the same stays the same object. */
export class Timeline {
  #messages: readonly Message[] = []
  #seenUpTo = 0
  #confirmed: readonly MessageEntry[] = []
  #pending: readonly PendingEntry[] = []
  #entries: readonly TimelineEntry[] = []

  /** `seenUpTo`: somebody else has read so far. */
  build(
    messages: readonly Message[],
    pending: readonly PendingMessage[],
    userId: string | null,
    seenUpTo: number,
  ): readonly TimelineEntry[] {
    const confirmed = this.#confirm(messages, userId, seenUpTo)
    const rows = keepEqual(pending.map(pendingRow), this.#pending, row => row.key)
    if (confirmed === this.#confirmed && rows === this.#pending) return this.#entries
    this.#confirmed = confirmed
    this.#pending = rows
    this.#entries = rows.length > 0 ? [...confirmed, ...rows] : confirmed
    return this.#entries
  }

  /**
   * The rows of `messages`. Only those between what is the same at both ends are looked at one by one: of all others the
   * references are compared and copied, so that one more message in a long room costs little more than in a short one.
   */
  #confirm(messages: readonly Message[], userId: string | null, seenUpTo: number): readonly MessageEntry[] {
    const old = this.#messages
    const rows = this.#confirmed
    const read = Math.min(seenUpTo, this.#seenUpTo)
    const isReadAlike = seenUpTo === this.#seenUpTo
    this.#messages = messages
    this.#seenUpTo = seenUpTo
    let head = 0
    while (head < old.length && messages[head] === old[head]) head++
    // Of what others have read since, the rows are others.
    while (!isReadAlike && (messages[head - 1]?.seq ?? 0) > read) head--
    let tail = 0
    while (isReadAlike && tail < old.length - head && messages.at(-1 - tail) === old.at(-1 - tail)) tail++
    const replaced = rows.slice(head, rows.length - tail)
    const known = new Map(replaced.map(row => [row.message, row]))
    const made = messages
      .slice(head, messages.length - tail)
      .map(message => rowOf(message, known.get(message), userId, seenUpTo))
    if (made.length === replaced.length && made.every((row, i) => row === replaced[i])) return rows
    return rows.slice(0, head).concat(made, rows.slice(rows.length - tail))
  }
}

function rowOf(
  message: Message,
  known: MessageEntry | undefined,
  userId: string | null,
  seenUpTo: number,
): MessageEntry {
  const own = message.senderId === userId
  const seen = own && message.seq <= seenUpTo
  return known?.seen === seen
    ? known
    : { kind: 'message', key: keyOf(message, own), message, status: 'sent', own, seen }
}

function pendingRow(message: PendingMessage): PendingEntry {
  return { ...message, kind: 'pending', key: ownKey(message.clientId), own: true }
}

/** A clientId is its sender's own affair, so others' rows carry who wrote them; no userId can make one look like another's. */
function keyOf(message: Message, own: boolean): string {
  if (message.clientId === '') return `#${message.id}`
  return own ? ownKey(message.clientId) : `${message.senderId}:${message.clientId}`
}

/** What a pending row is called before this client knows who it is, and afterwards. */
function ownKey(clientId: string): string {
  return `~${clientId}`
}
