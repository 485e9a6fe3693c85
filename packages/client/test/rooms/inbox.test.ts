import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Client, RoomList } from '../../src/index.ts'
import { type FakePlatform, keepsContract, settle } from '../../src/testing.ts'
import { ROOM, World } from '../support/world.ts'

function ids(list: RoomList): readonly string[] {
  return list.getSnapshot().rooms.map(room => room.id)
}

function pagesRead(world: World): number {
  return world.server.calls.filter(call => call.startsWith('GET /api/rooms?')).length
}

/** A world whose server has an inbox, in which ann is in these rooms and online. */
async function worldOf(
  ...rooms: readonly string[]
): Promise<{ readonly world: World; readonly client: Client; readonly platform: FakePlatform }> {
  const world = new World({ inbox: 'held' })
  for (const room of rooms) world.server.room(room, 'ann', 'bob')
  const { client, platform } = world.client('ann')
  client.connect()
  await world.time.advance(0)
  return { world, client, platform }
}

/** From now on calls wait until the returned function is called: before the server has read them, or before its answer arrives. */
function holdCalls(platform: FakePlatform, when: 'before' | 'after'): () => void {
  const { fetch } = platform
  const held = Promise.withResolvers<void>()
  Object.assign(platform, {
    fetch: async (...call: Parameters<typeof fetch>) => {
      if (when === 'before') await held.promise
      const answer = await fetch(...call)
      if (when === 'after') await held.promise
      return answer
    },
  })
  return () => {
    Object.assign(platform, { fetch })
    held.resolve()
  }
}

/** Says something and tells everybody's inbox. */
function say(world: World, room: string, text = 'news'): void {
  world.server.say(room, 'bob', text)
  world.server.flushInbox()
}

