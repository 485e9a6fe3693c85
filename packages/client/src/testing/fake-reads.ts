import type { ReadAnswer } from '@holdfast/protocol'

interface Position {
  readonly lastReadSeq: number
  readonly readRevision: number
  /** How far others were shown that this person has read; it never goes back. */
  readonly shownSeq: number
}

const NOWHERE: Position = { lastReadSeq: 0, readRevision: 0, shownSeq: 0 }

/** How far the people of one room have read. */
export class FakeReads {
  readonly #positions = new Map<string, Position>()
  readonly #isHidden: (userId: string) => boolean

  /** `isHidden`: this person does not show how far they read, and sees it of nobody. */
  constructor(isHidden: (userId: string) => boolean) {
    this.#isHidden = isHidden
  }

  /** Where this person is; at 0 who is no member. */
  of(userId: string): ReadAnswer {
    const { lastReadSeq, readRevision } = this.#positions.get(userId) ?? NOWHERE
    return { lastReadSeq, readRevision }
  }

  /** Whoever joins has read what was there. A revision outlasts leaving. */
  join(userId: string, seq: number): void {
    const { readRevision } = this.#positions.get(userId) ?? NOWHERE
    this.#positions.set(userId, { lastReadSeq: seq, readRevision, shownSeq: seq })
  }

  /** Whoever is out of the room has read nothing of it. */
  leave(userId: string): void {
    const { readRevision } = this.#positions.get(userId) ?? NOWHERE
    this.#positions.set(userId, { ...NOWHERE, readRevision })
  }

  /** Within a revision a position only grows; a late word of an earlier one changes nothing. False: nothing has changed. */
  read(userId: string, seq: number, readRevision?: number): boolean {
    const before = this.#positions.get(userId) ?? NOWHERE
    if ((readRevision ?? before.readRevision) < before.readRevision || seq <= before.lastReadSeq) return false
    const shownSeq = this.#isHidden(userId) ? before.shownSeq : Math.max(before.shownSeq, seq)
    this.#positions.set(userId, { ...before, lastReadSeq: seq, shownSeq })
    return true
  }

  /** The messages from `seq` on are unread again: the one step back, which begins a new revision. False: they were unread. */
  markUnread(userId: string, seq: number): boolean {
    const before = this.#positions.get(userId) ?? NOWHERE
    const lastReadSeq = Math.max(0, seq - 1)
    if (lastReadSeq >= before.lastReadSeq) return false
    this.#positions.set(userId, { ...before, lastReadSeq, readRevision: before.readRevision + 1 })
    return true
  }

  /** What `reader` is told of these people: their own position as it is, that of others as far as all concerned show theirs. */
  shownTo(reader: string, userIds: Iterable<string>): Record<string, number> {
    const shown: Record<string, number> = {}
    for (const userId of userIds) {
      const { lastReadSeq, shownSeq } = this.#positions.get(userId) ?? NOWHERE
      if (userId === reader) shown[userId] = lastReadSeq
      else if (!this.#isHidden(userId) && !this.#isHidden(reader)) shown[userId] = shownSeq
    }
    return shown
  }

  /** The log ends at `seq` now. */
  cut(seq: number): void {
    for (const [userId, { lastReadSeq, readRevision, shownSeq }] of this.#positions) {
      const cut = { lastReadSeq: Math.min(lastReadSeq, seq), shownSeq: Math.min(shownSeq, seq) }
      this.#positions.set(userId, { ...cut, readRevision })
    }
  }
}
