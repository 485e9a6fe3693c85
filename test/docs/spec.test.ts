import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SPEC = readFileSync(`${ROOT}SPEC.md`, 'utf8')

/** `| **ID** | rule | \`file\` “part of a test's name” |`; a gap's last cell says why instead. */
const ROW = /^\| \*\*([A-Z]+\d+[a-z]?)\*\* \| (.+?) \| (.+) \|$/gm
const ENFORCED = /`([^`]+\.tsx?)` “([^”]+)”/g

interface Citation {
  readonly file: string
  readonly name: string
}

interface Rule {
  readonly id: string
  readonly enforcedBy: readonly Citation[]
  readonly cell: string
}

const [rulesText = '', gapsText = ''] = SPEC.split('\n## What nothing enforces yet\n')

function citationsIn(text: string): readonly Citation[] {
  return [...text.matchAll(ENFORCED)].map(([, file = '', name = '']) => ({ file, name }))
}

function expectThere({ file, name }: Citation): void {
  expect(existsSync(ROOT + file), file).toBe(true)
  expect(readFileSync(ROOT + file, 'utf8'), `${file} has a test named …${name}…`).toContain(name)
}

function rowsOf(text: string): readonly Rule[] {
  return [...text.matchAll(ROW)].map(([, id = '', , cell = '']) => ({
    id,
    cell,
    enforcedBy: citationsIn(cell),
  }))
}

const rules = rowsOf(rulesText)
const gaps = rowsOf(gapsText)

describe('SPEC.md', () => {
  it('numbers its rules, each once, and lists what nothing enforces', () => {
    const ids = [...rules, ...gaps].map(rule => rule.id)
    expect(rules.length).toBeGreaterThan(40)
    expect(gaps.length).toBeGreaterThan(0)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each(rules.map(rule => [rule.id, rule] as const))('%s names tests that are there', (_, rule) => {
    expect(rule.enforcedBy).not.toEqual([])
    rule.enforcedBy.forEach(expectThere)
  })

  it.each(gaps.map(gap => [gap.id, gap] as const))('%s says why nothing enforces it', (_, gap) => {
    expect(gap.enforcedBy).toEqual([])
    expect(gap.cell.length).toBeGreaterThan(10)
  })
})

describe('docs/attacks.md', () => {
  const lines = readFileSync(`${ROOT}docs/attacks.md`, 'utf8')
    .split('\n')
    .filter(line => line.startsWith('| ') && !line.startsWith('| attack'))

  it('names for each attack tests that are there, or says what is so without one', () => {
    expect(lines.length).toBeGreaterThan(50)
    for (const line of lines) {
      const [attack = '', expected = '', seen = '', tests = '', ...more] = line.slice(2, -2).split(' | ')
      const said = expect.stringMatching(/./)
      expect([attack, expected, seen, more.length], line).toEqual([said, said, said, 0])
      // What is expected is tested, and nothing else is.
      expect(citationsIn(tests).length === 0, line).toBe(expected === '—')
      expect(tests === '—', line).toBe(expected === '—')
      citationsIn(tests).forEach(expectThere)
    }
  })
})
