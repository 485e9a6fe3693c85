import { TYPING_NAMES } from '@holdfast/protocol'
import { describe, expect, test } from 'vitest'
import { TYPING_INTERVAL_LARGE_MS, TYPING_INTERVAL_MS } from '../../src/room/typing-signals.ts'
import { actorOf } from '../support/fake-reader.ts'
import { OWNER, ROOM } from '../support/room-world.ts'
import { ALL, TypingWorld } from '../support/typing-world.ts'

describe('how much it costs', () => {
  test('[typing] that ten people go on typing is told once a second', async () => {
    const people = Array.from({ length: 10 }, (_, i) => `p${i}`)
    const room = await TypingWorld.of([...people, 'cy'])
    const { screen } = await room.open('cy')
    for (let second = 0; second < 20; second += 2) {
      for (const person of people) {
        await room.start(person)
        await room.wait(199)
      }
      expect(screen.names).toEqual(people)
      if (second === 0) screen.frames.length = 0
    }
    expect(screen.frames.length).toBeLessThanOrEqual(19)
  })

  test.each([
    ['a room', 200, TYPING_INTERVAL_MS],
    ['a large room', 4, TYPING_INTERVAL_LARGE_MS],
  ])(
    '[typing] %s sends each reader no more frames than its interval allows, however many type',
    async (_, largeRoom, intervalMs) => {
      const people = Array.from({ length: 60 }, (__, i) => `p${i}`)
      const room = await TypingWorld.of(['ann', ...people], { largeRoom })
      const ann = await room.open('ann')
      const writer = await room.open('p7')
      for (let second = 0; second < 6; second++) {
        for (const [i, person] of people.entries()) {
          void room.world.typing[0]?.start(person, actorOf(person), ROOM)
          if (i % 3 === 0) room.world.typing[0]?.stop(person, actorOf(person), ROOM)
          await room.wait(16)
        }
      }
      for (const { screen } of [ann, writer]) {
        expect(screen.frames.length).toBeGreaterThanOrEqual(4)
        expect(screen.leastGapMs).toBeGreaterThanOrEqual(intervalMs)
      }
    },
  )

  test('[typing] a large room names the first few and counts them all, the reader never among them', async () => {
    const room = await TypingWorld.of(ALL, { largeRoom: 3 })
    const [cy, ann] = [await room.open('cy'), await room.open('ann')]
    for (const userId of ['ann', 'ben', 'dan']) await room.start(userId)
    await room.wait(TYPING_INTERVAL_LARGE_MS)
    expect(cy.screen.frames.at(-1)?.frame).toMatchObject({ userIds: ['ann', 'ben', 'dan'] })
    expect(cy.screen.frames.at(-1)?.frame).not.toHaveProperty('count')
    for (const userId of ['eve', 'fay']) await room.start(userId)
    await room.wait(TYPING_INTERVAL_LARGE_MS)
    expect(cy.screen.frames.at(-1)?.frame).toMatchObject({ userIds: ['ann', 'ben', 'dan'], count: 5 })
    expect(ann.screen.frames.at(-1)?.frame).toMatchObject({ userIds: ['ben', 'dan', 'eve'], count: 4 })
    expect(cy.screen.frames.at(-1)?.frame.remainingMs).toHaveLength(TYPING_NAMES)
  })

  test('[typing] a room that becomes large while people type names fewer from then on, and more when it shrinks', async () => {
    const room = await TypingWorld.of(ALL.slice(0, 5), { largeRoom: 6 })
    const { screen } = await room.open(OWNER)
    for (const userId of ALL.slice(0, 5)) await room.start(userId)
    await room.wait(TYPING_INTERVAL_MS)
    expect(screen.names).toHaveLength(5)
    const put = { kind: 'member.put', actor: actorOf(OWNER), roomId: ROOM, userId: 'fay', role: null } as const
    await room.world.run(put)
    await room.wait(TYPING_INTERVAL_LARGE_MS)
    expect(screen.frames.at(-1)?.frame).toMatchObject({ userIds: ALL.slice(0, 3), count: 5 })
    await room.leave('fay')
    await room.wait(TYPING_INTERVAL_LARGE_MS)
    expect(screen.frames.at(-1)?.frame.userIds).toHaveLength(5)
  })

  test('[typing] a room that nobody reads has no timers for who types in it', async () => {
    const room = await TypingWorld.of(ALL)
    const { reader } = await room.open('cy')
    await room.start('ann')
    expect(room.world.platform.pending).toBe(1)
    reader.close()
    // What drops the room when nobody comes back.
    const pending = 1
    expect(room.world.platform.pending).toBe(pending)
    await room.start('ben')
    await room.stop('ben')
    expect(room.world.platform.pending).toBe(pending)
    room.world.nodes[0]?.close()
    expect(room.world.platform.pending).toBe(0)
  })
})
