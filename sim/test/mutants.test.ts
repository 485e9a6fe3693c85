import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MUTANTS, type Mutant, mutated } from '../src/mutants.ts'

const ROOT = resolve(import.meta.dirname, '../..')
/** Each bug must show within so many worlds. */
const MOST_SEEDS = 60

const all = Object.entries<Mutant>(MUTANTS)

describe('planted bugs', () => {
  test.each(all)('%s: its place in the product is still there, once', (_name, mutant) => {
    const source = readFileSync(resolve(ROOT, mutant.file), 'utf8')
    expect(mutated(source, mutant)).not.toBe(source)
  })

  test.each(all)(`%s is found within ${MOST_SEEDS} seeds`, (name, { from = 1 }) => {
    const options = ['--conditions=holdfast-source', 'sim/src/main.ts', '--from', String(from)]
    const run = spawnSync(process.execPath, [...options, '--mutant', name, '--seeds', String(MOST_SEEDS), '--first'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    expect(run.stderr).toBe('')
    expect(run.stdout).toMatch(/^seed \d+ breaks /m)
  })
})
