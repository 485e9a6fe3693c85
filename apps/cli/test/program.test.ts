import { expect, test } from 'vitest'
import { ALL_VARIABLES } from '../src/env/variables.ts'
import { run } from './support/run.ts'

test('--help names every command and every variable, and how to begin', async () => {
  const { code, stdout, stderr } = await run(['--help'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const word of ['serve', 'token', 'config', 'restored', 'Examples:']) expect(stdout).toContain(word)
  const words = stdout.replaceAll(/\s+/g, ' ')
  for (const { name, meaning } of ALL_VARIABLES) expect(words).toContain(`${name} ${meaning}`)
  expect(Math.max(...stdout.split('\n').map(line => line.length))).toBeLessThanOrEqual(100)
})

test('serve --help explains the settings too', async () => {
  const { code, stdout } = await run(['serve', '--help'])
  expect(code).toBe(0)
  expect(stdout).toContain('HOLDFAST_DATA_DIR')
})

test('--version prints the version of the package', async () => {
  expect(await run(['--version'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  })
})

test('an unknown command or option is one line of what is wrong, with exit code 1', async () => {
  for (const args of [['frobnicate'], ['serve', '--frobnicate'], ['token', '--sub', 'ann']]) {
    const { code, stdout, stderr } = await run(args)
    expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: '' })
    expect(stderr.trimEnd().split('\n')[0]).toMatch(/^error: /)
    expect(stderr).not.toContain('    at ')
  }
})
