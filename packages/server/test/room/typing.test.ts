import { TYPING_TTL_MS } from '@holdfast/protocol'
import { describe, expect, test } from 'vitest'
import type { RoomLog } from '../../src/log/room-log.ts'
import { TYPING_INTERVAL_MS } from '../../src/room/typing-signals.ts'
import { actorOf } from '../support/fake-reader.ts'
import { OWNER, ROOM, RoomWorld } from '../support/room-world.ts'
import { ALL, TypingWorld } from '../support/typing-world.ts'

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

  test('[typing] nobody is told that nobody types who was not told that somebody does', async () => {
    const room = await TypingWorld.of(ALL)
    const ann = await room.open('ann')
    const [typing] = room.world.typing
    await typing?.start('b', actorOf('ben'), ROOM)
    typing?.stop('b', actorOf('ben'), ROOM)
    await room.start('ann')
    await room.wait(TYPING_TTL_MS)
    expect(ann.screen.frames).toEqual([])
    await room.start('ben')
    await room.wait(1_000)
    await room.stop('ben')
    await room.wait(1_000)
    const frames = ann.screen.frames.length
    expect(frames).toBe(2)
    await typing?.start('d', actorOf('dan'), ROOM)
    typing?.stop('d', actorOf('dan'), ROOM)
    await room.start('ann')
    await room.wait(TYPING_TTL_MS)
    expect(ann.screen.frames).toHaveLength(frames)
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

  test('[typing] also the first one, of who began when nobody was there; and is told when that ends', async () => {
    const room = await TypingWorld.of(ALL)
    const gone = await room.open('dan')
    gone.reader.close()
    await room.start('ann')
    await room.wait(1_000)
    const { screen } = await room.open('cy')
    expect(screen.names).toEqual(['ann'])
    await room.wait(TYPING_TTL_MS)
    expect(screen.namesWithoutTimes).toEqual([])
  })

  test('[typing] who may not be one who may read any more is told nothing until that is known, and then as it is', async () => {
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const log = (inner: RoomLog): RoomLog =>
      new Proxy(inner, {
        get:
          (target, name: keyof RoomLog) =>
          async (...args: unknown[]) => {
            if (name === 'access') await gates[0]?.promise
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
    gates.shift()?.resolve()
    await room.wait(1)
    expect(guest.screen.names).toEqual(['ann', 'ben'])
    expect(guest.reader.signals.at(-1)).toEqual({ type: 'reads', roomId: ROOM, reads: { ann: 8 } })
    room.world.bus.publish({ kind: 'access', roomId: ROOM, userId: 'guest', code: 'banned' })
    await room.stop('ann')
    await room.stop('ben')
    await room.wait(TYPING_INTERVAL_MS)
    expect(guest.screen.namesWithoutTimes).toEqual(['ann', 'ben'])
    gates.shift()?.resolve()
    await room.wait(1)
    expect(guest.screen.namesWithoutTimes).toEqual([])
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

  test('[typing] also who goes on only just before it would have ended', async () => {
    const room = await TypingWorld.of(ALL)
    const { screen } = await room.open('cy')
    for (let i = 0; i < 4; i++) {
      await room.start('ann')
      // At once: a frame that comes when the last one has run out comes too late.
      expect(screen.frames.at(-1)?.frame.remainingMs).toEqual([TYPING_TTL_MS])
      for (let ms = 0; ms < TYPING_TTL_MS - 100; ms += 50) {
        await room.wait(50)
        expect(screen.names).toEqual(['ann'])
      }
    }
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

  test('[typing] when another session stops, with the time of the one that is left', async () => {
    const room = await TypingWorld.of(ALL)
    const { screen } = await room.open('cy')
    await room.start('ann', 'phone')
    await room.wait(3_000)
    await room.start('ann', 'laptop')
    await room.stop('ann', 'laptop')
    await room.wait(1_900)
    expect(screen.namesWithoutTimes).toEqual(['ann'])
    await room.wait(100)
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

  test('[typing] a start that arrives again after their message brings nobody back', async () => {
    const room = await TypingWorld.of(ALL)
    const { screen } = await room.open('cy')
    const at = room.world.platform.clock.wallMs()
    const hint = { kind: 'typing', roomId: ROOM, userId: 'ann', sessionId: 'x', isTyping: true, at } as const
    room.world.bus.publish(hint)
    await room.wait(1)
    void room.world.send('ann')
    await room.wait(1)
    room.world.bus.publish(hint)
    await room.wait(TYPING_INTERVAL_MS)
    expect(screen.namesWithoutTimes).toEqual([])
  })
})
