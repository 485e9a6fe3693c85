/** What should be somewhere, held against what is. */
export interface Findings {
  readonly lost: readonly number[]
  readonly repeated: readonly number[]
  readonly unknown: readonly number[]
}

/** Numbers shown of each kind of finding. */
const SHOWN = 5

/**
 * `found` should hold each of `wanted` once, and nothing that is not in `allowed`: messages that were sent and never
 * acknowledged may be there, once.
 */
export function compare(
  wanted: ReadonlySet<number>,
  found: readonly number[],
  allowed: ReadonlySet<number> = wanted,
): Findings {
  const seen = new Set<number>()
  const repeated: number[] = []
  const unknown: number[] = []
  for (const n of found) {
    if (seen.has(n)) repeated.push(n)
    else if (!allowed.has(n) && !wanted.has(n)) unknown.push(n)
    seen.add(n)
  }
  return { lost: [...wanted].filter(n => !seen.has(n)), repeated, unknown }
}

/** Ends the run when something was found. `where`: whose findings these are. */
export function demand(where: string, findings: Findings): void {
  const complaints = Object.entries(findings).flatMap(([kind, numbers]: [string, readonly number[]]) => {
    return numbers.length === 0 ? [] : [`${numbers.length} ${kind} (${numbers.slice(0, SHOWN).join(', ')})`]
  })
  if (complaints.length > 0) throw new Error(`the audit failed: ${where}: ${complaints.join('; ')}`)
}

/** Ends the run when there are not as many as there should be: where only the count is known. */
export function demandCount(where: string, counted: number, wanted: number): void {
  if (counted !== wanted) throw new Error(`the audit failed: ${where}: ${counted} of ${wanted}`)
}
