import type { Typing } from '@holdfast/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NOBODY, TypingShown } from '../../src/signals/typing-shown.ts'
import { VirtualTime } from '../../src/testing.ts'

/** A machine that may sleep: neither its timers nor its monotonic clock go on then, but the wall clock does. */
class SleepyMachine {
  readonly time = new VirtualTime()
  slept = 0
  readonly changes: string[] = []
  readonly shown = new TypingShown({
    platform: {
      clock: { monoMs: () => this.time.now, wallMs: () => this.time.clock.wallMs() + this.slept },
      scheduler: this.time.scheduler,
    },
    userId: () => 'me',
    onChange: roomId => this.changes.push(roomId),
  })

  /** What has truly passed. */
  get now(): number {
    return this.time.now + this.slept
  }

  take(frame: Partial<Typing>): void {
    this.shown.take({ type: 'typing', roomId: 'r', userIds: [], ...frame })
  }

  get users(): readonly string[] {
    return this.shown.of('r').userIds
  }
}

describe('who is typing', () => {
  test('is shown until the server says otherwise, without this person', async () => {
    const { shown, changes, time } = new SleepyMachine()
    shown.take({ type: 'typing', roomId: 'r', userIds: ['bob', 'me', 'eve'] })
    expect(shown.of('r')).toEqual({ userIds: ['bob', 'eve'], count: 2 })
    expect(shown.of('other')).toBe(NOBODY)
    const before = shown.of('r')
    shown.take({ type: 'typing', roomId: 'r', userIds: ['bob', 'me', 'eve'] })
    expect([shown.of('r') === before, changes]).toEqual([true, ['r']])
    shown.take({ type: 'typing', roomId: 'r', userIds: [] })
    expect(shown.of('r')).toBe(NOBODY)
    await time.advance(10_000)
    expect(changes).toEqual(['r', 'r'])
  })

  test('each ends when its time is over, and 5 s after the frame at the latest', async () => {
    const machine = new SleepyMachine()
    machine.take({ userIds: ['bob', 'eve', 'sam'], remainingMs: [1_000, 60_000] })
    await machine.time.advance(999)
    expect(machine.users).toEqual(['bob', 'eve', 'sam'])
    await machine.time.advance(1)
    expect(machine.users).toEqual(['eve', 'sam'])
    await machine.time.advance(4_000)
    expect(machine.shown.of('r')).toBe(NOBODY)
  })

  test('those who are counted and not named end with the frame’s 5 s', async () => {
    const machine = new SleepyMachine()
    machine.take({ userIds: ['bob', 'me'], count: 40, remainingMs: [100, 100] })
    expect(machine.shown.of('r')).toEqual({ userIds: ['bob'], count: 39 })
    await machine.time.advance(100)
    expect(machine.shown.of('r')).toEqual({ userIds: [], count: 38 })
    await machine.time.advance(4_900)
    expect(machine.shown.of('r')).toBe(NOBODY)
  })

  test('who has said it has stopped typing', () => {
    const machine = new SleepyMachine()
    machine.take({ userIds: ['bob', 'eve'] })
    machine.shown.end('r', 'bob')
    machine.shown.end('other', 'eve')
    expect(machine.shown.of('r')).toEqual({ userIds: ['eve'], count: 1 })
  })

  test('however the machine sleeps, what is lost and what comes late: over within a second of being awake', async () => {
    const op = fc.oneof(
      fc.record({ do: fc.constant('frame' as const), users: fc.subarray(['bob', 'eve', 'me']), left: fc.nat(5_000) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.nat(3_000) }),
      fc.record({ do: fc.constant('sleep' as const), ms: fc.nat(20_000) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 25 }), async ops => {
        const machine = new SleepyMachine()
        const endOf = new Map<string, number>()
        let awakeSince = 0
        const check = (): void => {
          for (const user of machine.users) {
            expect(user).not.toBe('me')
            const isOver = machine.now >= (endOf.get(user) ?? 0)
            expect(isOver && machine.time.now - awakeSince >= 1_000).toBe(false)
          }
        }
        for (const step of ops) {
          if (step.do === 'wait') {
            for (let left = step.ms; left > 0; left -= 250) {
              await machine.time.advance(Math.min(250, left))
              check()
            }
          } else if (step.do === 'sleep') {
            machine.slept += step.ms
            awakeSince = machine.time.now
          } else {
            machine.take({ userIds: step.users, remainingMs: step.users.map(() => step.left) })
            endOf.clear()
            for (const user of step.users) endOf.set(user, machine.now + step.left)
          }
          check()
        }
        await machine.time.advance(6_000)
        expect(machine.shown.of('r')).toBe(NOBODY)
      }),
      { numRuns: 100 },
    )
  })
})
