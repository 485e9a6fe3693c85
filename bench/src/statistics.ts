/** The middle of some figures, and how far they spread. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b)
  return { median: quantile(sorted, 0.5), least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN }
}

/** The figure below which the given part of the sorted ones lies (nearest rank). */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}

/** A figure as people read it: three digits that mean something. */
export function readable(figure: number): string {
  if (figure >= 1_000_000) return `${(figure / 1_000_000).toPrecision(3)} M`
  if (figure >= 10_000) return `${(figure / 1_000).toPrecision(3)} k`
  return figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3)
}
