import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  QUIET,
  START_EVERY_MS,
  STOP_AFTER_MS,
  stepTyping,
  type TypingEvent,
  type TypingState,
  wakeTypingAt,
} from '../../src/signals/typing-machine.ts'
import { testTable } from '../support/table.ts'

const NOW = 10_000
const STATES = {
  quiet: QUIET,
  'quiet, told a moment ago': { kind: 'quiet', toldAt: NOW - 500 },
  'typing, told': { kind: 'typing', toldAt: NOW - 500, keyAt: NOW - 400, isTold: true },
  'typing, told long ago': { kind: 'typing', toldAt: NOW - START_EVERY_MS, keyAt: NOW - 400, isTold: true },
  'typing, not told yet': { kind: 'typing', toldAt: NOW - 500, keyAt: NOW - 400, isTold: false },
  'no key for long, told': { kind: 'typing', toldAt: NOW - 4_000, keyAt: NOW - STOP_AFTER_MS, isTold: true },
  'no key for long, not told': { kind: 'typing', toldAt: NOW - 1_000, keyAt: NOW - STOP_AFTER_MS, isTold: false },
} as const satisfies Record<string, TypingState>

type Cell = 'stay' | readonly [TypingState['kind'], ...('start' | 'stop')[]]
const TABLE: Record<keyof typeof STATES, Record<TypingEvent['kind'], Cell>> = {
  quiet: { key: ['typing', 'start'], stop: 'stay', tick: 'stay' },
  'quiet, told a moment ago': { key: ['typing'], stop: 'stay', tick: 'stay' },
  'typing, told': { key: ['typing'], stop: ['quiet', 'stop'], tick: 'stay' },
  'typing, told long ago': {
    key: ['typing', 'start'],
    stop: ['quiet', 'stop'],

    tick: ['typing', 'start'],
  },
  'typing, not told yet': { key: ['typing'], stop: ['quiet'], tick: 'stay' },
  'no key for long, told': {
    key: ['typing', 'start'],
    stop: ['quiet', 'stop'],

    tick: ['quiet', 'stop'],
  },
  'no key for long, not told': { key: ['typing'], stop: ['quiet'], tick: ['quiet'] },
}

describe('the typing machine', () => {
  for (const [name, row] of Object.entries(TABLE)) {
    const before = STATES[name as keyof typeof STATES]
    testTable<string, TypingEvent['kind'], 'start' | 'stop'>({ [name]: row } as never, (_state, kind) => {
      const { state, effects } = stepTyping(before, { kind }, { now: NOW })
      return { before, after: state, effects }
    })
  }

  test('whatever keys fall: told at most every 2 s, ended 3 s after the last key, never told without one', () => {
    const op = fc.record({ kind: fc.constantFrom('key', 'key', 'key', 'stop'), after: fc.nat(3_500) })
    fc.assert(
      fc.property(fc.array(op, { maxLength: 60 }), ops => {
        const run = runner()
        for (const { kind, after } of ops) {
          run.advance(after)
          run.dispatch(kind)
        }
        run.advance(20_000)
        const { told, keys } = run
        const starts = told.filter(({ what }) => what === 'start')
        starts.forEach(({ at }, i) => {
          expect(at - (starts[i - 1]?.at ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(START_EVERY_MS)
          expect(keys.some(key => key <= at && at - key < STOP_AFTER_MS)).toBe(true)
        })
        for (const { at } of told.filter(({ what }) => what === 'stop')) {
          expect(at - Math.max(...keys.filter(key => key <= at))).toBeLessThanOrEqual(STOP_AFTER_MS)
        }
        expect(run.state.kind).toBe('quiet')
        expect(wakeTypingAt(run.state)).toBeNull()
        expect(told.at(-1)?.what ?? 'stop').toBe('stop')
      }),
      { numRuns: 500 },
    )
  })

  test('while keys fall the indicator of the others never lapses', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: STOP_AFTER_MS - 1 }), { minLength: 1, maxLength: 60 }), gaps => {
        const run = runner()
        run.dispatch('key')
        for (const gap of gaps) {
          run.advance(gap)
          run.dispatch('key')
        }
        const starts = run.told.map(({ at }) => at)
        for (const [i, at] of [...starts, run.now].entries()) expect(at - (starts[i - 1] ?? 0)).toBeLessThan(5_000)
        expect(run.told.every(({ what }) => what === 'start')).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

/** Runs the machine as its driver does: a tick whenever it wants one. */
function runner() {
  const run = {
    now: 0,
    state: QUIET,
    told: [] as { readonly what: 'start' | 'stop'; readonly at: number }[],
    keys: [] as number[],
    dispatch(kind: TypingEvent['kind']) {
      if (kind === 'key') run.keys.push(run.now)
      const { state, effects } = stepTyping(run.state, { kind }, { now: run.now })
      run.state = state
      for (const effect of effects) run.told.push({ what: effect.do, at: run.now })
    },
    advance(ms: number) {
      const end = run.now + ms
      for (let at = wakeTypingAt(run.state); at !== null && at <= end; at = wakeTypingAt(run.state)) {
        run.now = Math.max(run.now, at)
        run.dispatch('tick')
      }
      run.now = end
    },
  }
  return run
}
