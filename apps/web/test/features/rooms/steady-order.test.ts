import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { steadied } from '../../../src/features/rooms/steady-order.ts'

const ids = fc.uniqueArray(fc.constantFrom(...'abcdefgh'))
const items = (list: readonly string[]) => list.map(id => ({ id }))

describe('steadied', () => {
  it('keeps what was shown in its order, puts what is new at the end in the order it came, drops what has gone', () => {
    const now = items(['new', 'c', 'a', 'newer'])
    expect(steadied(now, ['a', 'b', 'c']).map(({ id }) => id)).toEqual(['a', 'c', 'new', 'newer'])
  })

  it('shows each item of now once and nothing else, and moves none of those shown before', () => {
    fc.assert(
      fc.property(ids, ids, (now, shown) => {
        const order = steadied(items(now), shown).map(({ id }) => id)
        expect([...order].sort()).toEqual([...now].sort())
        const kept = shown.filter(id => now.includes(id))
        expect(order.slice(0, kept.length)).toEqual(kept)
      }),
    )
  })
})
