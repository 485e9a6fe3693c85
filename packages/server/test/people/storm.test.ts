import { expect, test } from 'vitest'
import { MAX_FRAME_BYTES } from '../../src/people/audience-frames.ts'
import { ByteBudget } from '../../src/session/byte-budget.ts'
import { PresenceWorld, type TestPeer } from './presence-world.ts'

const MEMBERS = Array.from({ length: 2_000 }, (_, i) => `member-${i}`)
/** Those whom the readers of a large room are shown. */
const SHOWN = MEMBERS.slice(0, 200)
/** What a session is sent of presence. */
const PACE = { rate: 8_192, burst: 32_768 }

class Storm {
  readonly world = new PresenceWorld({ lobby: MEMBERS })
  readonly readers: TestPeer[] = []

  /** Everybody says hello and opens the room, at some moment of one second. */
  async arrive(): Promise<void> {
    this.readers.length = 0
    for (const [i, userId] of MEMBERS.entries()) {
      const reader = this.world.reader(userId, 'lobby', 'desktop')
      const budget = new ByteBudget(PACE, this.world.platform.clock)
      const presence = reader.presence.bind(reader)
      reader.presence = message => {
        if (!budget.hasLeft || !presence(message)) return false
        budget.spend(message.frame.length)
        return true
      }
      this.readers.push(reader)
      if (i % 2 === 1) await this.world.after(1)
    }
  }

  leave(): void {
    for (const reader of this.readers) {
      this.world.end(reader)
      this.world.audience('lobby').leave(reader)
    }
  }

  frames(): number[] {
    return this.readers.map(({ received }) => received.length)
  }

  bytes(): number[] {
    return this.readers.map(({ received }) => received.reduce((sum, { message }) => sum + message.frame.length, 0))
  }
}

test('[presence] 2,000 members arrive within a second: nobody gets more than a frame a second and the budget, and all see the same in the end', async () => {
  const storm = new Storm()
  await storm.arrive()
  await storm.world.after(9_000)
  const seconds = 10
  expect(Math.max(...storm.frames())).toBeLessThanOrEqual(1 + seconds)
  expect(Math.max(...storm.bytes())).toBeLessThanOrEqual(PACE.burst + seconds * PACE.rate + MAX_FRAME_BYTES)
  // Told one by one as it happens, each of 2,000 would have had up to 200 frames.
  const total = storm.frames().reduce((sum, count) => sum + count, 0)
  expect(total).toBeLessThan((MEMBERS.length * SHOWN.length) / 20)
  expect(storm.readers.filter(reader => SHOWN.some(userId => reader.statusOf(userId) !== 'online'))).toEqual([])
  const made = new Set(storm.readers.flatMap(({ received }) => received.map(({ message }) => message)))
  expect(made.size).toBeLessThan(150)
})

test('[presence] 2,000 members come back within the grace: nobody is told of anybody but what they open with', async () => {
  const storm = new Storm()
  await storm.arrive()
  await storm.world.after(10_000)
  storm.leave()
  await storm.arrive()
  await storm.world.after(20_000)
  // 200 people are more than one frame; there is nothing else.
  const told = storm.readers.map(({ received }) => received.reduce((sum, { users }) => sum + users.length, 0))
  expect(new Set(told)).toEqual(new Set([SHOWN.length]))
  expect(
    storm.readers
      .flatMap(({ received }) => received)
      .some(({ users }) => users.some(({ status }) => status !== 'online')),
  ).toBe(false)
})
