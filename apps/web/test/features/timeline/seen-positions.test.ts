import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countReached, seenPositions } from '../../../src/features/timeline/seen-positions.ts'

describe('seenPositions', () => {
  it('are those of all others, least first', () => {
    expect(seenPositions({ reads: { ann: 9, bob: 2, cleo: 30 }, memberCount: 4 })).toEqual([2, 9, 30])
  })

  it('are not known when somebody does not show theirs, when only the furthest of many are told, and when one is alone', () => {
    expect(seenPositions({ reads: { ann: 9 }, memberCount: 3 })).toBeNull()
    expect(seenPositions({ reads: { ann: 9, bob: 12 }, memberCount: 500 })).toBeNull()
    expect(seenPositions({ reads: {}, memberCount: 1 })).toBeNull()
  })
})

describe('countReached', () => {
  it('counts as a walk over all of them does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.nat(60), (unordered, seq) => {
        const positions = unordered.sort((a, b) => a - b)
        expect(countReached(positions, seq)).toBe(positions.filter(position => position >= seq).length)
      }),
    )
  })
})
