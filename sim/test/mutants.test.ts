import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hunt } from '../src/hunt.ts'
import { editsOf, MUTANTS, mutated } from '../src/mutants.ts'

const ROOT = resolve(import.meta.dirname, '../..')
/** Each bug must show within so many worlds, from the one on in which it was last seen. */
const MOST_SEEDS = 60

const all = Object.entries(MUTANTS)

describe('planted bugs', () => {
  test.each(all)('%s: its place in the product is still there, once', (_name, mutant) => {
    for (const edit of editsOf(mutant)) {
      const source = readFileSync(resolve(ROOT, edit.file), 'utf8')
      expect(mutated(source, edit)).not.toBe(source)
    }
  })

  test.concurrent.each(all)(`%s is found within ${MOST_SEEDS} seeds, by its own rule`, async (name, { foundAt }) => {
    const { foundAt: found, rule, broken } = await hunt(name, foundAt, MOST_SEEDS)
    expect(found, `breaks ${rule}; what was seen last: ${broken}`).not.toBeNull()
  })
})
