import { describe, expect, test } from 'vitest'
import { anyBreaches } from './rules/explicit-any.ts'
import { report } from './support/breach.ts'
import { parseSource } from './support/source.ts'
import { sources } from './support/tree.ts'

describe('any', () => {
  test('no file writes the type any', () => {
    const all = sources('{packages,apps}/**/*.{ts,tsx}', '{conformance,bench,examples,test}/**/*.{ts,tsx}', '*.ts')
    expect(report(anyBreaches(all))).toEqual([])
  })

  test.each([
    'let a: any',
    'const a = b as any',
    'function f(...rest: any[]): void {}',
    'type T = Record<string, any>',
    'interface I<T = any> { t: T }',
  ])('a breach is caught: %s', text => {
    expect(report(anyBreaches([parseSource('a.ts', `\n\n${text}`)]))).toEqual([expect.stringContaining('a.ts:3 ')])
  })

  test('the word in a comment, a string or a name is not the type', () => {
    const text = "// any\nconst any = 'any'\nexport const o = { any }"
    expect(anyBreaches([parseSource('a.ts', text)])).toEqual([])
  })
})
