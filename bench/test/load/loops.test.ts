import { describe, expect, test } from 'vitest'
import type { Outgoing } from '../../src/dialects/dialect.ts'
import { openLoop } from '../../src/generator/open-loop.ts'
import { ClosedLoop } from '../../src/load/closed-loop.ts'
import { Pipeline } from '../../src/load/pipeline.ts'
import { assign } from '../../src/scenarios/assignment.ts'

describe('closed loop', () => {
  test('a writer has one message on its way, in its rooms in turn, and sends the next when it is acknowledged', async () => {
    const loop = new ClosedLoop([['a', 'b'], ['c']])
    const sent: [number, Outgoing][] = []
    loop.begin((writer, message) => sent.push([writer, message]))
    expect(sent.map(([writer, { n, roomId }]) => [writer, n, roomId])).toEqual([
      [0, 0, 'a'],
      [1, 1, 'c'],
    ])
    loop.acknowledged(0)
    loop.acknowledged(1)
    expect(sent.slice(2).map(([, { n, roomId }]) => [n, roomId])).toEqual([
      [2, 'b'],
      [3, 'c'],
    ])
    expect(loop.end()).toBe(2)
    loop.acknowledged(3)
    expect(() => loop.acknowledged(3)).toThrow(/out of turn/)
    loop.acknowledged(2)
    await loop.drained
    expect(sent).toHaveLength(4)
    expect(loop.sentTo('c')).toEqual([1, 3])
  })

  test('an acknowledgement that comes twice, or of nothing sent, is seen', () => {
    const loop = new ClosedLoop([['a']])
    loop.begin(() => undefined)
    loop.acknowledged(0)
    expect(() => loop.acknowledged(0)).toThrow('the audit failed: message 0 is acknowledged out of turn')
    expect(() => loop.acknowledged(7)).toThrow(/out of turn/)
  })
})

describe('pipeline', () => {
  test('so many messages are on their way, and no more before one is acknowledged and received by all who are watched', async () => {
    const sent: number[] = []
    const [slow, quick] = [{ events: 5 }, { events: 100 }]
    const pipeline = new Pipeline('room', 3, [slow, quick], ({ n }) => sent.push(n))
    pipeline.begin()
    quick.events += 3
    for (let i = 0; i < 3; i++) pipeline.acknowledged()
    pipeline.received()
    expect(sent).toEqual([0, 1, 2])
    slow.events++
    pipeline.received()
    expect(sent).toEqual([0, 1, 2, 3])
    slow.events += 2
    pipeline.received()
    expect(sent).toEqual([0, 1, 2, 3, 4, 5])
    slow.events += 3
    quick.events += 3
    pipeline.received()
    // Received, and not yet acknowledged.
    expect(sent).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('it is settled once all of what was sent is acknowledged and received', async () => {
    const reader = { events: 0 }
    const pipeline = new Pipeline('room', 2, [reader], () => undefined)
    pipeline.begin(3)
    let isSettled = false
    void pipeline.settled.then(() => {
      isSettled = true
    })
    for (let i = 0; i < 3; i++) {
      expect(isSettled).toBe(false)
      reader.events++
      pipeline.acknowledged()
      await Promise.resolve()
    }
    await pipeline.settled
    expect(pipeline.sent).toBe(3)
  })
})

describe('open loop', () => {
  test('messages are due at fixed times, whatever became of those before', async () => {
    const due: number[] = []
    await openLoop(1_000, 20, dueAt => {
      if (due.push(dueAt) === 5) {
        // The generator itself stalls: what is late keeps its time.
        const until = performance.now() + 8
        while (performance.now() < until);
      }
    })
    expect(due).toHaveLength(20)
    for (const [i, dueAt] of due.entries()) expect(dueAt - (due[0] ?? 0)).toBeCloseTo(i, 6)
  })

  test('it ends when it is told to', async () => {
    let sent = 0
    await openLoop(
      1_000,
      60_000,
      () => sent++,
      () => sent === 3,
    )
    expect(sent).toBe(3)
  })
})

describe('assignment', () => {
  test.each([
    [1, 64],
    [1_000, 1],
    [1_000, 64],
    [64, 1_000],
    [7, 5],
  ])('of %i rooms and %i writers each has its share of the other, and both sides agree', (rooms, writers) => {
    const { rooms: made, roomsOf, people } = assign(rooms, writers)
    expect(made.every(room => room.writers.length > 0)).toBe(true)
    expect(roomsOf.every(of => of.length > 0)).toBe(true)
    for (const [writer, of] of roomsOf.entries()) {
      for (const id of of) expect(made.find(room => room.id === id)?.writers).toContain(people[writer])
    }
    const pairs = made.reduce((sum, room) => sum + room.writers.length, 0)
    expect(pairs).toBe(Math.max(rooms, writers))
  })
})
