import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Latencies } from '../../src/generator/latencies.ts'

describe('latencies', () => {
  test('percentiles are those of the sorted values, to three digits', () => {
    const milliseconds = fc.array(fc.double({ min: 0.001, max: 50_000, noNaN: true }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(milliseconds, values => {
        const latencies = new Latencies()
        for (const value of values) latencies.note(value)
        const sorted = values.toSorted((a, b) => a - b)
        for (const percent of [50, 90, 99, 100]) {
          const exact = sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0
          // The histogram rounds to a microsecond and keeps three digits.
          expect(Math.abs(latencies.percentile(percent) - exact)).toBeLessThanOrEqual(0.002 + exact * 0.002)
        }
      }),
    )
  })

  test('one stall of a second in a thousand quick answers shows in the last percentiles alone', () => {
    const latencies = new Latencies()
    for (let i = 0; i < 999; i++) latencies.note(1)
    latencies.note(1_000)
    expect(latencies.percentile(99.9)).toBeCloseTo(1, 2)
    expect(latencies.percentile(100)).toBeGreaterThanOrEqual(1_000)
    expect(latencies.count).toBe(1_000)
  })

  test('nothing noted is no latency of zero', () => {
    expect(new Latencies().percentile(50)).toBeNaN()
  })

  test('what takes longer than can be told apart counts as the longest: none is left out', () => {
    const latencies = new Latencies()
    latencies.note(10_000_000)
    expect(latencies.count).toBe(1)
    expect(latencies.percentile(100)).toBeGreaterThan(59_000)
  })
})
