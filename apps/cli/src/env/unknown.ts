import type { Env } from './read.ts'
import { ALL_VARIABLES } from './variables.ts'

const PREFIX = 'HOLDFAST_'
/** Letters that a misspelling may be away from the name that was meant. */
const MOST_EDITS = 3

/** One warning for each `HOLDFAST_…` variable that this program does not know: a misspelled setting must not be silent. */
export function unknownVariables(env: Env): readonly string[] {
  const known = ALL_VARIABLES.map(variable => variable.name)
  return Object.keys(env)
    .filter(name => name.startsWith(PREFIX) && !known.includes(name))
    .map(name => {
      const meant = nearest(name, known)
      return `${name} is not a setting of Holdfast${meant === null ? '' : `; did you mean ${meant}?`}`
    })
}

function nearest(name: string, known: readonly string[]): string | null {
  const [best] = known
    .map(candidate => ({ candidate, edits: editsBetween(name, candidate) }))
    .sort((a, b) => a.edits - b.edits)
  return best !== undefined && best.edits <= MOST_EDITS ? best.candidate : null
}

/** Levenshtein's distance, row by row. */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...to].entries()) {
      const insert = (next[j] ?? 0) + 1
      const remove = (row[j + 1] ?? 0) + 1
      const replace = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(insert, remove, replace))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
