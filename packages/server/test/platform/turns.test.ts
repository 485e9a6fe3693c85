import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Turns } from '../../src/platform/turns.ts'

/** Turns whose loop goes on when the test says so. */
function turning(most: number) {
  let next: (() => void)[] = []
  const turns = new Turns({ after: () => () => {}, soon: task => void next.push(task) }, most)
  /** Gives whether there was anything to do. */
  const turn = () => {
    const tasks = next
    next = []
    for (const task of tasks) task()
    return tasks.length > 0
  }
  return { turns, turn }
}

test('what comes when it is quiet is done at once', () => {
  const { turns, turn } = turning(1)
  for (let i = 0; i < 3; i++) {
    let isDone = false
    turns.take(() => {
      isDone = true
    })
    expect(isDone).toBe(true)
    turn()
  }
})

test('however many come in whichever turns: no more are done in one, all are, in their order, and then nothing turns', () => {
  const most = fc.integer({ min: 1, max: 5 })
  const arrivals = fc.array(fc.nat({ max: 12 }), { maxLength: 12 })
  fc.assert(
    fc.property(most, arrivals, (limit, counts) => {
      const { turns, turn } = turning(limit)
      const done: number[] = []
      let come = 0
      // Whatever comes is in one turn with what waited when that began.
      for (const count of [...counts, ...Array.from({ length: 150 }, () => 0)]) {
        const before = done.length
        turn()
        for (let i = 0; i < count; i++) {
          const n = come++
          turns.take(() => void done.push(n))
        }
        expect(done.length - before).toBeLessThanOrEqual(limit)
      }
      expect(done).toEqual(Array.from({ length: come }, (_, n) => n))
      expect(turns.waiting).toBe(0)
      expect(turn()).toBe(false)
    }),
  )
})

test('what throws costs nobody behind it their turn', () => {
  const { turns, turn } = turning(2)
  const done: number[] = []
  for (let i = 0; i < 6; i++) {
    turns.take(() => {
      if (i === 2) throw new Error('this one')
      done.push(i)
    })
  }
  expect(turn).toThrow('this one')
  while (turn());
  expect(done).toEqual([0, 1, 3, 4, 5])
})

test('what comes from within a turn is done behind what waits', () => {
  const { turns, turn } = turning(3)
  const done: string[] = []
  const take = (name: string, then = () => {}) => {
    turns.take(() => {
      done.push(name)
      then()
    })
  }
  for (const name of ['a', 'b', 'c']) take(name)
  take('d', () => take('from d'))
  take('e')
  while (turn());
  expect(done).toEqual(['a', 'b', 'c', 'd', 'e', 'from d'])
})
