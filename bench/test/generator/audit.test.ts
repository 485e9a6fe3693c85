import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compare, demand, demandCount } from '../../src/generator/audit.ts'

const numbers = fc.uniqueArray(fc.nat(10_000), { minLength: 1, maxLength: 200 })

describe('audit', () => {
  test('what is there once, in whatever order, passes', () => {
    fc.assert(
      fc.property(numbers, found => {
        expect(() => demand('the log', compare(new Set(found), found.toReversed()))).not.toThrow()
      }),
    )
  })

  test('a planted loss is seen, whichever message it is', () => {
    fc.assert(
      fc.property(numbers, fc.nat(), (sent, which) => {
        const lost = sent[which % sent.length]
        expect(
          compare(
            new Set(sent),
            sent.filter(n => n !== lost),
          ).lost,
        ).toEqual([lost])
      }),
    )
  })

  test('a planted repeat is seen, whichever message it is', () => {
    fc.assert(
      fc.property(numbers, fc.nat(), (sent, which) => {
        const twice = sent[which % sent.length] ?? 0
        expect(compare(new Set(sent), [...sent, twice]).repeated).toEqual([twice])
      }),
    )
  })

  test('one that nobody has sent is seen', () => {
    expect(compare(new Set([1, 2]), [1, 2, 3]).unknown).toEqual([3])
  })

  test('what was found is told with whose it is', () => {
    expect(() => demand('the log of room7', compare(new Set([1, 2, 3]), [1, 1, 9]))).toThrow(
      'the audit failed: the log of room7: 2 lost (2, 3); 1 repeated (1); 1 unknown (9)',
    )
  })

  test('a reader that only counts has to have as many as were sent, no more and no less', () => {
    expect(() => demandCount('reader 3', 9, 10)).toThrow('reader 3: 9 of 10')
    expect(() => demandCount('reader 3', 11, 10)).toThrow()
    expect(() => demandCount('reader 3', 10, 10)).not.toThrow()
  })
})
