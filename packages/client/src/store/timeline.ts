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
  readonly #ofMessage = new WeakMap<Message, MessageEntry>()
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
    const isSame = messages === this.#messages && seenUpTo === this.#seenUpTo
    const confirmed = isSame ? this.#confirmed : messages.map(message => this.#row(message, userId, seenUpTo))
    const rows = keepEqual(pending.map(pendingRow), this.#pending, row => row.key)
    if (confirmed === this.#confirmed && rows === this.#pending) return this.#entries
    this.#messages = messages
    this.#seenUpTo = seenUpTo
    this.#confirmed = confirmed
    this.#pending = rows
    // A storage that answers late brings back what the log shows already.
    const shown = new Set(rows[0] && confirmed.map(row => row.key))
    this.#entries = [...confirmed, ...rows.filter(row => !shown.has(row.key))]
    return this.#entries
  }

  #row(message: Message, userId: string | null, seenUpTo: number): MessageEntry {
    const known = this.#ofMessage.get(message)
    const own = message.senderId === userId
    const seen = own && message.seq <= seenUpTo
    if (known?.seen === seen) return known
    const row: MessageEntry = { kind: 'message', key: keyOf(message, own), message, status: 'sent', own, seen }
    this.#ofMessage.set(message, row)
    return row
  }
}

function pendingRow(message: PendingMessage): PendingEntry {
  return { kind: 'pending', key: ownKey(message.clientId), ...message, own: true }
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
