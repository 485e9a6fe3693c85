/** How far a person has read in one room. */
export interface ReadPosition {
  readonly lastReadSeq: number
  /** How often the person has marked messages unread again. Less than 0: not known here. */
  readonly readRevision: number
}

/** Before anything was heard: every other position is later. */
export const UNKNOWN_POSITION: ReadPosition = { lastReadSeq: 0, readRevision: -1 }

/**
 * Whether `a` replaces `b`. Of two positions the one of the later revision counts, even when it lies lower; within one revision
 * a position only grows. So clients that have heard the same, in whatever order, agree.
 */
export function isLater(a: ReadPosition, b: ReadPosition): boolean {
  return a.readRevision === b.readRevision ? a.lastReadSeq > b.lastReadSeq : a.readRevision > b.readRevision
}

/** The position that `from` tells among other things; a server that knows of no revisions is in the first one. */
export function positionOf(from: { readonly lastReadSeq: number; readonly readRevision?: number }): ReadPosition {
  return { lastReadSeq: from.lastReadSeq, readRevision: from.readRevision ?? 0 }
}
