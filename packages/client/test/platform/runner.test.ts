import { expect, test } from 'vitest'
import { Runner } from '../../src/platform/runner.ts'
import { createFakeServer, fakePlatform } from '../../src/testing.ts'

interface State {
  readonly count: number
  readonly dueAt: number | null
}

function countingTo(dueAt: (count: number) => number | null) {
  const platform = fakePlatform('p', createFakeServer())
  const told: string[] = []
  const runner: Runner<State, string, string> = new Runner<State, string, string>({
    platform,
    initial: { count: 0, dueAt: null },
    step: ({ count }, event) => ({
      state: { count: count + 1, dueAt: dueAt(count + 1) },
      effects: event === 'first' ? ['one', 'two'] : [typeof event === 'string' ? event : event.kind],
    }),
    wakeAt: state => state.dueAt,
    perform: effect => {
      told.push(effect)
      if (effect === 'one') runner.dispatch('meanwhile')
    },
    onState: (state, before) => told.push(`${before.count}→${state.count}`),
  })
  return { runner, told, time: platform.time }
}

test('an event that comes while another is dealt with waits until all of that one’s effects are done', () => {
  const { runner, told } = countingTo(() => null)
  runner.dispatch('first')
  expect(told).toEqual(['one', 'two', '0→1', 'meanwhile', '1→2'])
})

test('ticks when due, not before, and not for a moment that was put off', async () => {
  const { runner, told, time } = countingTo(count => (count < 3 ? count * 100 : null))
  runner.dispatch('a')
  runner.dispatch('b')
  await time.advance(199)
  expect(told.filter(effect => effect === 'tick')).toEqual([])
  await time.advance(10_000)
  expect(told.filter(effect => effect === 'tick')).toEqual(['tick'])
})
