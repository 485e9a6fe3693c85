import { describe, expect, test } from 'vitest'
import { cycleBreaches } from './rules/cycles.ts'
import { report } from './support/breach.ts'
import { parseSource } from './support/source.ts'
import { sources } from './support/tree.ts'

describe('import cycles', () => {
  test('no file reaches itself through its imports, type imports included', () => {
    const all = sources(
      '{packages,apps}/*/{src,test}/**/*.{ts,tsx}',
      '{conformance,bench,examples,test}/**/*.ts',
      'scripts/**/*.mjs',
    )
    expect(report(cycleBreaches(all))).toEqual([])
  })

  test('a cycle of three files by a type import is caught', () => {
    const files = [
      parseSource('x/a.ts', "import { b } from './b.ts'"),
      parseSource('x/b.ts', "export { c } from './deep/c.ts'"),
      parseSource('x/deep/c.ts', "\nimport type { A } from '../a.ts'"),
    ]
    expect(report(cycleBreaches(files))).toEqual([
      'x/deep/c.ts:2 closes the import cycle x/a.ts → x/b.ts → x/deep/c.ts → x/a.ts',
    ])
  })

  test('a type written as import() counts', () => {
    const files = [
      parseSource('a.ts', "type B = import('./b.ts').B"),
      parseSource('b.ts', "import type { A } from './a.ts'"),
    ]
    expect(cycleBreaches(files)).toHaveLength(1)
  })

  test('two ways to one file are no cycle', () => {
    const files = [
      parseSource('a.ts', "import './b.ts'\nimport './c.ts'"),
      parseSource('b.ts', "import './c.ts'"),
      parseSource('c.ts', 'export const c = 1'),
    ]
    expect(cycleBreaches(files)).toEqual([])
  })
})
