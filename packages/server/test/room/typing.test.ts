import { TYPING_NAMES, TYPING_TTL_MS } from '@holdfast/protocol'
import { describe, expect, test } from 'vitest'
import type { RoomLog } from '../../src/log/room-log.ts'
import { TYPING_INTERVAL_LARGE_MS, TYPING_INTERVAL_MS } from '../../src/room/typing-signals.ts'
import { actorOf, type FakeReader } from '../support/fake-reader.ts'
import { OWNER, ROOM, RoomWorld, type WorldOptions } from '../support/room-world.ts'
import { TypingScreen } from '../support/typing-screen.ts'

const ALL = ['ann', 'ben', 'cy', 'dan', 'eve', 'fay']

interface Seen {
  readonly reader: FakeReader
  readonly screen: TypingScreen
}

class TypingWorld {
  readonly world: RoomWorld
  constructor(world: RoomWorld) {
    this.world = world
  }

  static async of(members: readonly string[], options: WorldOptions = {}): Promise<TypingWorld> {
    return new TypingWorld(await RoomWorld.withRoom(members, options))
  }

  async open(userId: string, node = 0): Promise<Seen> {
    const reader = this.world.open(userId, null, { node })
    const screen = new TypingScreen(reader, this.world.platform.clock)
    await this.world.platform.advance(1)
    return { reader, screen }
  }

  async start(userId: string, session = userId): Promise<void> {
    await this.world.typing[0]?.start(session, actorOf(userId), ROOM)
    await this.world.platform.advance(1)
  }

  async stop(userId: string, session = userId): Promise<void> {
    this.world.typing[0]?.stop(session, actorOf(userId), ROOM)
    await this.world.platform.advance(1)
  }

  wait(ms: number): Promise<void> {
    return this.world.platform.advance(ms)
  }

  async leave(userId: string): Promise<void> {
    await this.world.run({ kind: 'member.leave', actor: actorOf(userId), roomId: ROOM })
  }
}

