import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MUTANTS } from '../src/mutants.ts'
import { RULES } from '../src/rules.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const SOURCES = resolve(ROOT, 'sim/src')
const SPEC = readFileSync(resolve(ROOT, 'SPEC.md'), 'utf8')

/** Guarantees of `docs/protocol.md` §2, and G1 to G22. */
const GUARANTEES = [
  ...Array.from({ length: 9 }, (_, i) => `§2.${i + 1}`),
  ...Array.from({ length: 22 }, (_, i) => `G${i + 1}`),
]

const [, section = ''] = SPEC.split('\n## The whole, simulated\n')
const [text = ''] = section.split('\n## ')
const rows = [...text.matchAll(/^\| (?!\*\*|guarantee|id |-)(.+) \|$/gm)].map(([, row = '']) => {
  const [guarantee = '', invariant = '', fault = '', bug = '', seed = '', ...more] = row.split(' | ')
  return { row, guarantee, invariant, fault, bug, seed, more }
})

/** Everything that the simulator's files hold against a rule. */
const checks = ['', 'invariants']
  .flatMap(folder => readdirSync(resolve(SOURCES, folder)).map(name => resolve(SOURCES, folder, name)))
  .filter(path => path.endsWith('.ts') && !path.endsWith('/rules.ts'))
  .map(path => readFileSync(path, 'utf8'))
  .join('\n')

test('each rule that is held against a world can be looked for, stands in SPEC.md, and no other is known', () => {
  const held = new Set([...checks.matchAll(/'([A-Z]+\d+)'/g)].map(([, rule]) => rule))
  expect([...RULES].sort()).toEqual([...held].sort())
  expect(RULES.filter(rule => !SPEC.includes(`| **${rule}** |`))).toEqual([])
})

describe('the table of guarantees in SPEC.md', () => {
  test('has five cells in each row, and none of them empty', () => {
    expect(rows.length).toBeGreaterThan(40)
    for (const { row, guarantee, invariant, fault, bug, seed, more } of rows) {
      expect(
        [guarantee, invariant, fault, bug, seed].every(cell => cell !== ''),
        row,
      ).toBe(true)
      expect(more, row).toEqual([])
    }
  })

  test('has every guarantee', () => {
    const told = new Set(rows.flatMap(({ guarantee }) => guarantee.match(/§2\.\d|G\d+/g) ?? []))
    expect(GUARANTEES.filter(each => !told.has(each))).toEqual([])
  })

  test('has each planted bug once, with its rule and the seed that shows it, and no other', () => {
    const told = rows.filter(({ bug }) => bug !== '—').map(({ bug, seed }) => [bug.replaceAll('`', ''), Number(seed)])
    const planted = Object.entries(MUTANTS).map(([name, { foundAt }]) => [name, foundAt])
    expect(told.sort()).toEqual(planted.sort())
    for (const { bug, invariant } of rows) {
      if (bug !== '—') expect(invariant).toContain(MUTANTS[bug.replaceAll('`', '')]?.rule)
    }
  })

  test('names invariants that are there', () => {
    const named = rows.flatMap(({ bug, invariant }) => (bug === '—' ? [] : (invariant.match(/`\w+`/g) ?? [])))
    for (const name of named)
      expect(checks).toMatch(new RegExp(`(?:function |#|^  )${name.replaceAll('`', '')}\\(`, 'm'))
  })

  test('where nothing is planted, names the tests that hold it instead', () => {
    for (const { fault, bug, row } of rows) {
      const cited = [...fault.matchAll(/`([^`]+\.ts)` “([^”]+)”/g)]
      if (bug === '—') expect(cited, row).not.toEqual([])
      for (const [, file = '', name = ''] of cited) {
        expect(existsSync(resolve(ROOT, file)), file).toBe(true)
        expect(readFileSync(resolve(ROOT, file), 'utf8')).toContain(name)
      }
    }
  })
})
