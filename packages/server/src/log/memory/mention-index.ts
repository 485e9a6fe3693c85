import { type Message, UNREAD_CAP } from '@holdfast/protocol'
import { mentionedBy } from '../store/mentioned-by.ts'

/** Which messages of a room mention whom, so that counting does not look at all the others. */
export class MentionIndex {
  /** Ascending seqs. */
  readonly #seqs = new Map<string, number[]>()

  add(message: Message): void {
    for (const userId of mentionedBy(message)) {
      const seqs = this.#seqs.get(userId) ?? []
      seqs.splice(placeAfter(seqs, message.seq), 0, message.seq)
      this.#seqs.set(userId, seqs)
    }
  }

  remove(message: Message): void {
    for (const userId of mentionedBy(message)) {
      const seqs = this.#seqs.get(userId) ?? []
      const place = placeAfter(seqs, message.seq) - 1
      if (seqs[place] === message.seq) seqs.splice(place, 1)
      if (seqs.length === 0) this.#seqs.delete(userId)
    }
  }

  /** Mentions of a person with seq > `after`, up to UNREAD_CAP. */
  count(userId: string, after: number): number {
    const seqs = this.#seqs.get(userId) ?? []
    return Math.min(UNREAD_CAP, seqs.length - placeAfter(seqs, after))
  }
}

/** Where the first higher seq is. */
function placeAfter(seqs: readonly number[], seq: number): number {
  let low = 0
  let high = seqs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((seqs[middle] ?? 0) <= seq) low = middle + 1
    else high = middle
  }
  return low
}
