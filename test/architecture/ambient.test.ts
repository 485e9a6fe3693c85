import { describe, expect, test } from 'vitest'
import { ambientBreaches } from './rules/ambient.ts'
import { report } from './support/breach.ts'
import { parseSource } from './support/source.ts'
import { sources } from './support/tree.ts'

/** The files that stand between the real clock, timers and randomness and everything else. Each names what it adapts. */
const ADAPTERS = new Set([
  'packages/server/src/platform/system.ts',
  'packages/client/src/platform/system.ts',
  'packages/client/src/testing/turns.ts',
  'packages/react/src/timer.ts',
])

const NONE: ReadonlySet<string> = new Set()

describe('clock, timers, randomness', () => {
  test('only adapters touch the real ones', () => {
    expect(report(ambientBreaches(sources('packages/*/src/**/*.{ts,tsx}'), ADAPTERS))).toEqual([])
  })

  test('every adapter on the list exists and needs to be there', () => {
    const all = sources('packages/*/src/**/*.{ts,tsx}')
    const needed = new Set(ambientBreaches(all, NONE).map(({ path }) => path))
    expect([...ADAPTERS].filter(path => !needed.has(path))).toEqual([])
  })

  test.each([
    'const t = Date.now()',
    'const t = new Date()',
    'const t = Date()',
    'const t = globalThis.performance.now()',
    'setTimeout(() => {}, 1)',
    'const { schedule = setTimeout } = options',
    'globalThis.setInterval(f, 1)',
    'queueMicrotask(f)',
    'const r = Math.random()',
    'const id = crypto.randomUUID()',
    'globalThis.crypto.getRandomValues(bytes)',
    "import { randomBytes as bytes } from 'node:crypto'",
    "import { setTimeout as sleep } from 'node:timers/promises'",
    'const signal = AbortSignal.timeout(5)',
  ])('a breach is caught: %s', text => {
    const breaches = ambientBreaches([parseSource('packages/x/src/a.ts', `\n${text}\n`)], NONE)
    expect(new Set(breaches.map(({ line }) => line))).toEqual(new Set([2]))
  })

  test.each([
    'const t = new Date(stamp)',
    'scheduler.setTimeout(f, 1)',
    'type Timer = ReturnType<typeof setTimeout>',
    'interface Scheduler { setTimeout(f: () => void): void }',
    'const t = clock.now()',
    "import { createHash } from 'node:crypto'",
  ])('no breach: %s', text => {
    expect(report(ambientBreaches([parseSource('packages/x/src/a.ts', text)], NONE))).toEqual([])
  })
})
