import { describe, expect, test } from 'vitest'
import { ROOM, texts, World } from '../support/world.ts'

function opensSent(world: World): number {
  return world.server.last.received.filter(frame => frame.type === 'room.open').length
}

describe('a subscription', () => {
  test('opens all rooms with their cursors in the one hello', async () => {
    const world = new World()
    world.server.room('other', 'ann')
    const { client, room } = world.client('ann')
    room.open()
    client.room('other').open()
    client.connect()
    await world.time.advance(0)
    expect(room.getSnapshot().status).toBe('live')
    world.server.last.end(1006)
    await world.time.advance(1_000)
    const [hello, ...rest] = world.server.last.received.filter(({ type }) => !type.startsWith('presence.'))
    expect(hello).toMatchObject({
      type: 'session.hello',
      rooms: [
        { roomId: ROOM, epoch: 'e1', seq: 3 },
        { roomId: 'other', epoch: 'e1', seq: 2 },
      ],
    })
    expect(rest).toEqual([])
  })

  test('a hello stays small: rooms beyond what fits are opened after it', async () => {
    const world = new World()
    const { client } = world.client('ann')
    for (let i = 0; i < 1_200; i++) {
      const id = `${'x'.repeat(56)}${i}`
      world.server.room(id, 'ann')
      client.room(id).open()
    }
    client.connect()
    await world.time.advance(0)
    const [hello] = world.server.last.received
    expect(JSON.stringify(hello).length).toBeLessThan(65_536)
    expect(hello?.type === 'session.hello' && (hello.rooms?.length ?? 0)).toBeGreaterThan(100)
    expect(client.room(`${'x'.repeat(56)}1199`).getSnapshot().status).toBe('live')
  })

  test('a gap: nothing behind the hole is shown, and one new opening from the cursor closes it', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const connection = world.server.last
    world.server.say(ROOM, 'bob', 'one')
    connection.isHeld = true
    world.server.say(ROOM, 'bob', 'two')
    world.server.say(ROOM, 'bob', 'three')
    world.server.say(ROOM, 'bob', 'four')
    connection.flush(messages => messages.slice(1))
    expect(texts(room.getSnapshot())).toEqual(['one'])
    expect(room.getSnapshot()).toMatchObject({
      status: 'joining',
      continuity: { complete: false, seq: 4, gap: { after: 4, before: 6 } },
    })
    connection.isHeld = false
    await world.time.advance(0)
    world.server.say(ROOM, 'bob', 'five')
    expect(opensSent(world)).toBe(1)
    expect(connection.received.at(-1)).toMatchObject({ type: 'room.open', epoch: 'e1', seq: 4 })
    expect(texts(room.getSnapshot())).toEqual(['one', 'two', 'three', 'four', 'five'])
    expect(room.getSnapshot()).toMatchObject({ status: 'live', continuity: { complete: true, gap: null } })
  })

  test('a duplicate changes nothing, and tells nobody', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const event = world.server.say(ROOM, 'bob', 'one')
    const before = room.getSnapshot()
    let told = 0
    room.subscribe(() => told++)
    world.server.publish(ROOM, event)
    expect(room.getSnapshot()).toBe(before)
    expect([told, opensSent(world)]).toEqual([0, 0])
  })

  test('a reorder: the order shown is that of seq', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    world.server.last.isHeld = true
    world.server.say(ROOM, 'bob', 'one')
    world.server.say(ROOM, 'bob', 'two')
    world.server.last.isHeld = false
    world.server.last.flush(messages => messages.toReversed())
    await world.time.advance(0)
    expect(texts(room.getSnapshot())).toEqual(['one', 'two'])
    expect(opensSent(world)).toBe(1)
  })

  test('the tail of the old subscription, arriving while a new one is opened, causes no further opening', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const connection = world.server.last
    connection.isHeld = true
    world.server.say(ROOM, 'bob', 'lost')
    world.server.say(ROOM, 'bob', 'one')
    connection.held.shift()
    connection.flush(() => connection.held.splice(0))
    for (let i = 0; i < 5; i++) connection.publish(ROOM, world.server.room(ROOM).events.slice(4, 5))
    connection.isHeld = false
    connection.flush()
    await world.time.advance(0)
    expect(opensSent(world)).toBe(1)
    expect(texts(room.getSnapshot())).toEqual(['lost', 'one'])
  })

  test('a server that answers every opening with a hole is asked at once twice, then with growing waits', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    world.server.behaviour = (frame, connection) => {
      if (frame.type !== 'room.open') return false
      connection.say({ type: 'room.live', roomId: ROOM, epoch: 'e1', seq: 99, ...(frame.ref && { ref: frame.ref }) })
      return true
    }
    world.server.last.say({ type: 'room.detached', roomId: ROOM, code: 'lagging' })
    await world.time.advance(0)
    await world.time.advance(0)
    expect(opensSent(world)).toBe(3)
    await world.time.advance(120_000)
    expect(opensSent(world)).toBeGreaterThan(5)
    expect(opensSent(world)).toBeLessThan(16)
    expect(room.getSnapshot().continuity.seq).toBe(3)
  })

  test('another epoch: the snapshot replaces what is held', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    world.server.say(ROOM, 'bob', 'of the old log')
    world.server.last.end(1006)
    world.server.room(ROOM).restore(3)
    world.server.say(ROOM, 'bob', 'of the new log')
    await world.time.advance(1_000)
    expect(texts(room.getSnapshot())).toEqual(['of the new log'])
    expect(room.getSnapshot().continuity).toMatchObject({ epoch: 'e2', complete: true })
  })

  test('a snapshot while messages are pending keeps them', async () => {
    const world = new World({ limits: { delta: 0 } })
    const { room } = await world.join('ann')
    world.server.last.end(1006)
    room.send('still here')
    world.server.say(ROOM, 'bob', 'meanwhile')
    world.server.behaviour = frame => frame.type === 'message.send'
    await world.time.advance(1_000)
    expect(texts(room.getSnapshot())).toEqual(['meanwhile', 'still here (sending)'])
  })

  test('detached as lagging: opened again at once from the cursor', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    world.server.last.rooms.clear()
    world.server.say(ROOM, 'bob', 'missed')
    world.server.last.say({ type: 'room.detached', roomId: ROOM, code: 'lagging' })
    await world.time.advance(0)
    expect(world.server.last.received.at(-1)).toMatchObject({ type: 'room.open', epoch: 'e1', seq: 3 })
    expect(texts(room.getSnapshot())).toEqual(['missed'])
    expect(room.getSnapshot().status).toBe('live')
  })

  test.each(['kicked', 'banned', 'deleted', 'forbidden'] as const)(
    'detached as %s: nothing held of the room is kept',
    async code => {
      const world = new World()
      const { room } = await world.join('ann')
      world.server.say(ROOM, 'bob', 'secret')
      world.server.last.rooms.clear()
      world.server.last.say({ type: 'room.detached', roomId: ROOM, code })
      expect(room.getSnapshot()).toMatchObject({
        status: 'detached',
        detachCode: code,
        room: null,
        timeline: [],
        members: [],
      })
      expect(room.getSnapshot().refusal?.message).toMatch(/^unable to read; /)
      world.server.last.end(1006)
      await world.time.advance(1_000)
      expect(world.server.last.received[0]).toMatchObject({ type: 'session.hello', rooms: [] })
      expect(world.server.last.received.filter(({ type }) => type === 'room.open')).toEqual([])
    },
  )

  test('detached as left: what was held stays readable, and joining again resumes', async () => {
    const world = new World()
    world.server.behaviour = {
      http: ({ method, path }) => (method === 'POST' && path.endsWith('/join') ? Response.json({}) : null),
    }
    const { room } = await world.join('ann')
    world.server.say(ROOM, 'bob', 'before')
    world.server.last.rooms.clear()
    world.server.last.say({ type: 'room.detached', roomId: ROOM, code: 'left' })
    expect(room.getSnapshot()).toMatchObject({ status: 'detached', detachCode: 'left' })
    expect(texts(room.getSnapshot())).toEqual(['before'])
    await room.join()
    expect(room.getSnapshot().status).toBe('live')
  })

  test('a room that may not be read is refused, from the hello and from room.open alike', async () => {
    const world = new World()
    const { client } = world.client('ann')
    client.room('nowhere').open()
    client.connect()
    await world.time.advance(0)
    client.room('neither').open()
    await world.time.advance(0)
    for (const id of ['nowhere', 'neither']) {
      expect(client.room(id).getSnapshot()).toMatchObject({ status: 'refused', refusal: { code: 'not_found' } })
    }
  })

  test('a server that cannot open a room now is asked again', async () => {
    const world = new World()
    let refused = 0
    world.server.behaviour = (frame, connection) => {
      if (frame.type !== 'room.open' || refused++ > 1) return false
      connection.refuse(frame, 'unavailable', 2_000)
      return true
    }
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    const room = client.room(ROOM)
    room.open()
    expect(room.getSnapshot().status).toBe('joining')
    await world.time.advance(10_000)
    expect(room.getSnapshot().status).toBe('live')
  })

  test('an opening without an answer is started over', async () => {
    const world = new World()
    let ignored = 0
    world.server.behaviour = frame => frame.type === 'room.open' && ignored++ === 0
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    const room = client.room(ROOM)
    room.open()
    await world.time.advance(16_000)
    expect(room.getSnapshot().status).toBe('live')
  })

  test('a room is subscribed while anybody holds it, lingers for a moment, and resumes from its cursor', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const release = room.open()
    release()
    release()
    await world.time.advance(5_000)
    expect(world.server.last.rooms.has(ROOM)).toBe(true)

    const { room: other } = await world.join('bob')
    const open = other.open()
    open()
    expect(other.getSnapshot().status).toBe('live')
  })

  test('released and opened again within a moment, it stays live', async () => {
    const world = new World()
    const { client, room } = world.client('ann')
    client.connect()
    room.open()()
    await world.time.advance(900)
    room.open()
    await world.time.advance(5_000)
    expect([room.getSnapshot().status, world.server.connections.length]).toEqual(['live', 1])
    expect(world.server.last.received.some(frame => frame.type === 'room.close')).toBe(false)
  })

  test('released by all: closed after a moment, what was held is kept, opening again asks for what was missed', async () => {
    const world = new World()
    const { client, room } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    const release = room.open()
    world.server.say(ROOM, 'bob', 'one')
    release()
    await world.time.advance(1_000)
    expect(world.server.last.received.at(-1)).toMatchObject({ type: 'room.close', roomId: ROOM })
    world.server.say(ROOM, 'bob', 'two')
    expect(texts(room.getSnapshot())).toEqual(['one'])
    expect(room.getSnapshot().status).toBe('closed')
    room.open()
    await world.time.advance(0)
    expect(world.server.last.received.at(-1)).toMatchObject({ type: 'room.open', epoch: 'e1', seq: 4 })
    expect(texts(room.getSnapshot())).toEqual(['one', 'two'])
  })

  test('kicked, then a member again: the list that holds the room opens it again, one read before the kick does not', async () => {
    const world = new World()
    const rooms = [{ id: ROOM, seq: 0, lastReadSeq: 0, lastMessage: null }]
    let held: Promise<void> | null = null
    const { platform, client, room } = await world.join('ann')
    Object.assign(platform, {
      fetch: async () => {
        const answer = Response.json({ rooms, nextCursor: null })
        await held
        return answer
      },
    })
    const before = Promise.withResolvers<void>()
    held = before.promise
    void client.rooms.refresh()
    await world.time.advance(0)
    const [entry] = rooms.splice(0)
    world.server.last.say({ type: 'room.detached', roomId: ROOM, code: 'kicked' })
    before.resolve()
    held = null
    await world.time.advance(1_000)
    expect(room.getSnapshot()).toMatchObject({ status: 'detached', detachCode: 'kicked' })
    expect(opensSent(world)).toBe(0)
    if (entry !== undefined) rooms.push(entry)
    await world.time.advance(15_000)
    expect(room.getSnapshot().status).toBe('live')
  })
})