describe('the list that lives on the inbox', () => {
  test('is read once, and kept current in rooms that are not open: last message, counts, order', async () => {
    const { world, client } = await worldOf('a', 'b')
    say(world, 'a', 'one')
    await world.time.advance(120_000)
    say(world, 'b', 'two')
    say(world, 'b', 'three')
    expect(ids(client.rooms)).toEqual(['b', 'a', ROOM])
    expect(client.rooms.getSnapshot().rooms[0]).toMatchObject({ unread: 2, lastMessage: { content: 'three' } })
    expect(client.rooms.getSnapshot()).toMatchObject({ unreadRooms: 2 })
    expect(client.rooms.getSnapshot().rooms).toEqual(world.server.inbox.list('ann'))
    expect(pagesRead(world)).toBe(1)
  })

  test('after a reconnect only what has changed is told', async () => {
    const { world, client } = await worldOf('a', 'b')
    say(world, 'a')
    world.server.last.end(1006)
    world.server.say('b', 'bob', 'while away')
    await world.time.advance(2_000)
    expect(world.server.last.received[0]).toMatchObject({ type: 'session.hello', inbox: true, inboxSince: '4' })
    expect(client.rooms.getSnapshot().rooms).toEqual(world.server.inbox.list('ann'))
    await world.time.advance(120_000)
    expect(pagesRead(world)).toBe(1)
  })

  test('a cursor that is too old, or another number of rooms than told, has the list read anew', async () => {
    for (const total of [-1, 7]) {
      const { world, client } = await worldOf('a')
      world.server.last.say({ type: 'inbox', rooms: [], total, cursor: '1' })
      await world.time.advance(0)
      expect(pagesRead(world)).toBe(2)
      expect(client.rooms.getSnapshot().rooms).toEqual(world.server.inbox.list('ann'))
    }
  })

  test('a server that does not answer to the cursor has the list read anew after 15 s', async () => {
    const { world, client } = await worldOf('a')
    world.server.behaviour = (frame, connection) => {
      if (frame.type !== 'session.hello') return false
      connection.answer({ ...frame, inbox: false })
      return true
    }
    world.server.last.end(1006)
    await world.time.advance(2_000)
    world.server.say('a', 'bob', 'unheard of')
    await world.time.advance(15_000)
    expect(client.rooms.getSnapshot().rooms).toEqual(world.server.inbox.list('ann'))
  })

  test('a room that is new is asked for by itself; one that is gone goes', async () => {
    const { world, client } = await worldOf('a')
    world.server.room('new', 'bob', 'ann')
    world.server.flushInbox()
    say(world, 'new', 'welcome')
    await world.time.advance(0)
    expect(client.rooms.getSnapshot().rooms).toEqual(world.server.inbox.list('ann'))
    expect(world.server.calls.filter(call => call === 'GET /api/rooms/new')).toHaveLength(1)
    world.server.room('new').append({ kind: 'member.left', by: 'bob', userId: 'ann', reason: 'kicked' })
    world.server.flushInbox()
    expect(ids(client.rooms)).toEqual(['a', ROOM])
    expect(pagesRead(world)).toBe(1)
  })

  test('many new rooms at once, or one that cannot be asked for, have the list read anew', async () => {
    const { world, client } = await worldOf('a')
    for (let i = 0; i < 30; i++) world.server.room(`new${i}`, 'ann')
    world.server.flushInbox()
    await world.time.advance(0)
    expect(client.rooms.getSnapshot().rooms).toEqual(world.server.inbox.list('ann'))
    expect(world.server.calls.filter(call => call.startsWith('GET /api/rooms/new'))).toEqual([])
    world.server.behaviour = {
      http: ({ path }) => (path === '/api/rooms/odd' ? new Response('', { status: 503 }) : null),
    }
    world.server.room('odd', 'ann')
    world.server.flushInbox()
    await world.time.advance(0)
    expect(client.rooms.getSnapshot().rooms).toEqual(world.server.inbox.list('ann'))
    expect(pagesRead(world)).toBe(3)
  })

  test('a room that goes while it is asked for does not come', async () => {
    const { world, client } = await worldOf('a')
    world.server.room('new', 'ann', 'bob')
    world.server.flushInbox()
    world.server.room('new').append({ kind: 'member.left', by: 'bob', userId: 'ann', reason: 'kicked' })
    world.server.flushInbox()
    await world.time.advance(0)
    expect(ids(client.rooms)).not.toContain('new')
  })

  test('a room that the list holds by the time its answer comes keeps what was told of it since', async () => {
    const { world, client, platform } = await worldOf('a')
    const { fetch } = platform
    const held = Promise.withResolvers<void>()
    Object.assign(platform, {
      fetch: async (...call: Parameters<typeof fetch>) => {
        const answer = await fetch(...call)
        if (String(call[0]).endsWith('/api/rooms/new')) await held.promise
        return answer
      },
    })
    world.server.room('new', 'bob', 'ann')
    world.server.flushInbox()
    void client.rooms.refresh()
    await world.time.advance(0)
    say(world, 'new', 'told since')
    held.resolve()
    await world.time.advance(0)
    expect(client.rooms.getSnapshot().rooms).toEqual(world.server.inbox.list('ann'))
  })

  test('a reading that fails is tried again, and what was told meanwhile is not lost', async () => {
    const world = new World({ inbox: 'held' })
    world.server.room('a', 'ann', 'bob')
    world.server.behaviour = {
      http: ({ path }) => (path.startsWith('/api/rooms?') ? new Response('', { status: 503 }) : null),
    }
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    say(world, 'a')
    await world.time.advance(0)
    expect(client.rooms.getSnapshot()).toMatchObject({ rooms: [], error: { code: 'unavailable' } })
    world.server.behaviour = keepsContract
    await world.time.advance(15_000)
    expect(client.rooms.getSnapshot()).toMatchObject({ error: null, rooms: world.server.inbox.list('ann') })
  })

  test('marked unread, read or muted elsewhere shows here', async () => {
    const { world, client } = await worldOf('a')
    say(world, 'a')
    const log = world.server.room('a')
    log.read('ann', log.seq)
    log.setMuted('ann', true)
    world.server.flushInbox()
    expect(client.rooms.getSnapshot()).toMatchObject({ unreadRooms: 0, rooms: [{ unread: 0, muted: true }, {}] })
    log.markUnread('ann', log.seq)
    world.server.flushInbox()
    expect(client.rooms.getSnapshot()).toMatchObject({ unreadRooms: 0, rooms: [{ unread: 1, readRevision: 1 }, {}] })
  })

  test('muting shows at once, in the room and in the list', async () => {
    const { world, client } = await worldOf('a')
    say(world, 'a')
    expect(client.rooms.getSnapshot().unreadRooms).toBe(1)
    await client.room('a').setMuted(true)
    expect(client.room('a').getSnapshot().muted).toBe(true)
    expect(client.rooms.getSnapshot()).toMatchObject({ unreadRooms: 0, rooms: [{ muted: true }, {}] })
    await client.room('a').setMuted(false)
    expect(client.rooms.getSnapshot().unreadRooms).toBe(1)
  })

  test('mentions are counted, edits and deletions included', async () => {
    const { world, client } = await worldOf('a')
    const log = world.server.room('a')
    const { messageId } = log.send('bob', { clientId: 'c', content: 'hey', mentions: ['ann'] }).result
    world.server.flushInbox()
    expect(client.rooms.getSnapshot()).toMatchObject({ mentions: 1, rooms: [{ mentions: 1 }, {}] })
    const edit = { by: 'bob', messageId, content: 'hm', editedAt: 1 }
    log.append({ kind: 'message.edited', ...edit, mentions: [] })
    world.server.flushInbox()
    expect(client.rooms.getSnapshot()).toMatchObject({ mentions: 0, rooms: [{ unread: 1, mentions: 0 }, {}] })
  })

  test('frames beyond what is kept while the list is read have it read once more', async () => {
    const { world, client, platform } = await worldOf('a')
    const release = holdCalls(platform, 'after')
    void client.rooms.refresh()
    await settle()
    for (let i = 0; i < 150; i++) say(world, 'a', `${i}`)
    release()
    await world.time.advance(0)
    expect(client.rooms.getSnapshot().rooms).toEqual(world.server.inbox.list('ann'))
  })
})

