import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteBudget } from '../../src/session/byte-budget.ts'
import { SignalSink } from '../../src/session/signal-sink.ts'
import { SendQueue } from '../../src/transport/send-queue.ts'
import { SharedText } from '../../src/transport/shared-text.ts'
import { FakePlatform } from '../support/fake-platform.ts'
import { MemoryTransport } from '../support/memory-transport.ts'

const PACE = { rate: 1_000, burst: 4_000 }

describe('a budget of bytes', () => {
  test('over any time no more is spent than the burst, the rate, and the one frame that went below nothing', async () => {
    const steps = fc.array(fc.record({ waitMs: fc.nat(3_000), bytes: fc.integer({ min: 1, max: 9_000 }) }))
    await fc.assert(
      fc.asyncProperty(steps, async asked => {
        const platform = new FakePlatform()
        const budget = new ByteBudget(PACE, platform.clock)
        let spent = 0
        let largest = 0
        let elapsedMs = 0
        for (const { waitMs, bytes } of asked) {
          await platform.advance(waitMs)
          elapsedMs += waitMs
          if (!budget.hasLeft) continue
          budget.spend(bytes)
          spent += bytes
          largest = Math.max(largest, bytes)
        }
        expect(spent).toBeLessThanOrEqual(PACE.burst + (elapsedMs * PACE.rate) / 1_000 + largest)
      }),
      { numRuns: 50 },
    )
  })

  test('who has spent too much may again once it has come in, and not before', async () => {
    const platform = new FakePlatform()
    const budget = new ByteBudget(PACE, platform.clock)
    budget.spend(5_000)
    await platform.advance(1_000)
    expect(budget.hasLeft).toBe(false)
    await platform.advance(1)
    expect(budget.hasLeft).toBe(true)
  })
})

describe('the sink of a session’s signals', () => {
  function sinkOf(limitBytes: number) {
    const platform = new FakePlatform()
    const transport = new MemoryTransport(false)
    const calls = { lagging: 0, sent: 0, presence: 0 }
    const metrics = { framesOut: { inc: () => calls.sent++ }, signalsOut: { inc: () => calls.presence++ } }
    const limits = { scheduler: platform.scheduler, limitBytes, drainMs: 30_000 }
    const queue = new SendQueue(transport, limits, {
      onLagging: () => calls.lagging++,
      onDrained: () => {},
      onTooSlow: () => {},
    })
    return {
      platform,
      transport,
      calls,
      sink: new SignalSink(queue, new ByteBudget(PACE, platform.clock), metrics),
    }
  }

  test('a signal that finds no room is refused, and never makes the session lag', () => {
    const { sink, calls } = sinkOf(100)
    expect(sink.signal(new SharedText('x'.repeat(90)))).toBe(true)
    expect(sink.signal(new SharedText('x'.repeat(90)))).toBe(false)
    expect(calls).toEqual({ lagging: 0, sent: 1, presence: 0 })
  })

  test('presence over its budget is refused until it has come in; other signals go on', async () => {
    const { sink, platform, calls } = sinkOf(1_000_000)
    const large = new SharedText('x'.repeat(5_000))
    expect(sink.presence(large)).toBe(true)
    expect(sink.presence(large)).toBe(false)
    expect(sink.signal(large)).toBe(true)
    await platform.advance(1_100)
    expect(sink.presence(large)).toBe(true)
    expect(calls).toEqual({ lagging: 0, sent: 3, presence: 2 })
  })

  test('presence that finds no room costs nothing of the budget', () => {
    const { sink, transport } = sinkOf(5_000)
    const large = new SharedText('x'.repeat(4_500))
    expect(sink.signal(large)).toBe(true)
    expect(sink.presence(large)).toBe(false)
    transport.read(1)
    expect(sink.presence(large)).toBe(true)
  })
})
