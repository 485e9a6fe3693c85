import type { UpFrame } from '@holdfast/protocol'
import { describe, expect, test } from 'vitest'
import type { PresenceUser } from '../../src/index.ts'
import { ROOM, World } from '../support/world.ts'

function user(userId: string, change: Partial<PresenceUser> = {}): PresenceUser {
  return { userId, status: 'online', lastSeen: 1_000, ...change }
}

type Sent = Extract<UpFrame, { type: 'presence.set' | 'presence.watch' }>

/** What the server of the last session was told, oldest first. */
function sent<T extends Sent['type']>(world: World, type: T): readonly Extract<Sent, { type: T }>[] {
  const frames: readonly UpFrame[] = world.server.last.received
  return frames.filter((frame): frame is Extract<Sent, { type: T }> => frame.type === type)
}

/** Somebody whose input is the test's to give. */
function person() {
  let input: () => void = () => {}
  const activity = {
    watch: (onActivity: () => void) => {
      input = onActivity
      return () => {}
    },
  }
  return { idle: { activity }, touch: () => input() }
}

describe('how available people are', () => {
  test('is what the server tells; whoever did not change keeps their identity', async () => {
    const world = new World()
    const { client } = await world.join('ann')
    let told = 0
    client.presence.subscribe(() => told++)
    world.server.last.say({ type: 'presence', users: [user('bob'), user('eve', { status: 'away' })] })
    const before = client.presence.getSnapshot().people
    world.server.last.say({ type: 'presence', users: [user('bob'), user('eve')] })
    const after = client.presence.getSnapshot().people
    expect(after.get('eve')).toEqual(user('eve'))
    expect(after.get('bob')).toBe(before.get('bob'))
    world.server.last.say({ type: 'presence', users: [user('bob')] })
    expect([client.presence.getSnapshot().people === after, told]).toEqual([true, 2])
  })

  test('is asked of what can be somebody’s id: anything else does not cost the others', async () => {
    const world = new World()
    const { client } = await world.join('ann')
    client.presence.watch(['', 'bob', 'x'.repeat(129), 'é'.repeat(65), 'a\nb', '\ud800', 'é'.repeat(64)])
    await world.time.advance(1_000)
    expect(sent(world, 'presence.watch').at(-1)?.userIds).toEqual(['ann', 'bob', 'é'.repeat(64)])
  })

  test('do not disturb ends with a whole millisecond, none too early', async () => {
    const world = new World()
    const { client } = await world.join('ann')
    client.presence.setDoNotDisturb(1_234.5)
    await world.time.advance(1_000)
    expect(sent(world, 'presence.set').at(-1)).toMatchObject({ dndUntil: 1_235 })
    expect(client.presence.getSnapshot().mine.dndUntil).toBe(1_235)
  })

  test('keeps where they are, unless it is told: null is nowhere, left out is not said', async () => {
    const world = new World()
    const { client } = await world.join('ann')
    const tell = (change: Partial<PresenceUser>) => {
      world.server.last.say({ type: 'presence', users: [user('bob', change)] })
      return client.presence.getSnapshot().people.get('bob')
    }
    expect(tell({})).toEqual(user('bob'))
    expect(tell({ currentRoom: ROOM })).toEqual(user('bob', { currentRoom: ROOM }))
    expect(tell({ status: 'busy' })).toEqual(user('bob', { status: 'busy', currentRoom: ROOM }))
    expect(tell({ currentRoom: 'other' })?.currentRoom).toBe('other')
    expect(tell({ currentRoom: null })?.currentRoom).toBe(null)
    expect(tell({ customStatus: 'lunch' })).toEqual(user('bob', { customStatus: 'lunch', currentRoom: null }))
  })

  test('is unknown without a connection', async () => {
    const world = new World()
    const { client } = await world.join('ann')
    world.server.last.say({ type: 'presence', users: [user('bob')] })
    world.server.last.end(1006)
    expect(client.presence.getSnapshot().people.size).toBe(0)
  })

  test('of people who are no more shown anywhere is forgotten, since nobody tells of them any more', async () => {
    const world = new World()
    const { client, close } = await world.join('ann')
    const unwatch = client.presence.watch(['far'])
    world.server.last.say({ type: 'presence', users: [user('bob'), user('far')] })
    const known = () => [...client.presence.getSnapshot().people.keys()]
    unwatch()
    await world.time.advance(200)
    expect(known()).toEqual(['bob'])
    close()
    await world.time.advance(900)
    expect(known()).toEqual(['bob'])
    await world.time.advance(1_000)
    expect(known()).toEqual([])
  })

  test('of a room that is closed, or ended, or that somebody has left, is forgotten at once: it may change untold', async () => {
    const world = new World()
    const { client, room, close } = await world.join('ann')
    const log = world.server.room(ROOM)
    const known = () => [...client.presence.getSnapshot().people.keys()]
    const tell = () => world.server.last.say({ type: 'presence', users: [user('ann'), user('bob')] })
    tell()
    close()
    await world.time.advance(1_000)
    room.open()
    await world.time.advance(200)
    expect(known()).toEqual(['ann'])
    tell()
    world.server.last.say({ type: 'room.detached', roomId: ROOM, code: 'lagging' })
    await world.time.advance(200)
    expect([room.getSnapshot().status, known()]).toEqual(['live', ['ann']])
    tell()
    world.server.publish(ROOM, log.append({ kind: 'member.left', by: 'bob', userId: 'bob', reason: 'left' }))
    expect(known()).toEqual(['ann'])
  })

  test('is asked for beside the rooms: all who watch together, each change once, again after a reconnect', async () => {
    const world = new World()
    const { client } = world.client('ann')
    const stops = [client.presence.watch(['x', 'y']), client.presence.watch(['y', 'z'])]
    client.connect()
    await world.time.advance(0)
    const watched = () => sent(world, 'presence.watch').map(({ userIds }) => userIds)
    expect(watched()).toEqual([['ann', 'x', 'y', 'z']])
    stops[0]?.()
    stops[0]?.()
    client.presence.watch(['w'])
    await world.time.advance(200)
    expect(watched()).toEqual([
      ['ann', 'x', 'y', 'z'],
      ['ann', 'y', 'z', 'w'],
    ])
    world.server.last.end(1006)
    await world.time.advance(2_000)
    expect(watched()).toEqual([['ann', 'y', 'z', 'w']])
    client.presence.watch(Array.from({ length: 300 }, (_, i) => `u${i}`))
    await world.time.advance(200)
    expect(watched().at(-1)).toHaveLength(200)
  })
})