describe('who is told of whom', () => {
  test('[typing] everybody else, at once; the writer is told of others only', async () => {
    const room = await TypingWorld.of(ALL)
    const [ann, ben, cy] = [await room.open('ann'), await room.open('ben'), await room.open('cy')]
    await room.start('ann')
    expect([ben.screen.names, cy.screen.names]).toEqual([['ann'], ['ann']])
    expect(ann.screen.frames).toEqual([])
    await room.wait(TYPING_INTERVAL_MS)
    await room.start('ben')
    expect([ann, ben, cy].map(({ screen }) => screen.names)).toEqual([['ben'], ['ann'], ['ann', 'ben']])
  })

  test('[typing] all who type nothing share one frame; the devices of a writer share another', async () => {
    const room = await TypingWorld.of(ALL)
    const quiet = [await room.open('cy'), await room.open('dan')]
    const busy = [await room.open('ann'), await room.open('ann')]
    await room.start('ben')
    await room.wait(TYPING_INTERVAL_MS)
    await room.start('ann')
    for (const [one, other] of [quiet, busy]) {
      expect(one?.reader.sharedSignals).toHaveLength(one === quiet[0] ? 2 : 1)
      expect(one?.reader.sharedSignals.at(-1)).toBe(other?.reader.sharedSignals.at(-1))
    }
    expect(busy[0]?.screen.names).toEqual(['ben'])
  })

  test('[typing] to themselves nothing has changed: a writer who goes on gets no frames of it', async () => {
    const room = await TypingWorld.of(ALL)
    const [ann, ben] = [await room.open('ann'), await room.open('ben')]
    await room.start('ben')
    await room.wait(1_000)
    const before = ann.screen.frames.length
    for (let i = 0; i < 10; i++) {
      await room.start('ann')
      await room.wait(2_000)
    }
    expect(ben.screen.names).toEqual(['ann'])
    // That ben has ended is news, and all there is.
    expect(ann.screen.frames.slice(before).map(({ frame }) => frame.userIds)).toEqual([[]])
  })

  test('[typing] a reader who comes is told who types, when somebody else does', async () => {
    const room = await TypingWorld.of(ALL)
    await room.open('ann')
    await room.start('ann')
    await room.start('ben')
    const [ann, cy] = [await room.open('ann'), await room.open('cy')]
    expect([ann.screen.names, cy.screen.names]).toEqual([['ben'], ['ann', 'ben']])
    await room.stop('ann')
    await room.stop('ben')
    await room.wait(TYPING_INTERVAL_MS)
    const dan = await room.open('dan')
    expect(dan.screen.frames).toEqual([])
    expect(cy.screen.frames.at(-1)?.frame).toEqual({ type: 'typing', roomId: ROOM, userIds: [] })
  })

  test('[typing] who may not be one who may read any more is told nothing until that is known, and then as it is', async () => {
    const gate = Promise.withResolvers<void>()
    const log = (inner: RoomLog): RoomLog =>
      new Proxy(inner, {
        get:
          (target, name: keyof RoomLog) =>
          async (...args: unknown[]) => {
            if (name === 'access') await gate.promise
            return (target[name] as (...all: unknown[]) => unknown).apply(target, args)
          },
      })
    const room = new TypingWorld(await RoomWorld.withRoom(ALL, { type: 'public', log }))
    const guest = await room.open('guest')
    await room.start('ann')
    room.world.bus.publish({ kind: 'access', roomId: ROOM, userId: 'guest', code: 'banned' })
    const { length } = guest.reader.signals
    await room.start('ben')
    room.world.bus.publish({ kind: 'reads', roomId: ROOM, reads: { ann: 8 }, hidden: {} })
    await room.wait(TYPING_INTERVAL_MS)
    expect(guest.reader.signals).toHaveLength(length)
    gate.resolve()
    await room.wait(1)
    expect(guest.screen.names).toEqual(['ann', 'ben'])
    expect(guest.reader.signals.at(-1)).toEqual({ type: 'reads', roomId: ROOM, reads: { ann: 8 } })
  })

  test('[typing] who had no room for a frame is told a little later, as it is then', async () => {
    const room = await TypingWorld.of(ALL)
    const [cy, dan] = [await room.open('cy'), await room.open('dan')]
    cy.reader.isDeaf = true
    await room.start('ann')
    await room.start('ben')
    cy.reader.isDeaf = false
    await room.wait(1_000)
    expect(cy.screen.names).toEqual(['ann', 'ben'])
    const others = dan.screen.frames.length
    cy.reader.isDeaf = true
    await room.wait(TYPING_TTL_MS)
    expect(cy.screen.names).toEqual([])
    cy.reader.isDeaf = false
    await room.wait(1_000)
    expect(cy.screen.namesWithoutTimes).toEqual([])
    expect(dan.screen.frames).toHaveLength(others + 1)
    expect(room.world.platform.pending).toBe(0)
  })
})

