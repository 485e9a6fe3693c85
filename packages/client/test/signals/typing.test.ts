import { describe, expect, test } from 'vitest'
import { ROOM, World } from '../support/world.ts'

function told(world: World): readonly string[] {
  return world.server.last.received.flatMap(({ type }) => (type.startsWith('typing.') ? [type] : []))
}

describe('typing in a room', () => {
  test('is told while keys fall, and that it stopped', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    for (let i = 0; i < 50; i++) {
      room.typing()
      await world.time.advance(100)
    }
    expect(told(world)).toEqual(['typing.start', 'typing.start', 'typing.start'])
    await world.time.advance(3_000)
    expect(told(world).at(-1)).toBe('typing.stop')
  })

  test('ends by leaving the composer, by sending, by letting the room go and by hiding the application', async () => {
    for (const end of [
      ({ room }) => room.stopTyping(),
      ({ room }) => room.send('done'),
      ({ close }) => close(),
      ({ platform }) => platform.network.tell('hidden'),
    ] satisfies ((joined: Awaited<ReturnType<World['join']>>) => unknown)[]) {
      const world = new World()
      const joined = await world.join('ann')
      joined.room.typing()
      await world.time.advance(0)
      expect(told(world)).toEqual(['typing.start'])
      end(joined)
      await world.time.advance(0)
      expect(told(world)).toEqual(['typing.start', 'typing.stop'])
    }
  })

  test('is not told while the room is not live, and ends with the session', async () => {
    const world = new World()
    const { client, room } = world.client('ann')
    room.typing()
    client.connect()
    room.open()
    await world.time.advance(0)
    expect(told(world)).toEqual([])
    room.typing()
    world.server.last.end(1006)
    await world.time.advance(2_000)
    expect(told(world)).toEqual([])
    room.typing()
    await world.time.advance(0)
    expect(told(world)).toEqual(['typing.start'])
  })

  test('of others is shown in the room, without this person, until they say it', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const before = room.getSnapshot().typing
    expect(before).toEqual({ userIds: [], count: 0 })
    world.server.last.say({ type: 'typing', roomId: ROOM, userIds: ['ann', 'bob'] })
    expect(room.getSnapshot().typing).toEqual({ userIds: ['bob'], count: 1 })
    world.server.say(ROOM, 'bob', 'said')
    expect(room.getSnapshot().typing).toBe(before)
  })

  test('of others ends with the connection, and 5 s after the last word of it', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const say = () => world.server.last.say({ type: 'typing', roomId: ROOM, userIds: ['bob'] })
    say()
    world.server.last.end(1006)
    expect(room.getSnapshot().typing.userIds).toEqual([])
    await world.time.advance(2_000)
    say()
    await world.time.advance(4_999)
    expect(room.getSnapshot().typing.userIds).toEqual(['bob'])
    await world.time.advance(1)
    expect(room.getSnapshot().typing.userIds).toEqual([])
  })
})
