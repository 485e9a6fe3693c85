import { registerHooks } from 'node:module'
import { CLIENT_MUTANTS } from './mutants/client-mutants.ts'
import { GATEWAY_MUTANTS } from './mutants/gateway-mutants.ts'
import { LOG_MUTANTS } from './mutants/log-mutants.ts'
import type { Edit, Mutant } from './mutants/mutant.ts'
import { SESSION_MUTANTS } from './mutants/session-mutants.ts'

/** Bugs that have been made in systems of this kind, or in this one. The simulator must find each. */
export const MUTANTS: Readonly<Record<string, Mutant>> = {
  ...LOG_MUTANTS,
  ...SESSION_MUTANTS,
  ...CLIENT_MUTANTS,
  ...GATEWAY_MUTANTS,
}

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

/** All the places of a bug. */
export function editsOf({ also = [], ...first }: Edit & Pick<Mutant, 'also'>): readonly Edit[] {
  return [first, ...also]
}

/**
 * Plants a bug in whatever is imported from here on.
 *
 * @throws Error on import, when the product has moved on and its text is not there once.
 */
export function plant(bug: Edit & Pick<Mutant, 'also'>): void {
  const edits = editsOf(bug)
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      const here = edits.filter(({ file }) => url.endsWith(`/${file}`))
      return here.length === 0 ? loaded : { ...loaded, source: here.reduce(mutated, String(loaded.source)) }
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