describe('when it ends', () => {
  test('[typing] five seconds after the last start, with one empty frame', async () => {
    const room = await TypingWorld.of(ALL)
    const { screen } = await room.open('cy')
    await room.start('ann')
    await room.wait(2_000)
    await room.start('ann')
    const lastStartMs = room.world.platform.clock.monoMs() - 1
    await room.wait(TYPING_TTL_MS - 2)
    expect(screen.namesWithoutTimes).toEqual(['ann'])
    await room.wait(60_000)
    expect(screen.frames.at(-1)).toEqual({
      atMs: lastStartMs + TYPING_TTL_MS,
      frame: { type: 'typing', roomId: ROOM, userIds: [] },
    })
    expect(screen.frames.filter(({ frame }) => frame.userIds.length === 0)).toHaveLength(1)
    expect(room.world.platform.pending).toBe(0)
  })

  test('[typing] who goes on is shown without a break, in frames that get fewer', async () => {
    const room = await TypingWorld.of(ALL)
    const { screen } = await room.open('cy')
    for (let second = 0; second < 20; second += 2) {
      await room.start('ann')
      for (let i = 0; i < 40; i++) {
        await room.wait(50)
        expect(screen.names).toEqual(['ann'])
      }
    }
    expect(screen.frames.length).toBeLessThanOrEqual(11)
  })

  test('[typing] by the stop of the last session in which they type', async () => {
    const room = await TypingWorld.of(ALL)
    const { screen } = await room.open('cy')
    await room.start('ann', 'phone')
    await room.wait(1_000)
    await room.start('ann', 'laptop')
    await room.stop('ann', 'phone')
    await room.wait(TYPING_INTERVAL_MS)
    expect(screen.names).toEqual(['ann'])
    await room.stop('ann', 'laptop')
    await room.wait(TYPING_INTERVAL_MS)
    expect(screen.namesWithoutTimes).toEqual([])
  })

  test('[typing] with the session, when that was the last', async () => {
    const room = await TypingWorld.of(ALL)
    const { screen } = await room.open('cy')
    await room.start('ann')
    room.world.typing[0]?.end('ann')
    await room.wait(TYPING_INTERVAL_MS)
    expect(screen.namesWithoutTimes).toEqual([])
  })

  test('[typing] by their message, wherever it was written', async () => {
    const room = await TypingWorld.of(ALL)
    const { screen } = await room.open('cy')
    await room.start('ann')
    await room.start('ben')
    void room.world.send('ann')
    await room.wait(TYPING_INTERVAL_MS)
    expect(screen.namesWithoutTimes).toEqual(['ben'])
  })

  test('[typing] when they leave the room or wish to appear offline', async () => {
    const room = await TypingWorld.of(ALL)
    const { screen } = await room.open('cy')
    for (const userId of ['ann', 'ben', 'dan']) await room.start(userId)
    await room.leave('ann')
    const changes = { appearOffline: true }
    await room.world.run({ kind: 'user.settings', actor: actorOf('ben'), changes })
    await room.wait(TYPING_INTERVAL_MS)
    expect(screen.namesWithoutTimes).toEqual(['dan'])
  })

  test('[typing] what was under way when they left does not bring them back; being a member again does', async () => {
    const room = await TypingWorld.of(ALL)
    const { screen } = await room.open('cy')
    const { wallMs } = room.world.platform.clock
    const late = { kind: 'typing', roomId: ROOM, userId: 'ann', sessionId: 'x', isTyping: true, at: wallMs() } as const
    await room.leave('ann')
    room.world.bus.publish(late)
    await room.wait(1_000)
    expect(screen.frames).toEqual([])
    const put = { kind: 'member.put', actor: actorOf(OWNER), roomId: ROOM, userId: 'ann', role: null } as const
    await room.world.run(put)
    await room.start('ann')
    expect(screen.names).toEqual(['ann'])
  })

  test('[typing] a start that arrives after the stop behind it, or a second time, is known by its stamp', async () => {
    const room = await TypingWorld.of(ALL)
    const { screen } = await room.open('cy')
    const at = room.world.platform.clock.wallMs()
    const hint = { kind: 'typing', roomId: ROOM, userId: 'ann', sessionId: 'x' } as const
    room.world.bus.publish({ ...hint, isTyping: false, at: at + 1 })
    room.world.bus.publish({ ...hint, isTyping: true, at })
    await room.wait(TYPING_INTERVAL_MS)
    expect(screen.frames).toEqual([])
    room.world.bus.publish({ ...hint, isTyping: true, at: at + 2 })
    await room.wait(TYPING_TTL_MS)
    room.world.bus.publish({ ...hint, isTyping: true, at: at + 2 })
    await room.wait(TYPING_INTERVAL_MS)
    expect(screen.namesWithoutTimes).toEqual([])
  })
})

describe('how much it costs', () => {
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
    reader.close()
    room.world.nodes[0]?.close()
    expect(room.world.platform.pending).toBe(0)
    await room.start('ben')
    expect(room.world.platform.pending).toBe(0)
  })
})
