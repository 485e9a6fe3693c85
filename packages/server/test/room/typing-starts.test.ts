import { TYPING_TTL_MS } from '@holdfast/protocol'
import { describe, expect, test } from 'vitest'
import type { BusMessage } from '../../src/bus/bus.ts'
import { type RoomLog, StoreUnavailable } from '../../src/log/room-log.ts'
import { MAX_STARTS, MAX_TYPING_ROOMS, START_INTERVAL_MS, TypingStarts } from '../../src/room/typing-starts.ts'
import { FakePlatform } from '../support/fake-platform.ts'
import { actorOf } from '../support/fake-reader.ts'
import { OWNER, ROOM, RoomWorld } from '../support/room-world.ts'

type MayWrite = RoomLog['mayWrite']

const ANN = actorOf('ann')
const everybody: MayWrite = async () => ({ ok: true, value: null })

/** One node's typing, and what it has told the others. */
function node(mayWrite: MayWrite = everybody) {
  const platform = new FakePlatform()
  const hidden = new Set<string>()
  const told: string[] = []
  const messages: Extract<BusMessage, { kind: 'typing' }>[] = []
  const typing = new TypingStarts({
    log: { mayWrite },
    clock: platform.clock,
    publish(message) {
      if (message.kind !== 'typing') throw new Error(`unexpected ${message.kind}`)
      messages.push(message)
      told.push(`${message.isTyping ? '+' : '-'}${message.userId} ${message.roomId}`)
    },
    isHidden: userId => hidden.has(userId),
  })
  return { platform, hidden, told, messages, typing }
}

describe('what is dropped', () => {
  test('[typing] more than one start a second of a person in a room is dropped, over all their sessions', async () => {
    const { platform, typing, told } = node()
    for (const session of ['phone', 'laptop', null]) expect(await typing.start(session, ANN, 'r')).toBeNull()
    await platform.advance(START_INTERVAL_MS - 1)
    await typing.start('phone', ANN, 'r')
    expect(told).toEqual(['+ann r'])
    await platform.advance(1)
    await typing.start('phone', ANN, 'r')
    expect(told).toEqual(['+ann r', '+ann r'])
  })

  test('[typing] one that another node has accepted counts as well, and one of this node is not put off by its own echo', async () => {
    const [here, there] = [node(), node()]
    const hear = () => {
      for (const message of here.messages) there.typing.hear(message)
      for (const message of here.messages.splice(0)) here.typing.hear(message)
    }
    await here.typing.start('phone', ANN, 'r')
    await here.platform.advance(200)
    hear()
    await there.typing.start('laptop', ANN, 'r')
    expect(there.told).toEqual([])
    await here.platform.advance(START_INTERVAL_MS - 200)
    await here.typing.start('phone', ANN, 'r')
    expect(here.told).toEqual(['+ann r', '+ann r'])
    await there.platform.advance(START_INTERVAL_MS)
    await there.typing.start('laptop', ANN, 'r')
    expect(there.told).toEqual(['+ann r'])
  })

  test('[typing] each person and each room has its own second', async () => {
    const { typing, told } = node()
    await typing.start('a', ANN, 'r')
    await typing.start('a', ANN, 's')
    await typing.start('b', actorOf('ben'), 'r')
    expect(told).toEqual(['+ann r', '+ann s', '+ben r'])
  })

  test('[typing] a stop opens no way round the second', async () => {
    const { typing, told } = node()
    for (let i = 0; i < 5; i++) {
      await typing.start('a', ANN, 'r')
      typing.stop('a', ANN, 'r')
    }
    expect(told).toEqual(['+ann r', '-ann r'])
  })

  test('[typing] who appears offline is not told of, also when they hide while it is asked whether they may', async () => {
    const gate = Promise.withResolvers<void>()
    const { typing, hidden, told } = node(async (room, actor) => {
      await gate.promise
      return everybody(room, actor)
    })
    const started = typing.start('a', ANN, 'r')
    hidden.add('ann')
    gate.resolve()
    expect(await started).toBeNull()
    expect(await typing.start('b', ANN, 's')).toBeNull()
    expect(told).toEqual([])
    hidden.clear()
    await typing.start('b', ANN, 's')
    expect(told).toEqual(['+ann s'])
  })

  test('[typing] of whom it is not known yet whether they appear offline it is found out, and no start is lost', async () => {
    for (const isHidden of [false, true]) {
      const known = Promise.withResolvers<boolean>()
      const told: BusMessage[] = []
      const typing = new TypingStarts({
        log: { mayWrite: everybody },
        clock: new FakePlatform().clock,
        publish: message => told.push(message),
        isHidden: () => known.promise,
      })
      const [stays, stops] = [typing.start('a', ANN, 'r'), typing.start('a', ANN, 's')]
      typing.stop('a', ANN, 's')
      known.resolve(isHidden)
      expect(await Promise.all([stays, stops])).toEqual([null, null])
      expect(told.map(message => message.kind === 'typing' && message.roomId)).toEqual(isHidden ? [] : ['r'])
    }
  })

  test('[typing] one session types in a bounded number of rooms, and in others once those are over', async () => {
    const { platform, typing, told } = node()
    for (let i = 0; i < 2 * MAX_TYPING_ROOMS; i++) await typing.start('a', ANN, `r${i}`)
    expect(told).toHaveLength(MAX_TYPING_ROOMS)
    await platform.advance(TYPING_TTL_MS)
    await typing.start('a', ANN, 'another')
    expect(told.at(-1)).toBe('+ann another')
  })

  test('[bounded] sessions that type are bounded, and forgotten without any timer, also behind one that goes on', async () => {
    const { platform, typing, told } = node()
    const goesOn = () => typing.start('keeper', actorOf('ben'), 'r')
    await goesOn()
    for (let i = 1; i < MAX_STARTS + 5; i++) {
      if (i === MAX_STARTS / 2) await platform.advance(START_INTERVAL_MS)
      await typing.start(`s${i}`, actorOf(`u${i}`), 'r')
    }
    expect(told).toHaveLength(MAX_STARTS)
    await platform.advance(TYPING_TTL_MS - START_INTERVAL_MS - 1)
    await goesOn()
    await platform.advance(START_INTERVAL_MS + 1)
    await typing.start('late', ANN, 'r')
    expect(told.slice(MAX_STARTS)).toEqual(['+ben r', '+ann r'])
    expect(platform.pending).toBe(0)
  })

  test('[bounded] so are the starts of one second, also of a session that stops each at once', async () => {
    const { platform, typing, messages } = node()
    const starts = () => messages.filter(({ isTyping }) => isTyping).length
    for (let i = 0; i < MAX_STARTS + 5; i++) {
      await typing.start('a', ANN, `r${i}`)
      typing.stop('a', ANN, `r${i}`)
    }
    expect(starts()).toBe(MAX_STARTS)
    await platform.advance(START_INTERVAL_MS)
    await typing.start('a', ANN, 'r')
    expect(starts()).toBe(MAX_STARTS + 1)
  })
})

