import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ANSWER_BYTES, SendQueue } from '../../src/transport/send-queue.ts'
import { SharedText } from '../../src/transport/shared-text.ts'
import { FakePlatform } from '../support/fake-platform.ts'
import { MemoryTransport } from '../support/memory-transport.ts'

const LIMIT = 1_000
const DRAIN_MS = 30_000

function setUp() {
  const platform = new FakePlatform()
  const transport = new MemoryTransport(false)
  const told: string[] = []
  const limits = { scheduler: platform.scheduler, limitBytes: LIMIT, drainMs: DRAIN_MS }
  const queue = new SendQueue(transport, limits, {
    onLagging: () => told.push('lagging'),
    onDrained: () => told.push('drained'),
    onTooSlow: () => told.push('too slow'),
  })
  transport.start({ onMessage() {}, onAlive() {}, onBreach() {}, onClosed() {}, onFlushed: () => queue.flushed() })
  return { platform, transport, told, queue }
}

function text(bytes: number): SharedText {
  return new SharedText('x'.repeat(bytes))
}

describe('a send queue', () => {
  test('[memory] takes a room’s frames up to its budget, and none beyond', () => {
    const { queue, transport } = setUp()
    expect([queue.offer(text(500)), queue.offer(text(400)), queue.offer(text(400))]).toEqual([true, true, false])
    expect(transport.bufferedBytes).toBeLessThanOrEqual(LIMIT)
  })

  test('an empty one takes one frame of any size: a large snapshot arrives', () => {
    const { queue } = setUp()
    expect(queue.offer(text(5_000))).toBe(true)
    expect(queue.offer(text(1))).toBe(false)
  })

  test('[lagging] once lagging takes nothing until all is read, then tells, then takes again', () => {
    const { queue, transport, told } = setUp()
    queue.offer(text(500))
    queue.offer(text(400))
    queue.offer(text(400))
    transport.read(1)
    expect([queue.offer(text(1)), told]).toEqual([false, ['lagging']])
    transport.read(1)
    expect(told).toEqual(['lagging', 'drained'])
    expect(queue.offer(text(1))).toBe(true)
  })

  test('[4008] not drained in time: too slow; drained in time: not', async () => {
    const slow = setUp()
    slow.queue.offer(text(900))
    slow.queue.offer(text(900))
    await slow.platform.advance(DRAIN_MS - 1)
    expect(slow.told).toEqual(['lagging'])
    await slow.platform.advance(1)
    expect(slow.told).toEqual(['lagging', 'too slow'])
    expect(slow.queue.offer(text(1))).toBe(false)

    const quick = setUp()
    quick.queue.offer(text(900))
    quick.queue.offer(text(900))
    quick.transport.read(1)
    await quick.platform.advance(DRAIN_MS * 2)
    expect(quick.told).toEqual(['lagging', 'drained'])
  })

  test('answers pass the budget, which stops the input, but not without limit', async () => {
    const { queue, told, platform } = setUp()
    queue.offer(text(900))
    queue.send('y'.repeat(200))
    expect(told).toEqual(['lagging'])
    for (let bytes = 0; bytes < ANSWER_BYTES; bytes += 1_000) queue.send('y'.repeat(1_000))
    expect(told).toEqual(['lagging', 'too slow'])
    await platform.advance(DRAIN_MS)
    expect(told).toHaveLength(2)
  })

  test('a large snapshot and an answer behind it have their time to be read', () => {
    const { queue, told } = setUp()
    queue.offer(text(LIMIT + ANSWER_BYTES + 1))
    queue.send('pong')
    expect(told).toEqual(['lagging'])
  })

  test('[memory] those who wait for the same and have given up take no room', async () => {
    const { queue } = setUp()
    queue.offer(text(900))
    const first = queue.whenRoomFor(500)
    for (let i = 0; i < 100; i++) void queue.whenRoomFor(500)
    expect(queue.waiting).toBe(1)
    queue.close()
    expect(await first).toBe(false)
    expect(queue.waiting).toBe(0)
    // Who asks it all the same is told so, and not to try at once.
    expect(await queue.whenRoomFor(500)).toBe(false)
  })

  test('wakes who waits when there is room, not before; and everyone when it closes', async () => {
    const { queue, transport, platform } = setUp()
    queue.offer(text(600))
    queue.offer(text(300))
    const woken: number[] = []
    for (const bytes of [500, 900, 5_000])
      void queue.whenRoomFor(bytes).then(hasRoom => woken.push(hasRoom ? bytes : -1))
    await platform.advance(0)
    expect(woken).toEqual([])
    transport.read(1)
    await platform.advance(0)
    expect(woken).toEqual([500])
    transport.read(1)
    await platform.advance(0)
    expect(woken).toEqual([500, 900, 5_000])
    queue.offer(text(900))
    void queue.whenRoomFor(900).then(hasRoom => woken.push(hasRoom ? 900 : -1))
    queue.close()
    await platform.advance(0)
    expect(woken.at(-1)).toBe(-1)
  })

  test('[memory] whatever is offered, sent and read: never more than the budget, the answers under way and one frame', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('offer' as const), bytes: fc.integer({ min: 1, max: 700 }) }),
      fc.record({ kind: fc.constant('send' as const), bytes: fc.integer({ min: 1, max: 200 }) }),
      fc.record({ kind: fc.constant('read' as const), bytes: fc.integer({ min: 1, max: 3 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), steps => {
        const { queue, transport, told } = setUp()
        let taken = 0
        let answers = 0
        for (const { kind, bytes } of steps) {
          if (kind === 'read') transport.read(bytes)
          else if (kind === 'send') {
            queue.send('y'.repeat(bytes))
            answers += bytes
          } else if (queue.offer(text(bytes))) taken++
          expect(transport.bufferedBytes).toBeLessThanOrEqual(LIMIT + answers + 700)
          expect(told.filter(what => what === 'too slow').length).toBeLessThanOrEqual(1)
        }
        transport.read()
        expect(transport.taken.filter(message => message.startsWith('x'))).toHaveLength(taken)
      }),
    )
  })
})
