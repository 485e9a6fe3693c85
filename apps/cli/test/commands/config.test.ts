import { expect, test } from 'vitest'
import { ALL_VARIABLES } from '../../src/env/variables.ts'
import { run } from '../support/run.ts'

function rowOf(stdout: string, name: string): readonly string[] {
  const line = stdout.split('\n').find(row => row.startsWith(`${name} `)) ?? ''
  return line.split(/ {2,}/)
}

test('config lists every variable with its value and its source', async () => {
  const { code, stdout, stderr } = await run(['config'], { HOLDFAST_PORT: '9000' })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const { name } of ALL_VARIABLES) expect(rowOf(stdout, name)).toHaveLength(3)
  expect(rowOf(stdout, 'HOLDFAST_PORT')).toEqual(['HOLDFAST_PORT', '9000', 'environment'])
  expect(rowOf(stdout, 'HOLDFAST_HOST')).toEqual(['HOLDFAST_HOST', '127.0.0.1', 'default'])
  expect(rowOf(stdout, 'HOLDFAST_AUTH')).toEqual(['HOLDFAST_AUTH', 'guest', 'default'])
})

test('config shows no secret', async () => {
  const env = { HOLDFAST_JWT_SECRET: 'correct-horse-battery', HOLDFAST_DATABASE_URL: 'postgres://u:hunter2@db/x' }
  const { code, stdout, stderr } = await run(['config'], env)
  expect(code).toBe(1)
  expect(stdout + stderr).not.toMatch(/correct-horse|hunter2/)
  expect(rowOf(stdout, 'HOLDFAST_JWT_SECRET')).toEqual(['HOLDFAST_JWT_SECRET', '(set, hidden)', 'environment'])
  expect(rowOf(stdout, 'HOLDFAST_AUTH')[1]).toBe('jwt')
})

test('config shows what is wrong beside it, and fails with one line', async () => {
  const { code, stdout, stderr } = await run(['config'], { HOLDFAST_PORT: 'many' })
  expect(code).toBe(1)
  expect(rowOf(stdout, 'HOLDFAST_PORT')[2]).toContain('environment: must be a whole number')
  expect(stderr).toBe('holdfast: HOLDFAST_PORT must be a whole number from 0 to 65535\n')
})

test('config warns of a misspelled variable, which is no failure', async () => {
  const { code, stderr } = await run(['config'], { HOLDFAST_PROT: '1' })
  expect(code).toBe(0)
  expect(stderr).toBe('holdfast: HOLDFAST_PROT is not a setting of Holdfast; did you mean HOLDFAST_PORT?\n')
})
