import type { Message, Refusal } from '@holdfast/protocol'
import { RowList } from './row-list.ts'
import type { MessageEntry, PendingEntry, TimelineEntry } from './timeline-entry.ts'

/** Folds log and pending messages into rows. What shows the same stays the same object. */
export class Timeline {
  readonly #confirmed = new RowList<Message, MessageEntry>()
  readonly #pending = new RowList<PendingEntry, PendingEntry>()
  #seenUpTo = 0
  #entries: readonly TimelineEntry[] = []

  /** `seenUpTo`: somebody else has read so far. */
  build(
    messages: readonly Message[],
    pending: readonly PendingEntry[],
    userId: string | null,
    seenUpTo: number,
  ): readonly TimelineEntry[] {
    const read = Math.min(seenUpTo, this.#seenUpTo)
    // Of what others have read since, the rows are others.
    const alike = seenUpTo === this.#seenUpTo ? undefined : messages.findLastIndex(({ seq }) => seq <= read) + 1
    this.#seenUpTo = seenUpTo
    const isOther = this.#confirmed.follow(messages, message => rowOf(message, userId, seenUpTo), alike)
    if (this.#pending.follow(pending, row => row) || isOther) {
      const rows: readonly TimelineEntry[] = this.#confirmed.rows
      this.#entries = pending.length > 0 ? rows.concat(pending) : rows
    }
    return this.#entries
  }
}

function rowOf(message: Message, userId: string | null, seenUpTo: number): MessageEntry {
  const own = message.senderId === userId
  return {
    kind: 'message',
    key: keyOf(message, own),
    message,
    status: 'sent',
    own,
    seen: own && message.seq <= seenUpTo,
  }
}

/** The row of a message of this client that the log does not show yet. */
export function pendingRow(
  { clientId, content, replyTo, createdAt }: Pick<PendingEntry, 'clientId' | 'content' | 'replyTo' | 'createdAt'>,
  status: PendingEntry['status'],
  error: Refusal | null,
): PendingEntry {
  return { kind: 'pending', key: ownKey(clientId), clientId, content, replyTo, createdAt, status, error, own: true }
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
