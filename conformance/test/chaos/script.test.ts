import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutStreamAt, type Odds, type Place, seeded } from '../../src/chaos/script.ts'
import type { Unit } from '../../src/chaos/unit.ts'

const ALL: Odds = { cut: 0.1, silence: 0.1, lose: 0.1, repeat: 0.1, swap: 0.1, drip: 0.1, delayMs: { from: 5, to: 9 } }

const bytes = Buffer.from('twelve bytes')

function placeOf(kind: 'request' | 'answer', connection: number, index: number): Place {
  const unit: Unit =
    kind === 'request' ? { kind, bytes, method: 'GET', path: '/', upgrade: false } : { kind, bytes, status: 200 }
  return { connection, direction: kind === 'request' ? 'up' : 'down', unit, index, nth: index, offset: 12 * index }
}

const places = fc.record({
  kind: fc.constantFrom('request' as const, 'answer' as const),
  connection: fc.nat(50),
  index: fc.nat(1000),
})

test('the same seed does the same at the same place, whatever was asked before', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(places, { minLength: 1 }), (seed, asked) => {
      const script = seeded(seed, ALL)
      const all = asked.map(({ kind, connection, index }) => placeOf(kind, connection, index))
      const forwards = all.map(place => script(place))
      expect([...all].reverse().map(place => script(place))).toEqual([...forwards].reverse())
      expect(all.map(place => seeded(seed, ALL)(place))).toEqual(forwards)
    }),
  )
})

/** How often which action comes at 4,000 places. */
function tally(odds: Odds, kind: 'request' | 'answer', seed = 1): Record<string, number> {
  const script = seeded(seed, odds)
  const counts: Record<string, number> = {}
  for (let connection = 0; connection < 40; connection += 1) {
    for (let index = 0; index < 100; index += 1) {
      const action = script(placeOf(kind, connection, index))
      const name = action.kind === 'cut' && action.ending === 'silence' ? 'silence' : action.kind
      counts[name] = (counts[name] ?? 0) + 1
      if (action.kind === 'cut') expect(action.after).toBeLessThanOrEqual(bytes.length)
      if (action.kind === 'delay') expect(action.ms >= 5 && action.ms <= 9).toBe(true)
    }
  }
  return counts
}

test('each happens about as often as its chance, to what it may happen to', () => {
  expect(Object.keys(tally(ALL, 'request')).sort()).toEqual(['cut', 'delay', 'drip', 'repeat', 'silence', 'swap'])
  expect(Object.keys(tally(ALL, 'answer')).sort()).toEqual(['cut', 'delay', 'drip', 'silence', 'swap'])
  for (const name of ['cut', 'silence', 'repeat', 'swap', 'drip'] as const) {
    const count = tally({ [name]: 0.1 }, 'request')[name] ?? 0
    expect([count > 300, count < 500], `${name} ${count}`).toEqual([true, true])
  }
  expect(tally({ lose: 1 }, 'answer')).toEqual({ cut: 4000 })
})

test('only answers are lost, and only what goes up comes twice', () => {
  expect(tally({ lose: 1 }, 'request')).toEqual({ pass: 4000 })
  expect(tally({ repeat: 1 }, 'answer')).toEqual({ pass: 4000 })
})

test('a byte of the stream is that of one unit: behind the last byte of one begins the next', () => {
  const [first, second] = [placeOf('request', 0, 0), placeOf('request', 0, 1)]
  const cuts = (byte: number) => [first, second].map(place => cutStreamAt('up', byte)(place))
  const cut = (after: number) => ({ kind: 'cut', after, ending: 'reset' })
  expect(cuts(11)).toEqual([cut(11), { kind: 'pass' }])
  expect(cuts(12)).toEqual([{ kind: 'pass' }, cut(0)])
  expect(cuts(24)).toEqual([{ kind: 'pass' }, { kind: 'pass' }])
  expect(cutStreamAt('down', 5)(first)).toEqual({ kind: 'pass' })
})

test('without odds nothing happens; with certainty always', () => {
  expect(tally({}, 'request')).toEqual({ pass: 4000 })
  expect(tally({ swap: 1 }, 'answer')).toEqual({ swap: 4000 })
})

test('another seed does otherwise', () => {
  const doing = (seed: number) =>
    JSON.stringify(Array.from({ length: 50 }, (_, n) => seeded(seed, ALL)(placeOf('request', 0, n))))
  expect(new Set([1, 2, 3, 4, 5].map(doing)).size).toBe(5)
})