describe('a cursor', () => {
  test('does not count while a room that was told is still asked for', async () => {
    const { world, client, platform } = await worldOf('a')
    const release = holdCalls(platform, 'after')
    world.server.room('new', 'ann', 'bob')
    world.server.flushInbox()
    await settle()
    world.server.last.end(1006)
    world.server.room('a').append({ kind: 'member.left', by: 'ann', userId: 'ann', reason: 'left' })
    release()
    await world.time.advance(2_000)
    expect(client.rooms.getSnapshot().rooms).toEqual(world.server.inbox.list('ann'))
  })

  test('of a reading that was under way when the session began is no ground for the next', async () => {
    const { world, client, platform } = await worldOf('a')
    const logout = client.logout()
    await logout
    const release = holdCalls(platform, 'after')
    client.connect()
    await settle()
    world.server.last.end(1006)
    world.server.say('a', 'bob', 'between the sessions')
    await world.time.advance(2_000)
    world.server.behaviour = {
      http: ({ path }) => (path.startsWith('/api/rooms?') ? new Response('', { status: 503 }) : null),
    }
    release()
    await settle()
    say(world, 'lobby', 'since')
    world.server.last.end(1006)
    world.server.behaviour = keepsContract
    await world.time.advance(4_000)
    expect(world.server.last.received[0]).not.toHaveProperty('inboxSince')
    expect(client.rooms.getSnapshot().rooms).toEqual(world.server.inbox.list('ann'))
  })

  test('that is answered in full ends the error of a reading that had failed', async () => {
    const { world, client } = await worldOf('a')
    world.server.last.end(1006)
    world.server.behaviour = { http: () => new Response('', { status: 503 }) }
    await client.rooms.refresh()
    expect(client.rooms.getSnapshot().error).not.toBeNull()
    world.server.behaviour = keepsContract
    await world.time.advance(2_000)
    expect(client.rooms.getSnapshot().error).toBeNull()
    expect(pagesRead(world)).toBe(2)
  })
})

