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

  test('a test file beside them would be caught', () => {
    expect(PATTERNS.some(pattern => matchesGlob('packages/server/src/room/hub.test.ts', pattern))).toBe(false)
    expect(PATTERNS.some(pattern => matchesGlob('packages/server/test/room/hub.test.ts', pattern))).toBe(true)
  })
})
