import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LOOPS_FILE, longestStall, loopNotes } from '../../src/generator/loops.ts'

const SIGNALS = new URL('../../../packages/server/src/signals.ts', import.meta.url)
const preload = (name: string) => new URL(`../../src/${name}`, import.meta.url).href

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-preload-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function run(preloaded: string, code: string, env: Record<string, string> = {}) {
  const options = ['--conditions=holdfast-source', '--import', preload(preloaded), '--input-type=module']
  const { status, stderr } = spawnSync(process.execPath, options, {
    input: code,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  return { status, stderr }
}

describe('what is loaded before a server', () => {
  test('the coalescing of presence can still be taken out of the source as it is', () => {
    expect(run('eager-presence.ts', `await import(${JSON.stringify(SIGNALS.href)})`)).toMatchObject({ status: 0 })
  })

  test('a loop that stands still is noted with how long it did, and when it ended', () => {
    const file = join(folder, 'stalls')
    writeFileSync(file, '')
    const from = Date.now()
    const busy = 'setTimeout(() => { const end = performance.now() + 60; while (performance.now() < end); }, 30)'
    expect(run('loop-watch.ts', `${busy}; setTimeout(() => {}, 150)`, { [LOOPS_FILE]: file }).status).toBe(0)
    const stalls = loopNotes(file).stalls
    expect(longestStall(stalls, from, Date.now())).toBeGreaterThan(50)
    expect(longestStall(stalls, 0, from)).toBe(0)
  })
})
