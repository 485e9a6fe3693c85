import { globSync } from 'node:fs'
import { matchesGlob } from 'node:path'
import { describe, expect, test } from 'vitest'
import browser from '../../apps/web/browser/vitest.config.ts'
import conformance from '../../conformance/vitest.config.ts'
import sim from '../../sim/vitest.config.ts'
import root from '../../vitest.config.ts'
import faults from '../faults/vitest.config.ts'
import { ROOT, read } from './support/tree.ts'

/** What each run of `npm test` finds by its configuration: folder and patterns inside. */
const RUNS = [
  { folder: '', config: root },
  { folder: 'conformance/', config: conformance },
  { folder: 'apps/web/browser/', config: browser },
  { folder: 'sim/', config: sim },
  { folder: 'test/faults/', config: faults },
]

const PATTERNS = RUNS.flatMap(({ folder, config }) => (config.test?.include ?? []).map(pattern => folder + pattern))

describe('runs', () => {
  test('every test file of the repository is found by a run of npm test', () => {
    const files = globSync('**/*.test.{ts,tsx}', { cwd: ROOT, exclude: ['**/node_modules/**', '**/dist/**'] })
    expect(files.length).toBeGreaterThan(50)
    expect(files.filter(file => !PATTERNS.some(pattern => matchesGlob(file, pattern)))).toEqual([])
  })

  test.each(RUNS.slice(1))('npm test runs $folder with its configuration', ({ folder }) => {
    expect(read('scripts/test.mjs')).toContain(`'${folder}vitest.config.ts'`)
  })

  test('npm test runs the conformance suite in both modes, with one thread that serves clients and with two', () => {
    const script = read('scripts/test.mjs')
    const [, modes = ''] = /const MODES = \[\n([\s\S]*?)\n\]\n/.exec(script) ?? []
    expect(modes.match(/WORKERS: '\d+'/g)).toEqual(["WORKERS: '1'", "WORKERS: '2'"])
    const [, step = ''] = /\{\n( +name: 'conformance',\n[\s\S]*?)\n {2}\},\n/.exec(script) ?? []
    expect(step).toContain("vitest: ['--config', 'conformance/vitest.config.ts']")
    expect(step).toContain('environments: MODES')
    // The name under which a run tells its servers how many of them are to serve clients.
    expect(read('conformance/src/own-server.ts')).toContain('process.env.WORKERS')
  })

  test('a test file beside them would be caught', () => {
    expect(PATTERNS.some(pattern => matchesGlob('packages/server/src/room/hub.test.ts', pattern))).toBe(false)
    expect(PATTERNS.some(pattern => matchesGlob('packages/server/test/room/hub.test.ts', pattern))).toBe(true)
  })
})
