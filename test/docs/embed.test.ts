import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT, read } from '../architecture/support/tree.ts'
import { output } from '../packages/support/pack.ts'
import { createRoom, sendOnce, tokenFor } from './support/guest.ts'
import { runProgram, writeGenerated } from './support/program.ts'
import { snippetMarked, snippetsOf } from './support/snippets.ts'

const SECRET = 'the secret of the documentation tests: 32+ bytes'

/** What the README promises of its example. */
const MAX_LINES = 25

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

describe("the README's embed example", () => {
  test('is short enough to be read at a glance', () => {
    const { code } = snippetMarked(read('README.md'), 'embed')
    expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_LINES)
  })

  test('compiles as printed, under the strict compiler', async () => {
    const { code } = snippetMarked(read('README.md'), 'embed')
    await writeGenerated('embed-types.ts', code)
    const config = { compilerOptions: COMPILER_OPTIONS, files: ['embed-types.ts'] }
    const folder = await writeGenerated('tsconfig.json', JSON.stringify(config))
    expect(await output(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder])).toBe('')
  })

  test('runs as printed: it listens, takes a message over a socket, and stops when asked', async () => {
    const { code, language } = snippetMarked(read('README.md'), 'embed')
    const program = await runProgram(`embed.${language}`, code, { HOLDFAST_JWT_SECRET: SECRET })
    let exitCode: number | null
    try {
      const token = await tokenFor(program.url, 'Ada', SECRET)
      const roomId = await createRoom(program.url, token, 'Dispatch')
      const answer = await sendOnce(program.url, token, roomId, 'The 7:40 is on its way.')
      expect(answer).toMatchObject({ type: 'message.ack', roomId, duplicate: false })
    } finally {
      exitCode = await program.stop()
    }
    expect(exitCode).toBe(0)
  })
})

describe('finding snippets', () => {
  test('a block is found by its mark, with its code and nothing else', () => {
    const page = 'Text\n\n```sh\nnpm start\n```\n\n```ts embed\nconst a = 1\n```\n'
    expect(snippetsOf(page).map(({ language, line }) => [language, line])).toEqual([
      ['sh', 3],
      ['ts', 7],
    ])
    expect(snippetMarked(page, 'embed').code).toBe('const a = 1\n')
  })

  test('a missing or a second block of the same mark is an error', () => {
    expect(() => snippetMarked('no code', 'embed')).toThrow('there are 0')
    expect(() => snippetMarked('```ts embed\n```\n```js embed\n```\n', 'embed')).toThrow('there are 2')
  })
})
