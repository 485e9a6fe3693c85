import { describe, expect, test } from 'vitest'
import {
  fileSizeBreaches,
  functionSizeBreaches,
  MAX_FILE_LINES,
  MAX_FUNCTION_LINES,
  MAX_TEST_FILE_LINES,
} from './rules/size.ts'
import { report } from './support/breach.ts'
import { parseSource } from './support/source.ts'
import { sources } from './support/tree.ts'

const EVERYTHING = [
  '{packages,apps}/**/*.{ts,tsx,mjs}',
  '{conformance,bench,examples,scripts,test}/**/*.{ts,tsx,mjs}',
  '*.{ts,mjs}',
]

const lines = (count: number): string => 'void 0\n'.repeat(count)

describe('size', () => {
  test(`a source file has at most ${MAX_FILE_LINES} lines, a test file at most ${MAX_TEST_FILE_LINES}`, () => {
    expect(report(fileSizeBreaches(sources(...EVERYTHING)))).toEqual([])
  })

  test(`a function has at most ${MAX_FUNCTION_LINES} lines`, () => {
    expect(report(functionSizeBreaches(sources(...EVERYTHING)))).toEqual([])
  })

  test('a file one line too long is caught, one at the limit is not', () => {
    const files = [
      parseSource('packages/x/src/long.ts', lines(MAX_FILE_LINES + 1)),
      parseSource('packages/x/src/full.ts', lines(MAX_FILE_LINES)),
      parseSource('packages/x/test/long.test.ts', lines(MAX_TEST_FILE_LINES + 1)),
      parseSource('packages/x/test/full.test.ts', lines(MAX_TEST_FILE_LINES)),
    ]
    expect(fileSizeBreaches(files).map(({ path }) => path)).toEqual([
      'packages/x/src/long.ts',
      'packages/x/test/long.test.ts',
    ])
  })

  test.each([
    ['function', (body: string) => `function f() {\n${body}}`],
    ['arrow function', (body: string) => `const f = () => {\n${body}}`],
    ['method', (body: string) => `class C { m() {\n${body}} }`],
    ['constructor', (body: string) => `class C { constructor() {\n${body}} }`],
  ])('a %s one line too long is caught, one at the limit is not', (_kind, write) => {
    const breaches = (bodyLines: number) =>
      functionSizeBreaches([parseSource('packages/x/src/f.ts', write(lines(bodyLines)))])
    expect(breaches(MAX_FUNCTION_LINES - 1)).toHaveLength(1)
    expect(breaches(MAX_FUNCTION_LINES - 2)).toEqual([])
  })
})
