import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_BUCKETS, PersonBuckets, TokenBucket } from '../../src/session/token-bucket.ts'
import { FakePlatform } from '../support/fake-platform.ts'

const PACE = { rate: 20, burst: 100 }

describe('a token bucket', () => {
  test('lets a burst go at once, then the rate; says when the next may go, and means it', () => {
    const bucket = new TokenBucket(PACE, 0)
    for (let i = 0; i < 100; i++) expect(bucket.take(PACE, 0)).toBe(0)
    expect(bucket.take(PACE, 0)).toBe(50)
    expect(bucket.take(PACE, 49)).toBeGreaterThan(0)
    expect(bucket.take(PACE, 50)).toBe(0)
  })

  test('never lets more go than the burst and what has come in since, and never holds back less', () => {
    const gaps = fc.array(fc.nat({ max: 400 }), { maxLength: 200 })
    fc.assert(
      fc.property(gaps, waits => {
        const bucket = new TokenBucket(PACE, 0)
        let now = 0
        let passed = 0
        for (const wait of waits) {
          now += wait
          if (bucket.take(PACE, now) === 0) passed++
          expect(passed).toBeLessThanOrEqual(PACE.burst + (now * PACE.rate) / 1_000 + 1e-6)
        }
      }),
    )
  })

  test('what costs more is taken at once or not at all; what costs more than there ever is takes all', () => {
    const bucket = new TokenBucket({ rate: 10, burst: 5 }, 0)
    const pace = { rate: 10, burst: 5 }
    expect(bucket.take(pace, 0, 3)).toBe(0)
    expect(bucket.take(pace, 0, 3)).toBe(100)
    expect(bucket.take(pace, 0, 2)).toBe(0)
    expect(bucket.take(pace, 0, 99)).toBe(500)
    expect(bucket.take(pace, 500, 99)).toBe(0)
    expect(bucket.take(pace, 500)).toBe(100)
  })

  test('a clock that stands still or goes back gives nothing away', () => {
    const bucket = new TokenBucket({ rate: 1, burst: 1 }, 1_000)
    expect(bucket.take({ rate: 1, burst: 1 }, 1_000)).toBe(0)
    expect(bucket.take({ rate: 1, burst: 1 }, 0)).toBeGreaterThan(0)
  })
})

describe('buckets of many people', () => {
  test('each has their own', () => {
    const { clock } = new FakePlatform()
    const limit = new PersonBuckets({ rate: 1, burst: 2 }, clock)
    expect([limit.take('ann'), limit.take('ann'), limit.take('ben')]).toEqual([0, 0, 0])
    expect(limit.take('ann')).toBeGreaterThan(0)
  })

  test('[bounded] more people than there is room for do not grow it', () => {
    const { clock } = new FakePlatform()
    const limit = new PersonBuckets(PACE, clock)
    for (let i = 0; i < 3 * MAX_BUCKETS; i++) limit.take(`person ${i}`)
    expect(limit.size).toBeLessThanOrEqual(MAX_BUCKETS)
  })
})
