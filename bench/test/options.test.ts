import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { ROOT } from '../src/servers/spawned.ts'

test.each(['abc', '0', '1.5', '-1', ''])('--rounds %j is refused before anything is measured', rounds => {
  const args = ['--conditions=holdfast-source', 'bench/src/main.ts', `--rounds=${rounds}`]
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
  expect(stderr).toContain('unable to measure; --rounds must be a whole number above zero')
  expect(status).not.toBe(0)
})
