import { type Message, UNREAD_CAP } from '@holdfast/protocol'

/**
 * Messages of a room that are remembered, for counting without the log: whoever is no further behind is counted from them.
 * Twice the cap, so that somebody with as many of their own among them still reaches it.
 */
export const RECENT_MESSAGES = 2 * UNREAD_CAP

/** What is unread to one person in one room; each 0 to UNREAD_CAP, which means that many or more. */
export interface Counts {
  readonly unread: number
  readonly mentions: number
}

/** What counting needs to know of a message. */
interface RecentMessage {
  readonly seq: number
  readonly id: string
  readonly senderId: string
  readonly mentions: readonly string[]
}

/** A room's latest messages as far as they count: every one after `floor` that is not deleted. */
export class Recent {
  #floor: number
  /** Ascending seq. */
  #messages: RecentMessage[] = []

  /** None yet, of a room whose log stands at `seq`. */
  constructor(seq: number) {
    this.#floor = seq
  }

  /** Whether every message after `seq` that is not deleted is here. */
  reaches(seq: number): boolean {
    return seq >= this.#floor
  }

  /** The next message. */
  add({ seq, id, senderId, mentions }: Message): void {
    this.#messages.push({ seq, id, senderId, mentions })
    // One by one would move the whole list each time.
    if (this.#messages.length < RECENT_MESSAGES * 2) return
    const forgotten = this.#messages.splice(0, this.#messages.length - RECENT_MESSAGES)
    this.#floor = forgotten.at(-1)?.seq ?? this.#floor
  }

  /** Takes a message away that has been deleted, and tells what it was; null when it is not here. */
  remove(messageId: string): RecentMessage | null {
    const place = this.#placeOf(messageId)
    if (place < 0) return null
    const [gone] = this.#messages.splice(place, 1)
    return gone ?? null
  }

  /** A message mentions these people from now on: whom it did before; null when it is not here. */
  mention(messageId: string, mentions: readonly string[]): readonly string[] | null {
    const place = this.#placeOf(messageId)
    const message = this.#messages[place]
    if (message === undefined) return null
    this.#messages[place] = { ...message, mentions }
    return message.mentions
  }

  /** What is unread to a person who has read up to `seq`, as far as it is here. */
  countAfter(seq: number, userId: string): Counts {
    let unread = 0
    let mentions = 0
    for (let i = this.#messages.length - 1; i >= 0; i--) {
      const message = this.#messages[i]
      if (message === undefined || message.seq <= seq) break
      if (message.senderId === userId) continue
      unread++
      if (message.mentions.includes(userId)) mentions++
    }
    return { unread: Math.min(unread, UNREAD_CAP), mentions: Math.min(mentions, UNREAD_CAP) }
  }

  #placeOf(messageId: string): number {
    return this.#messages.findLastIndex(message => message.id === messageId)
  }
}
