import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { optionsOf } from '../src/options.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const NONE = { mutants: false, first: false }

function simulate(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--conditions=holdfast-source', MAIN, ...args], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe('the command', () => {
  test.each([
    ['--seeds', 'ten'],
    ['--seeds', '0'],
    ['--seeds', '1.5'],
    ['--from', 'here'],
    ['--minutes', 'tonight'],
    ['--minutes', '0'],
    ['--minutes', '0x10'],
    ['--rule', 'SEND33'],
    ['--rule', 'APP9'],
  ])('%s %s is refused: a run of nothing proves nothing', (name, text) => {
    const { status, stdout, stderr } = simulate(name, text)
    expect(status).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(new RegExp(`^unable to (run with|run for|look for) ${name} ${text};`))
  })

  test('fails when no seed breaks the rule of a planted bug, and succeeds when one does', () => {
    // The lane that moves is a rare one: these two worlds are not among those that show it.
    const missed = simulate('--mutant', 'lane-moves', '--seeds', '2')
    expect([missed.status, missed.stdout]).toEqual([1, expect.stringContaining('lane-moves breaks SEND3 in none')])
    const found = simulate('--mutant', 'burnt-seq')
    expect([found.status, found.stdout]).toEqual([0, expect.stringMatching(/breaks .*LOG1/)])
  })

  test('with --plan a world that was kept is told line by line, and what is no plan is refused', () => {
    const kept = simulate('--plan', fileURLToPath(new URL('../seeds/storage-tells-late.json', import.meta.url)))
    expect([kept.status, kept.stdout]).toEqual([0, expect.stringMatching(/ step +\{.*\n[\s\S]*seed 2132: 3 steps/)])
    const missing = simulate('--plan', 'nowhere.json')
    expect([missing.status, missing.stderr]).toEqual([1, expect.stringMatching(/^unable to run nowhere.json; ENOENT/)])
  })

  test('with --rule no breach of another rule is told', () => {
    const { rule, isFirst } = optionsOf({ ...NONE, rule: 'SEND3', mutant: 'lane-moves' })
    expect([rule, isFirst]).toEqual(['SEND3', true])
    const other = simulate('--mutant', 'burnt-seq', '--rule', 'SIG1', '--seeds', '1')
    expect([other.status, other.stdout]).toEqual([1, expect.not.stringContaining('LOG1')])
  })

  test('with --minutes each run begins elsewhere, and tells where', () => {
    const drawn = Array.from({ length: 5 }, () => optionsOf({ ...NONE, minutes: '1' }).from)
    expect(new Set(drawn).size).toBe(drawn.length)
    expect(optionsOf({ ...NONE, minutes: '1', from: '7' }).from).toBe(7)
    const { status, stdout } = simulate('--minutes', '0.0001')
    expect(stdout).toMatch(/^from seed \d+ on\n/)
    expect(status).toBe(stdout.includes('1 seeds') ? 0 : 1)
  })
})
