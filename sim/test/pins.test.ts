import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mutated } from '../src/mutants.ts'
import { readPin, writePin } from '../src/pin.ts'
import { planOf } from '../src/plan.ts'
import { run } from '../src/run.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const SEEDS = resolve(ROOT, 'sim/seeds')
const MAIN = resolve(ROOT, 'sim/src/main.ts')

const pins = readdirSync(SEEDS).map(name => {
  const path = resolve(SEEDS, name)
  return { name, path, ...readPin(path) }
})

test('what is written is read as it was, a step in a line', () => {
  const path = resolve(mkdtempSync(resolve(tmpdir(), 'pin-')), 'kept.json')
  const pin = {
    ...{ why: 'what was wrong', rule: 'LOG1', found: 'once' },
    ...{ bug: { file: 'a.ts', find: 'b', replace: 'c' }, plan: planOf('1') },
  }
  writePin(path, pin)
  expect(readPin(path)).toEqual(pin)
  expect(readFileSync(path, 'utf8').match(/^ +\{ "at": .* \},?$/gm)).toHaveLength(pin.plan.steps.length)
})

describe('worlds that have shown a bug', () => {
  test.each(pins)('$name: $why', async ({ why, rule, found, plan }) => {
    expect([why, rule, found]).not.toContain('')
    expect((await run(plan)).violations).toEqual([])
  })

  test.each(pins)('$name breaks its rule still when its bug is put back', ({ path, rule, bug }) => {
    const source = readFileSync(resolve(ROOT, bug.file), 'utf8')
    expect(mutated(source, bug)).not.toBe(source)
    const options = ['--conditions=holdfast-source', MAIN, '--plan', path, '--broken']
    const { status, stdout } = spawnSync(process.execPath, options, { encoding: 'utf8' })
    expect([status, /^seed .* breaks (.*); replay/m.exec(stdout)?.[1]?.split(', ')]).toEqual([
      1,
      expect.arrayContaining([rule]),
    ])
  })
})
