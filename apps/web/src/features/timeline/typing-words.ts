/**
 * Who is typing, in words: "Ann is typing", "Ann and Bob are typing", "Ann and 3 others are typing"; null when nobody is.
 * `names` are those whose names are known, the first ones first; `count` is how many are typing in all.
 */
export function typingWords(names: readonly string[], count: number): string | null {
  const [first, second] = names
  if (count === 0) return null
  if (first === undefined) return count === 1 ? 'Somebody is typing' : `${count} people are typing`
  if (count === 1) return `${first} is typing`
  if (count === 2 && second !== undefined) return `${first} and ${second} are typing`
  return `${first} and ${count - 1} ${count === 2 ? 'other' : 'others'} are typing`
}
