import type { PersonSettings, RoomEvent } from '@holdfast/protocol'

/** What the committer tells once it is durable: the bus's messages, in the log's own words. */
export type Published =
  /** Contiguous events of one room. */
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
  /** A person may not read the room any more, whether or not an event says so: a ban of somebody who is no member writes none. */
  | { readonly kind: 'access'; readonly roomId: string; readonly userId: string; readonly code: 'banned' }
  /** The room and its log are gone. `members`: who was in it; null: too many to be named. */
  | { readonly kind: 'deleted'; readonly roomId: string; readonly members: readonly string[] | null }
