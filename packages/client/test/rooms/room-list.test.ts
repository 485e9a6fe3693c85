import type { RoomListEntry } from '@holdfast/protocol'
import { describe, expect, test } from 'vitest'
import { ROOM, World } from '../support/world.ts'

function entry(id: string, change: Partial<RoomListEntry> = {}): RoomListEntry {
  return {
    id,
    name: id,
    type: 'public',
    topic: '',
    ephemeral: false,
    slowModeMs: 0,
    metadata: {},
    createdBy: 'ann',
    createdAt: 0,
    seq: 1,
    unread: 0,
    mentions: 0,
    lastReadSeq: 0,
    lastMessage: null,
    muted: false,
    readRevision: 0,
    ...change,
  }
}

/** Lists these rooms, two a page. */
function lists(world: World, rooms: () => readonly RoomListEntry[]): void {
  world.server.behaviour = {
    http: ({ method, path }) => {
      if (method !== 'GET' || !path.startsWith('/api/rooms') || path.includes('discover')) return null
      if (/^\/api\/rooms\//.test(path)) return null
      const from = Number(new URLSearchParams(path.split('?')[1]).get('cursor') ?? 0)
      const page = rooms().slice(from, from + 2)
      return Response.json({ rooms: page, nextCursor: from + 2 < rooms().length ? String(from + 2) : null })
    },
  }
}

function ids(world: { getSnapshot(): { rooms: readonly RoomListEntry[] } }): readonly string[] {
  return world.getSnapshot().rooms.map(room => room.id)
}

describe('the list of rooms', () => {
  test('is read when online, ten pages at most, and the rest when asked for', async () => {
    const world = new World()
    const rooms = Array.from({ length: 21 }, (_, i) => entry(`r${i}`, { createdAt: 100 - i }))
    lists(world, () => rooms)
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    expect([ids(client.rooms).length, client.rooms.getSnapshot().hasMore]).toEqual([20, true])
    await client.rooms.loadMore()
    expect(ids(client.rooms)).toEqual(rooms.map(({ id }) => id))
    expect(client.rooms.getSnapshot().hasMore).toBe(false)
  })

  test('of a server without an inbox is read again every 15 s while somebody looks', async () => {
    const world = new World()
    let rooms = ['c', 'b', 'a'].map(id => entry(id))
    lists(world, () => rooms)
    const { client, platform } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    const before = client.rooms.getSnapshot()
    await world.time.advance(15_000)
    expect(client.rooms.getSnapshot().rooms).toBe(before.rooms)
    rooms = [entry('d'), ...rooms]
    platform.network.tell('hidden')
    await world.time.advance(30_000)
    expect(ids(client.rooms)).toEqual(['c', 'b', 'a'])
    platform.network.tell('visible')
    await world.time.advance(15_000)
    expect(ids(client.rooms)).toEqual(['d', 'c', 'b', 'a'])
  })

  test('counts unread rooms that are not muted, and all mentions', async () => {
    const world = new World()
    lists(world, () => [
      entry('a', { unread: 3, mentions: 1 }),
      entry('b', { unread: 100, mentions: 2, muted: true }),
      entry('c'),
    ])
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    expect(client.rooms.getSnapshot()).toMatchObject({ unreadRooms: 1, mentions: 3 })
  })

  test('shows at once what an open room knows, moves it up, and does not fall back to an older answer', async () => {
    const world = new World()
    lists(world, () => [entry('other'), entry(ROOM, { seq: 3 })])
    const { client } = await world.join('ann')
    expect(ids(client.rooms)).toEqual(['other', ROOM])
    world.server.say(ROOM, 'bob', 'news')
    expect(client.rooms.getSnapshot().rooms[0]).toMatchObject({
      id: ROOM,
      unread: 1,
      seq: 4,
      lastMessage: { content: 'news' },
    })
    client.room(ROOM).markRead()
    expect(client.rooms.getSnapshot().rooms[0]).toMatchObject({ id: ROOM, unread: 0 })
  })

  test('what was read here stays read, although the server has not been told yet', async () => {
    const world = new World()
    lists(world, () => [entry(ROOM, { seq: world.server.room(ROOM).seq, unread: 1 })])
    const { client, room } = await world.join('ann')
    world.server.say(ROOM, 'bob', 'news')
    room.markRead()
    await client.rooms.refresh()
    expect(client.rooms.getSnapshot().rooms[0]).toMatchObject({ unread: 0, lastReadSeq: 4 })
  })

  test('is read again as soon as the person comes back, not when signed off', async () => {
    const world = new World()
    let reads = 0
    lists(world, () => [entry(`${++reads}`)])
    const { client, platform } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    platform.network.tell('visible')
    await world.time.advance(0)
    const before = reads
    expect(before).toBeGreaterThan(1)
    client.disconnect()
    platform.network.tell('visible')
    await world.time.advance(60_000)
    expect(reads).toBe(before)
  })

  test('a failure is in the view, and what was shown stays', async () => {
    const world = new World()
    lists(world, () => [entry('a')])
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    world.server.behaviour = {
      http: () => Response.json({ code: 'unavailable', detail: 'unable to read; no store' }, { status: 503 }),
    }
    await client.rooms.refresh()
    expect(client.rooms.getSnapshot()).toMatchObject({
      rooms: [{ id: 'a' }],
      loading: false,
      error: { code: 'unavailable', message: 'unable to read; no store' },
    })
  })

  test('being removed from a room, or signing out, shows', async () => {
    const world = new World()
    let rooms = [entry(ROOM)]
    lists(world, () => rooms)
    const { client } = await world.join('ann')
    rooms = []
    world.server.last.say({ type: 'room.detached', roomId: ROOM, code: 'kicked' })
    await world.time.advance(0)
    expect(ids(client.rooms)).toEqual([])
    rooms = [entry('x')]
    await client.rooms.refresh()
    await client.logout()
    expect(client.rooms.getSnapshot()).toEqual({
      rooms: [],
      unreadRooms: 0,
      mentions: 0,
      loading: false,
      hasMore: false,
      error: null,
    })
  })

  test('a reading that the last person has left under way does not keep the next one waiting', async () => {
    const world = new World()
    let token = 'ann'
    const { client, platform } = world.client('ann', { getToken: () => token })
    const { fetch } = platform
    const held = Promise.withResolvers<void>()
    Object.assign(platform, {
      fetch: async (...call: Parameters<typeof fetch>) => {
        if (token === 'ann') await held.promise
        return fetch(...call)
      },
    })
    lists(world, () => [entry('a')])
    client.connect()
    await world.time.advance(0)
    await client.logout()
    token = 'bob'
    client.connect()
    await world.time.advance(0)
    expect(ids(client.rooms)).toEqual(['a'])
  })

  test('how far one has read elsewhere counts in an open room', async () => {
    const world = new World()
    lists(world, () => [entry(ROOM, { lastReadSeq: 4 })])
    const { client, room } = await world.join('ann')
    world.server.last.rooms.clear()
    world.server.say(ROOM, 'bob', 'one')
    world.server.last.publish(ROOM, [])
    world.server.last.rooms.add(ROOM)
    world.server.say(ROOM, 'bob', 'two')
    await world.time.advance(0)
    await client.rooms.refresh()
    expect(room.getSnapshot()).toMatchObject({ lastReadSeq: 4, unread: 1 })
  })

  test('discover and create go over HTTP, as this person, with a fresh token once if need be', async () => {
    const world = new World()
    let tokens = 0
    const { client } = world.client('ann', { getToken: () => `ann.${++tokens}` })
    world.server.behaviour = { admit: token => token !== 'ann.1' }
    await expect(client.rooms.discover('gen eral')).resolves.toEqual({ rooms: [], nextCursor: null })
    expect(world.server.calls).toEqual([
      'GET /api/rooms?discover=true&q=gen+eral',
      'GET /api/rooms?discover=true&q=gen+eral',
    ])
    world.server.behaviour = {
      http: ({ method }) =>
        method === 'POST'
          ? Response.json({ code: 'conflict', detail: 'unable to create the room; its id is taken' }, { status: 409 })
          : null,
    }
    await expect(client.rooms.create({ type: 'public', name: 'x' })).rejects.toMatchObject({
      code: 'conflict',
      message: 'unable to create the room; its id is taken',
    })
    world.server.behaviour = { http: () => new Response('<html>', { status: 502 }) }
    await expect(client.rooms.discover()).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  })

  test('an answer that is no JSON is a failure', async () => {
    const world = new World()
    const { client } = world.client('ann')
    world.server.behaviour = { http: () => new Response('<html>', { status: 200 }) }
    await expect(client.rooms.discover()).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  })

  test('a getToken that hangs keeps it waiting 30 s, not for good', async () => {
    const world = new World()
    let asked = 0
    const { client } = world.client('ann', { getToken: () => (++asked === 2 ? new Promise(() => {}) : 'ann') })
    lists(world, () => [entry('a')])
    client.connect()
    await world.time.advance(29_000)
    expect(ids(client.rooms)).toEqual([])
    await world.time.advance(20_000)
    expect(ids(client.rooms)).toEqual(['a'])
  })
})
