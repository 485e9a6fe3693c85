/** The middle of some figures, and how far they spread. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [below, above] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return {
    median: ((below ?? Number.NaN) + (above ?? Number.NaN)) / 2,
    least: sorted[0] ?? Number.NaN,
    most: sorted.at(-1) ?? Number.NaN,
  }
}

/** A round figure, as marks on an axis are. */
export function rounded(figure: number): string {
  if (figure >= 1e9) return `${figure / 1e9} G`
  if (figure >= 1e6) return `${figure / 1e6} M`
  if (figure >= 1e3) return `${figure / 1e3} k`
  return String(Number(figure.toPrecision(3)))
}

/** A figure as people read it: three digits that mean something. */
export function readable(figure: number): string {
  if (Number.isNaN(figure)) return '–'
  if (figure >= 1e9) return `${(figure / 1e9).toPrecision(3)} G`
  if (figure >= 1e6) return `${(figure / 1e6).toPrecision(3)} M`
  if (figure >= 1e4) return `${(figure / 1e3).toPrecision(3)} k`
  if (figure >= 100 || Number.isInteger(figure)) return figure.toFixed(0)
  return figure.toPrecision(3)
}
