import type { PersonSettings, RoomEvent } from '@holdfast/protocol'

/** What nodes tell each other. Each is a hint: the log is the truth. */
export type BusMessage =
  /** These events are durable. Contiguous seqs. */
  | { readonly kind: 'events'; readonly roomId: string; readonly epoch: string; readonly events: readonly RoomEvent[] }
  /**
   * Read positions that have moved, the furthest of each person. `hidden`: where people stand for themselves, if others see
   * another position of theirs or none; for their own sessions alone. `revisions`: of those among them who have marked messages
   * unread before; of all others it is 0.
   */
  | {
      readonly kind: 'reads'
      readonly roomId: string
      readonly reads: Readonly<Record<string, number>>
      readonly hidden: Readonly<Record<string, number>>
      readonly revisions?: Readonly<Record<string, number>>
    }
  /** What one person's line of the room tells has changed for them alone: they marked it unread, or muted it. */
  | { readonly kind: 'line'; readonly roomId: string; readonly userId: string }
  /** A person has settled something for themselves. */
  | { readonly kind: 'settings'; readonly userId: string; readonly settings: PersonSettings }
  /**
   * Somebody has begun to type in a room, goes on, or has stopped: in one session, which may be on any node. It ends by itself
   * TYPING_TTL_MS after the last start. `at`: when it was published, by its node's wall clock; grows from one to the next of
   * that node, so that what comes late, twice or in another order can be told. Nodes whose clocks differ by a second show
   * indicators shorter by a second, never longer.
   */
  | {
      readonly kind: 'typing'
      readonly roomId: string
      readonly userId: string
      readonly sessionId: string
      readonly isTyping: boolean
      readonly at: number
    }
  /**
   * Somebody is available in another way than before, or says something else of themselves: the store of presence knows how.
   * `isPrivate`: others are told the same as before, since they appear offline; for their own sessions alone.
   */
  | { readonly kind: 'presence'; readonly userId: string; readonly isPrivate: boolean }
  /** A person may not read the room any more, whether or not an event of the log says so: a ban of somebody who is no member writes none. */
  | { readonly kind: 'access'; readonly roomId: string; readonly userId: string; readonly code: 'banned' | 'forbidden' }
  /** The room and its log are gone. `members`: who was in it; null: too many to be named. */
  | { readonly kind: 'deleted'; readonly roomId: string; readonly members: readonly string[] | null }

/**
 * Carries hints between nodes, the publishing node included: local and remote delivery are one path.
 *
 * At most once, in any order, perhaps twice, perhaps never: a listener must gap-check what it hears. A listener that throws
 * harms neither the publisher nor the other listeners.
 */
export interface Bus {
  /** Whether every message reaches every listener once, in the order published, as long as the process lives. When not, nodes compare their rooms with the log now and then. */
  readonly isReliable: boolean
  publish(message: BusMessage): void
  /** Calls `listener` for each message from now on, until the returned function is called. */
  subscribe(listener: (message: BusMessage) => void): () => void
  /** Resolves when messages get through; rejects with the reason when they do not. For readiness. */
  check(): Promise<void>
  close(): Promise<void>
}
