import { join } from 'node:path'
import * as testing from '@holdfast/client/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { ROOT, read } from '../architecture/support/tree.ts'
import { output } from '../packages/support/pack.ts'
import { writeGenerated } from './support/program.ts'
import { snippetsOf } from './support/snippets.ts'

const PAGE = read('docs/testing.md')
const EXAMPLES = snippetsOf(PAGE).filter(({ language }) => language === 'ts')

/** The compiler options that an application is likely to have. */
const COMPILER_OPTIONS = {
  module: 'NodeNext',
  target: 'ES2024',
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: ['node'],
  allowImportingTsExtensions: true,
  customConditions: ['holdfast-source'],
}

let folder: string

beforeAll(async () => {
  for (const [place, { code }] of EXAMPLES.entries()) folder = await writeGenerated(`testing-${place}.ts`, code)
})

describe('docs/testing.md', () => {
  test('has examples, and every one is run', () => {
    expect(EXAMPLES.length).toBeGreaterThan(1)
    expect(EXAMPLES.filter(({ marks }) => !marks.includes('run'))).toEqual([])
  })

  test.each(EXAMPLES.map(({ line }, place) => [line, place]))('the example of line %i passes', async (_line, place) => {
    const options = ['--conditions=holdfast-source', '--test-reporter=tap', `testing-${place}.ts`]
    expect(await output(process.execPath, options, folder)).toContain('# pass 1')
  })

  test('they compile as printed, under the strict compiler', async () => {
    const config = { compilerOptions: COMPILER_OPTIONS, files: EXAMPLES.map((_, place) => `testing-${place}.ts`) }
    await writeGenerated('tsconfig.testing.json', JSON.stringify(config))
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    expect(await output(process.execPath, [tsc, '-p', join(folder, 'tsconfig.testing.json')])).toBe('')
  })

  test('names every behaviour that there is, and none that there is not', () => {
    const table = PAGE.split('\n').filter(line => line.startsWith('| `'))
    const named = table.flatMap(line => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)/g)].map(([, name]) => name))
    const others = [
      'all',
      'assertConverged',
      'createFakeServer',
      'fakePlatform',
      'keepsContract',
      'only',
      'settle',
      'times',
    ]
    const behaviours = Object.keys(testing).filter(name => /^[a-z]/.test(name) && !others.includes(name))
    expect(named.toSorted()).toEqual(behaviours.toSorted())
  })
})
