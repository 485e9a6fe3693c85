import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Agenda, SLOT_MS } from '../../src/people/agenda.ts'
import { FakePlatform } from '../support/fake-platform.ts'

const plans = fc.array(
  fc.record({ key: fc.nat(5), inMs: fc.integer({ min: -10, max: 500 }), thenMs: fc.nat(120), isDropped: fc.boolean() }),
  { maxLength: 40 },
)

test('[agenda] each key runs once for its earliest plan, not before it and at most a slot after, with one timer', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async given => {
      const platform = new FakePlatform()
      const due = new Map<number, number>()
      const agenda = new Agenda<number>(platform, keys => {
        for (const key of keys) {
          const atMs = due.get(key)
          expect(atMs).toBeDefined()
          expect(platform.clock.monoMs()).toBeGreaterThanOrEqual(atMs ?? 0)
          expect(platform.clock.monoMs()).toBeLessThanOrEqual((atMs ?? 0) + SLOT_MS)
          due.delete(key)
        }
      })
      for (const { key, inMs, thenMs, isDropped } of given) {
        const nowMs = platform.clock.monoMs()
        const atMs = Math.max(nowMs, nowMs + inMs)
        agenda.plan(key, nowMs + inMs)
        due.set(key, Math.min(due.get(key) ?? atMs, atMs))
        if (isDropped) {
          agenda.drop(key)
          due.delete(key)
        }
        expect(platform.pending).toBeLessThanOrEqual(1)
        expect(agenda.size).toBe(due.size)
        await platform.advance(thenMs)
      }
      await platform.advance(1_000)
      expect([due.size, platform.pending]).toEqual([0, 0])
    }),
  )
})

test('[agenda] runs nothing once it is closed', async () => {
  const platform = new FakePlatform()
  const agenda = new Agenda<string>(platform, () => expect.unreachable())
  agenda.plan('a', 0)
  agenda.close()
  agenda.plan('b', 0)
  await platform.advance(1_000)
  expect(platform.pending).toBe(0)
})
