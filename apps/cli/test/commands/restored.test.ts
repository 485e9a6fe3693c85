import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Run, run } from '../support/run.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-restored-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('restored says in one line what it did, or why it did nothing: no database, or a server on the folder', async () => {
  const env = { HOLDFAST_DATA_DIR: folder, HOLDFAST_PORT: '0' }
  const empty = await run(['restored'], env)
  expect(empty).toEqual({
    code: 1,
    stdout: '',
    stderr: `holdfast: unable to renew the data folder ${folder}; there is no database in it\n`,
  })
  const server = new Run(['serve'], env)
  await server.url()
  const busy = await run(['restored'], env)
  expect(busy).toEqual({
    code: 1,
    stdout: '',
    stderr: `holdfast: unable to use the data folder ${folder}; another server is running on it\n`,
  })
  server.child.kill('SIGTERM')
  await server.ended
  for (let time = 0; time < 2; time++) {
    const stdout = `${folder} can be served: clients will read each of its 0 rooms anew\n`
    expect(await run(['restored'], env)).toEqual({ code: 0, stdout, stderr: '' })
  }
})
