import { SEEN_CAP } from '@holdfast/protocol'

/** Most names that stand in one sentence. */
const MAX_NAMES = 12

/**
 * Who has seen a message, in words. `names` are those whose names are known, `count` is how many there are in all, counted up
 * to `SEEN_CAP`; a count below the names is one that does not know of them yet.
 */
export function seenWords(names: readonly string[], count: number): string {
  const total = Math.max(count, names.length)
  if (total === 0) return 'Seen'
  if (names.length === 0) return `Seen by ${peopleWords(total)}`
  const shown = names.slice(0, MAX_NAMES)
  const rest = total - shown.length
  const parts = rest === 0 ? shown : [...shown, `${countWord(rest, total)} ${rest === 1 ? 'other' : 'others'}`]
  return `Seen by ${new Intl.ListFormat(undefined, { type: 'conjunction' }).format(parts)}`
}

function peopleWords(count: number): string {
  return count === 1 ? '1 person' : `${countWord(count, count)} people`
}

/** `count`, with a plus when what it was counted from went no further. */
function countWord(count: number, total: number): string {
  return `${count.toLocaleString()}${total >= SEEN_CAP ? '+' : ''}`
}