describe('how this person is seen', () => {
  test('a wish is told, kept over a reconnect, and given up', async () => {
    const world = new World()
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(200)
    expect(sent(world, 'presence.set')).toEqual([])
    client.presence.setStatus('busy')
    expect(client.presence.getSnapshot().mine).toMatchObject({ status: 'busy', wish: 'busy' })
    await world.time.advance(200)
    expect(sent(world, 'presence.set')).toMatchObject([{ status: 'busy' }])
    world.server.last.end(1006)
    await world.time.advance(2_000)
    expect(sent(world, 'presence.set')).toMatchObject([{ status: 'busy' }])
    client.presence.setStatus(null)
    await world.time.advance(200)
    expect(sent(world, 'presence.set').at(-1)).toMatchObject({ status: 'online' })
  })

  test('away without input, unless busy is wished; activity brings back', async () => {
    const world = new World()
    const { idle, touch } = person()
    const { client } = world.client('ann', { idle })
    client.connect()
    await world.time.advance(300_200)
    expect(client.presence.getSnapshot().mine).toMatchObject({ status: 'away', wish: null, isIdle: true })
    expect(sent(world, 'presence.set').at(-1)).toMatchObject({ status: 'away' })
    client.presence.setStatus('busy')
    expect(client.presence.getSnapshot().mine).toMatchObject({ status: 'busy', isIdle: true })
    client.presence.setStatus(null)
    touch()
    await world.time.advance(200)
    expect(sent(world, 'presence.set').at(-1)).toMatchObject({ status: 'online' })
  })

  test('a session that begins while idle is away at once', async () => {
    const world = new World()
    const { client } = world.client('ann', { idle: person().idle })
    client.connect()
    await world.time.advance(400_000)
    world.server.last.end(1006)
    await world.time.advance(2_000)
    expect(sent(world, 'presence.set')[0]).toMatchObject({ status: 'away' })
  })

  test('who is not simply online is so from the hello on, which they are told with in one message', async () => {
    const world = new World()
    const { client, platform } = world.client('ann')
    const messages: string[] = []
    const { openSocket } = platform
    Object.assign(platform, {
      openSocket: (...call: Parameters<typeof openSocket>) => {
        const socket = openSocket(...call)
        const send = (text: string) => {
          messages.push(text)
          socket.send(text)
        }
        return { send, close: socket.close.bind(socket) }
      },
    })
    client.presence.setStatus('busy')
    client.connect()
    await world.time.advance(200)
    expect(JSON.parse(messages[0] ?? '')).toMatchObject([{ type: 'session.hello' }, { status: 'busy' }])
    expect(sent(world, 'presence.set')).toHaveLength(1)
    client.presence.setStatus(null)
    world.server.last.end(1006)
    await world.time.advance(2_000)
    expect(sent(world, 'presence.set')).toEqual([])
  })

  test('with `idle: false`, or where nothing tells of input, nobody is ever idle', async () => {
    const world = new World()
    for (const options of [{ idle: false } as const, {}]) {
      const { client } = world.client('ann', options)
      client.connect()
      await world.time.advance(1_000_000)
      expect(client.presence.getSnapshot().mine.isIdle).toBe(false)
    }
  })

  test('the custom status and do-not-disturb are told once, and to the next session again', async () => {
    const world = new World()
    const { client } = await world.join('ann')
    client.presence.setCustomStatus('lunch')
    client.presence.setDoNotDisturb(9_000)
    expect(client.presence.getSnapshot().mine).toMatchObject({ customStatus: 'lunch', dndUntil: 9_000 })
    await world.time.advance(200)
    expect(sent(world, 'presence.set').at(-1)).toMatchObject({
      status: 'online',
      customStatus: 'lunch',
      dndUntil: 9_000,
    })
    client.presence.setStatus('away')
    await world.time.advance(200)
    expect(sent(world, 'presence.set').at(-1)).not.toHaveProperty('customStatus')
    world.server.last.end(1006)
    await world.time.advance(2_000)
    expect(sent(world, 'presence.set')).toMatchObject([{ status: 'away' }, { customStatus: 'lunch', dndUntil: 9_000 }])
    client.presence.setCustomStatus('')
    await world.time.advance(200)
    expect(sent(world, 'presence.set').at(-1)).toMatchObject({ customStatus: null })
  })

  test('what another device has said since is shown here, and not undone by the next session', async () => {
    const world = new World()
    const { client } = await world.join('ann')
    client.presence.setCustomStatus('lunch')
    await world.time.advance(200)
    world.server.last.say({ type: 'presence', users: [user('ann', { customStatus: 'back' })] })
    expect(client.presence.getSnapshot().mine.customStatus).toBe('back')
    world.server.last.end(1006)
    await world.time.advance(2_000)
    expect(sent(world, 'presence.set').filter(frame => 'customStatus' in frame)).toEqual([])
  })

  test('what is about to be told is not undone by what was told before', async () => {
    const world = new World()
    const { client } = await world.join('ann')
    client.presence.setCustomStatus('lunch')
    world.server.last.say({ type: 'presence', users: [user('ann')] })
    await world.time.advance(200)
    expect(sent(world, 'presence.set').at(-1)).toMatchObject({ customStatus: 'lunch' })
  })

  test('a status that is too long is refused on the spot', () => {
    const { client } = new World().client('ann')
    expect(() => client.presence.setCustomStatus('ü'.repeat(129))).toThrow('unable to set it; it is too long')
  })

  test('the room opened last is told while somebody looks', async () => {
    const world = new World()
    world.server.room('other', 'ann')
    const { client, platform } = await world.join('ann')
    const rooms = () => sent(world, 'presence.set').map(({ currentRoom }) => currentRoom)
    const close = client.room('other').open()
    await world.time.advance(200)
    platform.network.tell('hidden')
    await world.time.advance(200)
    platform.network.tell('visible')
    await world.time.advance(200)
    close()
    await world.time.advance(2_000)
    expect(rooms()).toEqual([ROOM, 'other', null, 'other', ROOM])
  })

  test('nothing of the person who has gone is told of the next', async () => {
    const world = new World()
    let token = 'ann'
    const { client } = world.client('ann', { getToken: () => token })
    client.connect()
    await world.time.advance(0)
    client.presence.setStatus('busy')
    client.presence.setCustomStatus('lunch')
    await client.logout()
    token = 'bob'
    client.connect()
    await world.time.advance(2_000)
    expect(sent(world, 'presence.set')).toEqual([])
    expect(client.presence.getSnapshot().mine).toEqual({
      status: 'online',
      wish: null,
      isIdle: false,
      customStatus: null,
      dndUntil: null,
    })
  })

  test('who was online since is one call', async () => {
    const world = new World()
    const { client } = world.client('ann')
    world.server.behaviour = {
      http: ({ path }) => (path.includes('/presence') ? Response.json({ users: [user('bob')] }) : null),
    }
    await expect(client.presence.onlineSince('a b', 17)).resolves.toEqual([user('bob')])
    expect(world.server.calls.at(-1)).toBe('GET /api/rooms/a%20b/presence?since=17')
  })
})
