import { type InboxEntry, UNREAD_CAP } from '@holdfast/protocol'
import type { Lowerings } from './lowerings.ts'
import type { Counts, Recent } from './recent.ts'

/** What a line needs to know of its room: how far its events were heard without a gap, and what they did to counts. */
export interface Ground {
  /** Grows whenever hearing starts over, because something was missed: what was known before holds no more. */
  readonly generation: number
  /** Every event from `since`, exclusive, to `heard` was heard. */
  readonly since: number
  readonly heard: number
  /** Messages heard of so far. Only differences mean anything. */
  readonly made: number
  /** What may have lowered what is unread to anybody. */
  readonly lowerings: Lowerings
  /** The last event that may have changed the mentions of anybody. */
  readonly doubtedAt: number
  readonly recent: Recent
}

/** One person's part of a line of the inbox. */
export interface Standing extends Counts {
  readonly lastReadSeq: number
  readonly readRevision: number
  readonly muted: boolean
}

/** Before the first event; seqs begin with 1. */
const NEVER = -1

/**
 * What one person's line of a room tells beside the room itself: a pure machine, moved on by what is heard and set right by
 * what is read from the log. It either knows the counts exactly or knows that it does not.
 *
 * Whoever is not far behind is counted from the room's recent messages, which show every delete and edit. For others it holds
 * a count of the log's, as of `#countedAt`, and adds what is recent since then. Where so much was written that this is not all
 * recent any more, the room's own tally says how much it was, and the line was told of what it wrote and what mentions it: that
 * only grows, so that any delete in between makes it unknown.
 */
export class Line {
  readonly userId: string
  /** Grows with each change that is this person's alone. */
  version = 0
  #generation = NEVER
  #position = 0
  #readRevision = 0
  #muted = false
  /** The count as of `#countedAt`. */
  #counted: Counts = { unread: 0, mentions: 0 }
  #countedAt = NEVER
  /** What is unread, less the room's tally of messages made: so that one more message is one more unread. */
  #offset = 0
  #mentions = 0
  /** The last event that may have changed whether somebody's message mentions this person. */
  #doubtedAt = 0
  /** Something of this person's own has changed that only the log can tell. */
  #isStale = false
  /** The same, since the log was last asked. */
  #isTouched = false
  /** What the log told of a moment that was not heard of yet; it holds once that was. */
  #held: InboxEntry | null = null

  constructor(userId: string) {
    this.userId = userId
  }

  /** Whether it has to be read from the log before it is told. */
  isDoubtful(ground: Ground): boolean {
    return this.standing(ground) === null || this.#isStale
  }

  /** What is known of the line as of the last event heard; null when too little. */
  standing(ground: Ground): Standing | null {
    if (this.#held !== null) this.#take(this.#held, ground)
    if (this.#held !== null || this.#generation !== ground.generation) return null
    const counts = this.#counts(ground)
    if (counts === null) return null
    return {
      unread: Math.min(counts.unread, UNREAD_CAP),
      mentions: Math.min(counts.mentions, UNREAD_CAP),
      lastReadSeq: this.#position,
      readRevision: this.#readRevision,
      muted: this.#muted,
    }
  }

  /** The log is being asked from this moment on. */
  beginRead(): void {
    this.#isTouched = false
  }

  /** The log has answered; `adopt` was told what. What was done since it was asked may not be in it. */
  endRead(): void {
    this.#isStale = this.#isTouched
  }

  /**
   * The log has the line like this. It may be ahead of what was heard: then it waits, since what the events between do to it
   * cannot be told, nor whether the person may be told of them by the room's face.
   */
  adopt(entry: InboxEntry, ground: Ground): void {
    this.#held = entry
    this.#take(entry, ground)
  }

  /** The person has read up to `seq`, as the bus says. `isOrdered`: the bus has told everything before it too. */
  read(seq: number, ground: Ground, isOrdered: boolean): void {
    const isKnown = this.#generation === ground.generation && this.#held === null && this.#readRevision === 0
    if (!isKnown || !isOrdered) this.touch()
    else if (seq > this.#position) {
      this.#position = seq
      this.#countedAt = NEVER
      this.version++
    }
  }

  /** Something of this person's own has changed; what, the log can tell. */
  touch(): void {
    this.#isStale = true
    this.#isTouched = true
    this.version++
  }

  /** The person has written the message that the room's tally has just taken in. */
  wrote(): void {
    this.#offset--
  }

  /** The message mentions the person; somebody else wrote it. */
  mentioned(): void {
    this.#mentions++
  }

  /** Whether the message of this event mentions the person may have changed. */
  doubt(at: number): void {
    this.#doubtedAt = at
  }

  #take(entry: InboxEntry, ground: Ground): void {
    if (entry.seq > ground.heard) return
    this.#held = null
    // From before something was missed: of no use.
    if (entry.seq < ground.since) return
    this.#generation = ground.generation
    // Before the bus brings it, and perhaps for one session of several.
    if (this.#differs(entry)) this.version++
    this.#muted = entry.muted
    const isBehind = this.#isBehind(entry)
    if (!isBehind) {
      this.#position = entry.lastReadSeq
      this.#readRevision = entry.readRevision
    }
    const counts = sum(entry, ground.recent.countAfter(entry.seq, this.userId))
    this.#count(ground, counts)
    this.#counted = { unread: entry.unread, mentions: entry.mentions }
    this.#countedAt = !isBehind && ground.recent.reaches(entry.seq) ? entry.seq : NEVER
  }

  #differs({ lastReadSeq, readRevision, muted }: InboxEntry): boolean {
    return lastReadSeq !== this.#position || readRevision !== this.#readRevision || muted !== this.#muted
  }

  /** Whether the person was heard to have read further since the log was asked. */
  #isBehind({ readRevision, lastReadSeq }: InboxEntry): boolean {
    if (readRevision !== this.#readRevision) return readRevision < this.#readRevision
    return lastReadSeq < this.#position
  }

  #counts(ground: Ground): Counts | null {
    const { recent, heard } = ground
    if (recent.reaches(this.#position))
      return this.#count(ground, recent.countAfter(this.#position, this.userId), heard)
    if (this.#countedAt < ground.doubtedAt || this.#countedAt < this.#doubtedAt) return null
    if (recent.reaches(this.#countedAt) && !ground.lowerings.touch(this.#countedAt)) {
      return sum(this.#counted, recent.countAfter(this.#countedAt, this.userId))
    }
    if (this.#countedAt >= ground.lowerings.lastAt) {
      return { unread: this.#offset + ground.made, mentions: this.#mentions }
    }
    // Whatever was taken away among those far behind, what is recent is enough by itself.
    if (recent.countAfter(this.#position, this.userId).unread < UNREAD_CAP) return null
    return this.#count(ground, { unread: UNREAD_CAP, mentions: this.#mentions }, heard)
  }

  #count({ made }: Ground, counts: Counts, countedAt = NEVER): Counts {
    this.#offset = Math.min(counts.unread, UNREAD_CAP) - made
    this.#mentions = counts.mentions
    this.#counted = counts
    this.#countedAt = countedAt
    return counts
  }
}

function sum(a: Counts, b: Counts): Counts {
  return { unread: a.unread + b.unread, mentions: a.mentions + b.mentions }
}
