import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FewByKey } from '../../src/platform/few-by-key.ts'

const KEYS = ['a', 'b']
const THINGS = [{ n: 0 }, { n: 1 }, { n: 2 }]

test('holds what a map of sets would, in the same order, and no empty key', () => {
  const step = fc.record({
    isAdded: fc.boolean(),
    key: fc.constantFrom(...KEYS),
    thing: fc.constantFrom(...THINGS),
  })
  fc.assert(
    fc.property(fc.array(step), steps => {
      const few = new FewByKey<{ n: number }>()
      const model = new Map<string, Set<{ n: number }>>()
      for (const { isAdded, key, thing } of steps) {
        const set = model.get(key) ?? new Set()
        if (isAdded) {
          few.add(key, thing)
          model.set(key, set.add(thing))
        } else {
          few.delete(key, thing)
          set.delete(thing)
          if (set.size === 0) model.delete(key)
        }
        expect(few.isEmpty).toBe(model.size === 0)
        expect([...few].map(([at, all]) => [at, [...all]])).toEqual([...model].map(([at, all]) => [at, [...all]]))
        for (const at of KEYS) {
          expect(few.has(at)).toBe(model.has(at))
          expect([...few.of(at)]).toEqual([...(model.get(at) ?? [])])
        }
      }
    }),
  )
})