describe('what comes while the list is read', () => {
  test('does not put the list back when the list is newer', async () => {
    const { world, client, platform } = await worldOf('a')
    const release = holdCalls(platform, 'before')
    const read = client.rooms.refresh()
    say(world, 'a', 'told')
    world.server.say('a', 'bob', 'not told yet')
    release()
    await read
    expect(client.rooms.getSnapshot().rooms).toEqual(world.server.inbox.list('ann'))
  })

  test('a room that is asked for is nothing to whoever comes next', async () => {
    const { world, client, platform } = await worldOf('a')
    const release = holdCalls(platform, 'after')
    world.server.room('new', 'ann')
    world.server.flushInbox()
    await settle()
    await client.logout()
    release()
    await settle()
    expect(client.rooms.getSnapshot().rooms).toEqual([])
  })
})

type Op =
  | { readonly do: 'say' | 'read' | 'unread' | 'mute' | 'edit' | 'leave' | 'join' | 'make'; readonly pick: number }
  | { readonly do: 'flush' | 'hold' | 'deliver' | 'drop' | 'refresh' | 'fail' }
  | { readonly do: 'wait'; readonly ms: number }

const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('say', 'say', 'read', 'unread', 'mute', 'edit', 'leave', 'join', 'make'),
      pick: fc.nat(30),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('flush', 'flush', 'hold', 'deliver', 'drop', 'refresh', 'fail'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(4_000) }) },
)

/** Changes something of ann's rooms on the server. */
function change(world: World, what: Op['do'], pick: number): void {
  const logs = [...world.server.rooms.values()]
  const log = logs[pick % logs.length]
  if (log === undefined) return
  const isMember = log.state.members.has('ann')
  const last = log.state.messages.at(-1)
  if (what === 'say') log.send('bob', { clientId: `c${log.seq}`, content: `${log.seq}` })
  else if (what === 'make') world.server.room(`room${logs.length}`, 'ann', 'bob')
  else if (what === 'read') log.read('ann', 1 + (pick % log.seq))
  else if (what === 'unread') log.markUnread('ann', 1 + (pick % log.seq))
  else if (what === 'mute') log.setMuted('ann', pick % 2 === 0)
  else if (what === 'leave' && isMember) log.append({ kind: 'member.left', by: 'ann', userId: 'ann', reason: 'left' })
  else if (what === 'join' && !isMember)
    log.append({ kind: 'member.joined', by: 'ann', member: { userId: 'ann', name: 'ann', role: 'member' } })
  else if (what === 'edit' && last !== undefined)
    log.append({ kind: 'message.edited', by: 'bob', messageId: last.id, content: `${pick}`, editedAt: pick })
}

describe('convergence', () => {
  test('whatever is lost with a connection, and whenever the list is read: in the end it equals a full listing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 60 }), fc.constantFrom(2, 100), async (ops, pageRooms) => {
        const { world, client } = await worldOf('a', 'b', 'c')
        world.server.inbox.pageRooms = pageRooms
        for (const step of ops) {
          const { last } = world.server
          if (step.do === 'wait') await world.time.advance(step.ms)
          else if (step.do === 'flush') world.server.flushInbox()
          else if (step.do === 'hold') last.isHeld = true
          else if (step.do === 'deliver') deliver(world)
          else if (step.do === 'drop') last.end(1006)
          else if (step.do === 'refresh') void client.rooms.refresh()
          else if (step.do === 'fail') world.server.behaviour = failing(world)
          else change(world, step.do, 'pick' in step ? step.pick : 0)
          await Promise.resolve()
        }
        await world.time.advance(60_000)
        deliver(world)
        world.server.flushInbox()
        await world.time.advance(0)
        expect(client.rooms.getSnapshot()).toMatchObject({ error: null, hasMore: false })
        const before = client.rooms.getSnapshot().rooms
        expect(before).toEqual(world.server.inbox.list('ann'))
        await client.rooms.refresh()
        expect(client.rooms.getSnapshot().rooms).toBe(before)
        client.disconnect()
      }),
      { numRuns: 200 },
    )
  })
})

function deliver(world: World): void {
  world.server.last.isHeld = false
  world.server.last.flush()
}

/** The next call fails. */
function failing(world: World): World['server']['behaviour'] {
  return {
    http: () => {
      world.server.behaviour = keepsContract
      return new Response('', { status: 503 })
    },
  }
}