describe('who may', () => {
  test.each([
    ['a member', 'ann', 'private', null],
    ['a stranger to a private room', 'eve', 'private', 'not_found'],
    ['who has not joined a public room', 'eve', 'public', 'forbidden'],
  ] as const)('[typing] %s is answered as if they sent', async (_, userId, type, code) => {
    const world = await RoomWorld.withRoom(['ann'], { type })
    const refusal = await world.typing[0]?.start('s', actorOf(userId), ROOM)
    expect(refusal?.code ?? null).toBe(code)
    const sent = world.send(userId)
    await world.platform.advance(0)
    expect(await sent).toMatchObject(code === null ? { ok: true } : { ok: false, refusal: { code } })
  })

  test('[typing] also a server admin has to be a member; a room that is none is not found', async () => {
    const world = await RoomWorld.withRoom(['ann'])
    expect(await world.typing[0]?.start('s', actorOf('admin', true), ROOM)).toMatchObject({ code: 'forbidden' })
    expect(await world.typing[0]?.start('s', ANN, 'nowhere')).toMatchObject({ code: 'not_found' })
  })

  test('[typing] who is muted is refused as when they send, until the mute ends', async () => {
    const world = await RoomWorld.withRoom(['ann'])
    const about = { actor: actorOf(OWNER), roomId: ROOM, userId: 'ann' } as const
    const start = () => world.typing[0]?.start('s', ANN, ROOM)
    await world.run({ kind: 'mute.put', ...about, until: world.platform.clock.wallMs() + 5_000 })
    expect(await start()).toMatchObject({ code: 'muted' })
    await world.platform.advance(5_001)
    expect(await start()).toBeNull()
    await world.run({ kind: 'mute.put', ...about, until: null })
    await world.platform.advance(START_INTERVAL_MS)
    expect(await start()).toMatchObject({ code: 'muted' })
    await world.run({ kind: 'mute.remove', ...about })
    expect(await start()).toBeNull()
  })

  test('[typing] a refused start counts neither as the one of its second nor among the rooms of its session', async () => {
    const world = await RoomWorld.withRoom([])
    for (let i = 0; i < 2 * MAX_TYPING_ROOMS; i++) {
      expect(await world.typing[0]?.start('s', ANN, `r${i}`)).toMatchObject({ code: 'not_found' })
      expect(await world.typing[0]?.start('s', ANN, ROOM)).toMatchObject({ code: 'not_found' })
    }
    await world.run({ kind: 'member.put', actor: actorOf(OWNER), roomId: ROOM, userId: 'ann', role: null })
    expect(await world.typing[0]?.start('s', ANN, ROOM)).toBeNull()
  })

  test('[typing] with the store away: unavailable; what was told before can still be taken back', async () => {
    let isAway = false
    const { platform, typing, told } = node(async (room, actor) => {
      if (isAway) throw new StoreUnavailable('read', null)
      return everybody(room, actor)
    })
    await typing.start('a', ANN, 'r')
    isAway = true
    await platform.advance(2_000)
    expect(await typing.start('a', ANN, 'r')).toMatchObject({ code: 'unavailable' })
    typing.stop('a', ANN, 'r')
    expect(told).toEqual(['+ann r', '-ann r'])
  })
})

