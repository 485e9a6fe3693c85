import type { Message, Refusal } from '@holdfast/protocol'

/** One row of a timeline. The object changes only when what it shows does. */
export type TimelineEntry = MessageEntry | PendingEntry

/** A message of the log. */
export interface MessageEntry {
  readonly kind: 'message'
  /** Opaque, unique in the room, and the same for the row's whole life: a pending row keeps it when it becomes a message. */
  readonly key: string
  readonly message: Message
  readonly status: 'sent'
  /** Whether this person wrote it. */
  readonly own: boolean
  /** It is this person's, and somebody else has read it and shows that. */
  readonly seen: boolean
}

/**
 * A message of this client that the log does not show yet.
 * `queued` waits for the connection or its turn · `sending` waits for the answer · `sent` is durable, its place in the log
 * arrives in a moment · `failed` was refused for good: `retry` or `discard` it.
 */
export interface PendingEntry {
  readonly kind: 'pending'
  readonly key: string
  readonly clientId: string
  readonly content: string
  readonly replyTo: string | null
  /** When it was written, by this device's clock: milliseconds since the Unix epoch. */
  readonly createdAt: number
  readonly status: 'queued' | 'sending' | 'sent' | 'failed'
  /** Why it failed, or what its last refusal was while it waits to be sent again; null otherwise. */
  readonly error: Refusal | null
  readonly own: true
}
