import { registerHooks } from 'node:module'
import { CLIENT_MUTANTS } from './mutants/client-mutants.ts'
import { LOG_MUTANTS } from './mutants/log-mutants.ts'
import type { Edit, Mutant } from './mutants/mutant.ts'
import { SESSION_MUTANTS } from './mutants/session-mutants.ts'

/** Bugs that have been made in systems of this kind, or in this one. The simulator must find each. */
export const MUTANTS: Readonly<Record<string, Mutant>> = { ...LOG_MUTANTS, ...SESSION_MUTANTS, ...CLIENT_MUTANTS }

/**
 * The bug of this name.
 *
 * @throws Error when there is none.
 */
export function mutantOf(name: string): Mutant {
  const mutant = MUTANTS[name]
  if (mutant === undefined) throw new Error(`unable to plant ${name}; known are ${Object.keys(MUTANTS).join(', ')}`)
  return mutant
}

/**
 * Plants a bug in whatever is imported from here on.
 *
 * @throws Error on import, when the product has moved on and its text is not there once.
 */
export function plant(bug: Edit): void {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (!url.endsWith(`/${bug.file}`)) return loaded
      return { ...loaded, source: mutated(String(loaded.source), bug) }
    },
  })
}

/** `source` with the bug in it. */
export function mutated(source: string, { file, find, replace }: Edit): string {
  const parts = source.split(find)
  const [before, after] = parts
  if (parts.length !== 2 || before === undefined || after === undefined) {
    throw new Error(`unable to plant a bug in ${file}; its text is there ${parts.length - 1} times`)
  }
  return before + replace + after
}
