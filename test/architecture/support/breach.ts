/** A place where a rule is broken. */
export interface Breach {
  readonly path: string
  readonly line: number
  /** What is wrong, in words that tell the reader what to do about it. */
  readonly what: string
}

/** One line per breach, as compilers print them, so that an editor can jump there. Compare it with `[]`. */
export function report(breaches: readonly Breach[]): string[] {
  return breaches.map(({ path, line, what }) => `${path}:${line} ${what}`)
}
