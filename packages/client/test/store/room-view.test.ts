import { describe, expect, test } from 'vitest'
import type { RoomView, TimelineEntry } from '../../src/index.ts'
import { ROOM, World } from '../support/world.ts'

describe('a view', () => {
  test('is the same object until something changed', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    expect(room.getSnapshot()).toBe(room.getSnapshot())
    const before = room.getSnapshot()
    world.server.say(ROOM, 'bob', 'one')
    expect(room.getSnapshot()).not.toBe(before)
    const { members, reads, room: face } = room.getSnapshot()
    expect([members, reads, face]).toEqual([before.members, before.reads, before.room])
    expect(room.getSnapshot().members).toBe(before.members)
    expect(room.getSnapshot().reads).toBe(before.reads)
  })

  test('a row changes only when what it shows does', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const rows = (): readonly TimelineEntry[] => room.getSnapshot().timeline
    for (const text of ['one', 'two', 'three']) world.server.say(ROOM, 'bob', text)
    const [one, two, three] = rows()
    const messageId = two?.kind === 'message' ? two.message.id : ''
    world.server.publish(ROOM, world.server.room(ROOM).append({ kind: 'message.pinned', by: 'bob', messageId }))
    expect(rows()[0]).toBe(one)
    expect(rows()[1]).not.toBe(two)
    expect(rows()[1]?.key).toBe(two?.key)
    expect(rows()[2]).toBe(three)
    world.server.last.end(1006)
    room.send('pending')
    expect(rows().slice(0, 3)).toEqual([one, rows()[1], three])
    expect(rows()[0]).toBe(one)
    const pending = rows()[3]
    room.send('another')
    expect(rows()[3]).toBe(pending)
  })

  test('one message of frames tells its listeners once', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    let told = 0
    room.subscribe(() => told++)
    const { last } = world.server
    last.isHeld = true
    for (let i = 0; i < 100; i++) world.server.say(ROOM, 'bob', `${i}`)
    last.flush(messages => [messages.flat()])
    expect([told, room.getSnapshot().timeline.length]).toEqual([1, 100])
  })

  test('a listener that throws costs the others nothing, and is not swallowed', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const views: RoomView[] = []
    room.subscribe(() => {
      throw new Error('of the application')
    })
    room.subscribe(() => views.push(room.getSnapshot()))
    world.server.say(ROOM, 'bob', 'one')
    expect(views).toHaveLength(1)
    await expect(world.time.advance(1)).rejects.toThrow('of the application')
  })

  test('a listener that is gone is not called, even when it goes while others are told', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    let told = 0
    const listener = () => told++
    const [first, second] = [room.subscribe(listener), room.subscribe(listener)]
    first()
    world.server.say(ROOM, 'bob', 'one')
    second()
    world.server.say(ROOM, 'bob', 'two')
    expect(told).toBe(1)
  })

  test('keys are unique although two people use one clientId, and systems none', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const log = world.server.room(ROOM)
    for (const [sender, clientId] of [
      ['ann', 'same'],
      ['bob', 'same'],
      ['~same', ''],
      ['~same', ' '],
    ] as const) {
      const { event } = log.send(sender, { clientId, content: 'x' })
      if (event !== null) world.server.publish(ROOM, event)
    }
    const keys = room.getSnapshot().timeline.map(entry => entry.key)
    expect(new Set(keys).size).toBe(4)
  })
})

describe('reading', () => {
  test('is told to the server half a second later at the most, the newest position only', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const reads = () => world.server.last.received.filter(frame => frame.type === 'room.read')
    for (const text of ['one', 'two', 'three']) world.server.say(ROOM, 'bob', text)
    expect(room.getSnapshot().unread).toBe(3)
    room.markRead(4)
    room.markRead(5)
    expect(room.getSnapshot()).toMatchObject({ unread: 1, lastReadSeq: 5 })
    room.markRead()
    room.markRead(4)
    expect(room.getSnapshot()).toMatchObject({ unread: 0, lastReadSeq: 6 })
    await world.time.advance(500)
    expect(reads()).toMatchObject([{ seq: 6 }])
    await world.time.advance(10_000)
    expect(reads()).toHaveLength(1)
  })

  test('what was read while offline is told afterwards; what the server knows is not told again', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    world.server.say(ROOM, 'bob', 'one')
    world.server.last.end(1006)
    room.markRead()
    await world.time.advance(5_000)
    expect(world.server.last.received.filter(frame => frame.type === 'room.read')).toMatchObject([{ seq: 4 }])
    world.server.last.end(1006)
    await world.time.advance(5_000)
    expect(world.server.last.received.filter(frame => frame.type === 'room.read')).toEqual([])
  })

  test('what was told just before the connection ended is told again', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    world.server.say(ROOM, 'bob', 'one')
    world.server.behaviour = frame => frame.type === 'room.read'
    room.markRead()
    await world.time.advance(500)
    world.server.behaviour = () => false
    world.server.last.end(1006)
    await world.time.advance(5_000)
    expect(world.server.room(ROOM).reads.of('ann').lastReadSeq).toBe(4)
  })

  test('on another device it counts here too', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const { room: elsewhere } = await world.join('ann')
    world.server.say(ROOM, 'bob', 'one')
    elsewhere.markRead()
    await world.time.advance(1_000)
    expect(room.getSnapshot()).toMatchObject({ unread: 0, lastReadSeq: 4, reads: {} })
  })

  test('a read position that the server refused for now is told again once the server shows an older one', async () => {
    const world = new World()
    const { client, room } = await world.join('ann')
    world.server.say(ROOM, 'bob', 'one')
    let refused = 0
    world.server.behaviour = (frame, connection) => {
      if (frame.type !== 'room.read' || refused++ > 0) return false
      connection.refuse(frame, 'unavailable')
      return true
    }
    room.markRead()
    await world.time.advance(1_000)
    world.server.behaviour = {
      http: () => Response.json({ rooms: [{ id: ROOM, seq: 4, lastReadSeq: 0 }], nextCursor: null }),
    }
    await client.rooms.refresh()
    await world.time.advance(1_000)
    expect(world.server.room(ROOM).reads.of('ann').lastReadSeq).toBe(4)
  })

  test('a read position is told at once when the application is hidden: it may be about to end', async () => {
    const world = new World()
    const { client, platform, room } = await world.join('ann')
    world.server.say(ROOM, 'bob', 'one')
    room.markRead()
    platform.network.tell('hidden')
    await world.time.advance(0)
    expect(world.server.room(ROOM).reads.of('ann').lastReadSeq).toBe(4)
    expect(client.connection.getSnapshot().state).toBe('online')
  })

  test('what is no number is no read position', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    world.server.say(ROOM, 'bob', 'one')
    room.markRead(Number.NaN)
    expect(room.getSnapshot()).toMatchObject({ unread: 1, lastReadSeq: 2 })
  })

  test('a person named as something that every object has has read nothing by that', async () => {
    const world = new World()
    world.server.room('r', 'constructor', 'bob')
    const { client } = world.client('constructor')
    const room = client.room('r')
    room.open()
    client.connect()
    await world.time.advance(0)
    world.server.say('r', 'bob', 'one')
    world.server.last.say({ type: 'reads', roomId: 'r', reads: { bob: 4 } })
    expect(room.getSnapshot()).toMatchObject({ unread: 1, lastReadSeq: 2 })
  })
})
