import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const EXAMPLES = fileURLToPath(new URL('..', import.meta.url))

/** How long tests of a second may take on a loaded machine. */
const WITHIN_MS = 30_000

/** Runs a file of tests as its reader would, and resolves to what it prints, whether or not they pass. */
async function runTests(file: string): Promise<string> {
  const options = ['--conditions=holdfast-source', '--test-reporter=tap', file]
  return promisify(execFile)(process.execPath, options, { timeout: WITHIN_MS }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { readonly stdout: string }) => stdout,
  )
}

test('the tests of the application pass', async () => {
  const printed = await runTests(join(EXAMPLES, 'testing-your-app', 'helpdesk-test.ts'))
  expect(printed).toContain('# fail 0')
  expect(printed).toContain('# pass 4')
})

test('they fail for an application that looks at the latest message alone', async () => {
  const generated = join(EXAMPLES, '.generated')
  await mkdir(generated, { recursive: true })
  const folder = await mkdtemp(join(generated, 'broken-'))
  try {
    for (const name of ['helpdesk.ts', 'helpdesk-test.ts']) {
      const text = await readFile(join(EXAMPLES, 'testing-your-app', name), 'utf8')
      await writeFile(join(folder, name), text.replace('row of timeline)', 'row of timeline.slice(-1))'))
    }
    expect(await runTests(join(folder, 'helpdesk-test.ts'))).toMatch(/# fail [1-9]/)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
