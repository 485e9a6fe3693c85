const LETTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** `name`, or its first `most` letters and "…" when it has more: for a line that has to say more than a name. Cuts no letter in two. */
export function shortName(name: string, most: number): string {
  let letters = 0
  for (const { index } of LETTERS.segment(name)) {
    if (letters === most) return `${name.slice(0, index).trimEnd()}…`
    letters += 1
  }
  return name
}
