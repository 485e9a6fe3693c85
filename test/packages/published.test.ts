import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT, read } from '../architecture/support/tree.ts'
import { output, type Packed, PUBLISHED, packAll } from './support/pack.ts'

/** The web app has pages to serve and nothing to import. */
const LIBRARIES = PUBLISHED.filter(name => name !== 'apps/web' && name !== 'apps/cli')

let folder: string
let packed: ReadonlyMap<string, Packed>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-pack-'))
  packed = await packAll(folder)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('what would be published', () => {
  test.each(PUBLISHED)('%s: package.json and files agree (publint)', async name => {
    const { messages, pkg } = await publint({ pkgDir: join(ROOT, name), strict: true, pack: 'npm' })
    expect(messages.map(message => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  // attw fails, and `output` with it, when a way that this profile looks at has a problem.
  test.each(LIBRARIES)('%s: types resolve as the code does (attw, ESM only)', async name => {
    const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js')
    const options = ['--profile', 'esm-only', '--no-definitely-typed', '--format', 'json']
    const printed = await output(process.execPath, [attw, packed.get(name)?.tarball ?? '', ...options])
    expect(JSON.parse(printed).analysis.types).toMatchObject({ kind: 'included' })
  })

  test.each(PUBLISHED)('%s: carries the licence and what is built, and no test or setting', name => {
    const files = packed.get(name)?.files ?? []
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'package.json']))
    expect(files.filter(file => !/^(LICENSE|README\.md|package\.json|(dist|src)\/.+)$/.test(file))).toEqual([])
    expect(files.some(file => /^dist\/.+\.js$/.test(file))).toBe(true)
  })

  test.each(PUBLISHED)('%s: the version is that of all', name => {
    const { version, license, type } = JSON.parse(read(`${name}/package.json`))
    expect({ version, license, type }).toEqual({
      version: JSON.parse(read('packages/protocol/package.json')).version,
      license: 'MIT',
      type: 'module',
    })
  })
})
