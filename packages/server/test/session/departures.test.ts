import { describe, expect, test } from 'vitest'
import { Departures, SLICE_MS } from '../../src/session/departures.ts'
import { FakePlatform } from '../support/fake-platform.ts'

/** Departures of those who each take `costMs` to leave. */
function leaving(costMs: number) {
  let nowMs = 1_000
  const turns: (() => void)[] = []
  const left: number[] = []
  const departures = new Departures({
    clock: { monoMs: () => nowMs, wallMs: () => nowMs },
    scheduler: { after: () => () => {}, soon: task => void turns.push(task) },
  })
  const add = (n: number) => {
    departures.add({
      leave() {
        nowMs += costMs
        left.push(n)
      },
    })
  }
  return {
    ...{ departures, left, add, turns },
    pass: (ms: number) => {
      nowMs += ms
    },
    turn: () => {
      const before = nowMs
      turns.shift()?.()
      return nowMs - before
    },
  }
}

describe('departures', () => {
  test('one who leaves a quiet server leaves at once', () => {
    const { add, left, departures, turns, pass } = leaving(3)
    for (let n = 0; n < 5; n++) {
      add(n)
      pass(SLICE_MS)
    }
    expect(left).toEqual([0, 1, 2, 3, 4])
    expect([departures.waiting, turns.length]).toEqual([0, 0])
  })

  test('thousands who are gone at once leave in slices, each of them once and in their order, and everything else has its turn between', () => {
    const { add, left, departures, turn, turns } = leaving(1)
    const all = Array.from({ length: 1_000 }, (_, n) => n)
    for (const n of all) add(n)
    expect(left.length).toBeLessThanOrEqual(SLICE_MS)
    expect(turns).toHaveLength(1)
    for (let turned = 0; turned < 1_000 / SLICE_MS; turned++) expect(turn()).toBeLessThanOrEqual(SLICE_MS)
    expect(left).toEqual(all)
    expect([departures.waiting, turns.length]).toEqual([0, 0])
  })

  test('one that takes longer than a slice leaves all the same', () => {
    const { add, left, turn } = leaving(3 * SLICE_MS)
    for (const n of [0, 1, 2]) add(n)
    turn()
    turn()
    expect(left).toEqual([0, 1, 2])
  })

  test('when the node ends nobody waits any longer, and nobody leaves twice', () => {
    const { add, left, departures, turn } = leaving(SLICE_MS)
    for (const n of [0, 1, 2]) add(n)
    departures.finish()
    turn()
    expect(left).toEqual([0, 1, 2])
    expect(departures.waiting).toBe(0)
  })

  test('where time stands still everybody leaves at once', () => {
    const platform = new FakePlatform()
    const departures = new Departures(platform)
    let left = 0
    for (let n = 0; n < 100; n++) departures.add({ leave: () => left++ })
    expect([left, platform.pending]).toEqual([100, 0])
  })
})