describe('ending', () => {
  test('[typing] a stop is told once, and of a room in which nobody types not at all', async () => {
    const { typing, told } = node()
    typing.stop('a', ANN, 'r')
    await typing.start('a', ANN, 'r')
    typing.stop('other', ANN, 'r')
    typing.stop('a', ANN, 'r')
    typing.stop('a', ANN, 'r')
    expect(told).toEqual(['+ann r', '-ann r'])
  })

  test('[typing] with its session everything ends that it typed and that is not over by itself', async () => {
    const { platform, typing, told, messages } = node()
    await typing.start('a', ANN, 'long ago')
    await platform.advance(TYPING_TTL_MS - 1_000)
    await typing.start('a', ANN, 'r')
    await typing.start('a', ANN, 's')
    await typing.start('b', ANN, 't')
    await platform.advance(1_000)
    told.length = 0
    typing.end('a')
    typing.end('a')
    typing.end('unknown')
    expect(told).toEqual(['-ann r', '-ann s'])
    expect(new Set(messages.slice(-2).map(({ sessionId }) => sessionId))).toEqual(new Set(['a']))
  })

  test('[typing] stopped or ended while it is asked whether they may: nothing is told', async () => {
    const gate = Promise.withResolvers<void>()
    const { typing, told } = node(async (room, actor) => {
      await gate.promise
      return everybody(room, actor)
    })
    const started = [typing.start('a', ANN, 'r'), typing.start('b', ANN, 's')]
    typing.stop('a', ANN, 'r')
    typing.end('b')
    gate.resolve()
    await Promise.all(started)
    expect(told).toEqual([])
  })

  test('[typing] by HTTP there is no session to end: a person’s requests count as one', async () => {
    const { typing, told } = node()
    await typing.start(null, ANN, 'r')
    await typing.start(null, actorOf('ben'), 'r')
    typing.stop(null, ANN, 'r')
    expect(told).toEqual(['+ann r', '+ben r', '-ann r'])
  })
})

test('[typing] stamps grow from one message to the next, whatever the wall clock does, and are of when it came', async () => {
  const gate = Promise.withResolvers<void>()
  const { platform, typing, messages } = node(async (room, actor) => {
    await gate.promise
    return everybody(room, actor)
  })
  const cameAt = platform.clock.wallMs()
  const started = typing.start('a', ANN, 'r')
  await platform.advance(3_000)
  gate.resolve()
  await started
  expect(messages[0]?.at).toBe(cameAt)
  typing.stop('a', ANN, 'r')
  platform.setWall(cameAt - 60_000)
  await typing.start('a', ANN, 'r')
  typing.stop('a', ANN, 'r')
  const stamps = messages.map(({ at }) => at)
  expect(stamps).toHaveLength(4)
  expect(stamps.every((at, i) => i === 0 || at > (stamps[i - 1] ?? 0))).toBe(true)
})
