/** A piece of the sentence that says who is typing: a name, which may read from right to left, or the words between. */
export interface TypingPart {
  readonly kind: 'name' | 'words'
  readonly text: string
}

/**
 * Who is typing, in pieces: "Ann is typing", "Ann and Bob are typing", "Ann and 3 others are typing"; null when nobody is.
 * `names` are those whose names are known, the first ones first; `count` is how many are typing in all.
 */
export function typingWords(names: readonly string[], count: number): readonly TypingPart[] | null {
  const [first, second] = names
  if (count === 0) return null
  if (first === undefined) return [words(count === 1 ? 'Somebody is typing' : `${count} people are typing`)]
  if (count === 1) return [name(first), words(' is typing')]
  if (count === 2 && second !== undefined) return [name(first), words(' and '), name(second), words(' are typing')]
  return [name(first), words(` and ${count - 1} ${count === 2 ? 'other' : 'others'} are typing`)]
}

function name(text: string): TypingPart {
  return { kind: 'name', text }
}

function words(text: string): TypingPart {
  return { kind: 'words', text }
}
