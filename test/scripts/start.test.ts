import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../architecture/support/tree.ts'

let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-start-'))
})

afterAll(() => rm(dataDir, { recursive: true, force: true }))

/** What `npm start` runs, in a process group of its own, as a terminal or a supervisor would have it. */
function start(env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOLDFAST_PORT: '0', HOLDFAST_DATA_DIR: dataDir, HOLDFAST_LOG_LEVEL: 'error', ...env },
  })
}

async function listening(child: ChildProcess): Promise<string> {
  let output = ''
  for await (const chunk of child.stdout ?? []) {
    output += chunk
    const url = /listening on (http:\S+)/.exec(output)?.[1]
    if (url !== undefined) return url
  }
  throw new Error(`unable to start; it ended\n${output}`)
}

describe('npm start', () => {
  test('serves the web app and the API on one address, and passes SIGTERM and the exit code on', async () => {
    const child = start({})
    const exited = once(child, 'exit')
    const url = await listening(child)
    expect(await (await fetch(`${url}/`)).text()).toContain('<script type="module"')
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    child.kill('SIGTERM')
    expect((await exited)[0]).toBe(0)
  })

  test('a signal to the whole process group, which reaches the server twice, still drains and exits 0', async () => {
    const child = start({})
    const exited = once(child, 'exit')
    await listening(child)
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    expect((await exited)[0]).toBe(0)
  })

  test('a wrong setting ends it with the line that names it and exit code 1', async () => {
    const child = start({ HOLDFAST_PORT: 'eighty' })
    const exited = once(child, 'close')
    let errors = ''
    child.stderr?.on('data', chunk => {
      errors += chunk
    })
    child.stdout?.resume()
    expect((await exited)[0]).toBe(1)
    expect(errors.trim().split('\n')).toEqual([expect.stringContaining('HOLDFAST_PORT')])
  })
})
