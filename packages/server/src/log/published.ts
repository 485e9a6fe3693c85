import type { RoomEvent } from '@holdfast/protocol'

/** What the committer tells once it is durable: the bus's messages, in the log's own words. */
export type Published =
  /** Contiguous events of one room. */
  | { readonly kind: 'events'; readonly roomId: string; readonly epoch: string; readonly events: readonly RoomEvent[] }
  /** Read positions that have moved, the furthest of each person. */
  | { readonly kind: 'reads'; readonly roomId: string; readonly reads: Readonly<Record<string, number>> }
  /** The room and its log are gone. */
  | { readonly kind: 'deleted'; readonly roomId: string }
