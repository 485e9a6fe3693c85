import { TYPING_TTL_MS } from '@holdfast/protocol'
import { expect, test } from 'vitest'
import type { BusMessage } from '../../src/bus/bus.ts'
import { DEFAULT_SETTINGS } from '../../src/log/facts.ts'
import { MAX_PEOPLE_ELSEWHERE, MAX_ROOMS_ELSEWHERE, TypingElsewhere } from '../../src/room/typing-elsewhere.ts'
import { FakePlatform } from '../support/fake-platform.ts'
import { actorOf } from '../support/fake-reader.ts'
import { OWNER, ROOM } from '../support/room-world.ts'
import { ALL, TypingWorld } from '../support/typing-world.ts'

type Typing = Extract<BusMessage, { kind: 'typing' }>

function typing(userId: string, at: number, more: Partial<Typing> = {}): Typing {
  return { kind: 'typing', roomId: 'r', userId, sessionId: userId, isTyping: true, at, ...more }
}

test('[typing] who is the first to open a room on a node is told who types there already, until it is over', async () => {
  const room = await TypingWorld.of(ALL, { nodes: 2 })
  await room.open('ann')
  await room.start('ann')
  await room.wait(1_000)
  await room.start('ben')
  await room.stop('ben')
  await room.wait(1_000)
  const there = await room.open('cy', 1)
  expect(there.screen.names).toEqual(['ann'])
  await room.wait(TYPING_TTL_MS - 2_000)
  expect(there.screen.names).toEqual([])
})

test('[typing] what a message has ended, or leaving, is not told to who comes', async () => {
  const room = await TypingWorld.of(ALL, { nodes: 2 })
  await room.open('ann')
  for (const userId of ['ann', 'ben', 'dan']) await room.start(userId)
  void room.world.send('ann')
  await room.leave('ben')
  expect((await room.open('cy', 1)).screen.names).toEqual(['dan'])
})

test('[typing] of each session the latest counts, whatever order it comes in; a clock that is ahead prolongs nothing', async () => {
  const { clock, advance } = fake()
  const elsewhere = new TypingElsewhere(clock)
  const nowMs = clock.wallMs()
  elsewhere.hear(typing('ann', nowMs + 1, { isTyping: false }))
  elsewhere.hear(typing('ann', nowMs))
  elsewhere.hear(typing('ben', nowMs + 60_000))
  await advance(3_000)
  expect(elsewhere.take('r')?.now(clock.monoMs())).toEqual([{ userId: 'ben', remainingMs: TYPING_TTL_MS - 3_000 }])
  expect(elsewhere.take('r')).toBeNull()
})

test('[typing] [appear-offline] who appears offline while they type is told to nobody who comes', async () => {
  const room = await TypingWorld.of(ALL, { nodes: 2 })
  await room.open('ann')
  for (const userId of ['ann', 'ben']) await room.start(userId)
  room.world.bus.publish({
    kind: 'settings',
    userId: 'ann',
    settings: { ...DEFAULT_SETTINGS, appearOffline: true },
  })
  expect((await room.open('cy', 1)).screen.names).toEqual(['ben'])
})

test('[typing] what somebody who has left did before that is not told to who comes, also where it arrives after', async () => {
  const room = await TypingWorld.of(ALL, { nodes: 2 })
  const late = room.world.platform.clock.wallMs()
  for (const userId of ['ben', 'dan']) await room.leave(userId)
  const { bus } = room.world
  bus.publish({ ...typing('ben', late), roomId: ROOM })
  const there = await room.open('cy', 1)
  bus.publish({ ...typing('dan', late), roomId: ROOM })
  await room.wait(1_000)
  expect(there.screen.names).toEqual([])
})

test('[typing] who has left and is in the room again is told of', async () => {
  const room = await TypingWorld.of(ALL, { nodes: 2 })
  await room.leave('ben')
  const add = { kind: 'member.put', actor: actorOf(OWNER), roomId: ROOM } as const
  expect(await room.world.run({ ...add, userId: 'ben', role: 'member' })).toMatchObject({ ok: true })
  await room.start('ben')
  expect((await room.open('cy', 1)).screen.names).toEqual(['ben'])
})

test('[typing] who is refused a room takes nothing away from who comes next', async () => {
  const room = await TypingWorld.of(ALL, { nodes: 2 })
  await room.start('ann')
  expect((await room.open('stranger', 1)).reader.ended).toMatchObject({ code: 'not_found' })
  expect((await room.open('cy', 1)).screen.names).toEqual(['ann'])
})

test('[bounded] rooms and people in them are bounded, and forgotten without any timer', async () => {
  const { clock, advance } = fake()
  const elsewhere = new TypingElsewhere(clock)
  for (let i = 0; i <= MAX_ROOMS_ELSEWHERE; i++) elsewhere.hear(typing('ann', clock.wallMs(), { roomId: `r${i}` }))
  expect(elsewhere.size).toBe(MAX_ROOMS_ELSEWHERE)
  for (let i = 0; i <= MAX_PEOPLE_ELSEWHERE; i++) elsewhere.hear(typing(`u${i}`, clock.wallMs()))
  expect(elsewhere.take('r')?.size).toBe(MAX_PEOPLE_ELSEWHERE)
  await advance(TYPING_TTL_MS)
  elsewhere.hear(typing('ann', clock.wallMs()))
  expect(elsewhere.size).toBe(1)
})

function fake() {
  const platform = new FakePlatform()
  return { clock: platform.clock, advance: (ms: number) => platform.advance(ms) }
}
