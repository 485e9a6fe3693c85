import { describe, expect, test } from 'vitest'
import { describeConnection, TokenRefused } from '../../src/index.ts'
import { keepsContract, unreachable } from '../../src/testing.ts'
import { ROOM, texts, World } from '../support/world.ts'

/** A JWT as far as a client reads one. */
function jwt(userId: string, expSeconds: number): string {
  return `${userId}.${btoa(JSON.stringify({ exp: expSeconds })).replaceAll('=', '')}.x`
}

/** How long, after each failure, until the next try. */
async function waits(world: World, times: number): Promise<readonly number[]> {
  const found: number[] = []
  for (let i = 0; i < times; i++) {
    const start = world.time.now
    const before = world.server.connections.length
    while (world.server.connections.length === before) await world.time.advance(50)
    found.push(world.time.now - start)
  }
  return found
}

describe('connecting', () => {
  test('says hello, is welcomed, and tells who this is', async () => {
    const world = new World()
    const { client } = world.client('ann', { clientInfo: { name: 'test', version: '9' } })
    expect([client.connection.getSnapshot(), client.userId]).toEqual([{ state: 'idle' }, null])
    client.connect()
    expect(client.connection.getSnapshot()).toEqual({ state: 'connecting', attempt: 1 })
    await world.time.advance(0)
    expect(client.connection.getSnapshot()).toEqual({ state: 'online', since: world.time.clock.wallMs() })
    expect(client.userId).toBe('ann')
    expect(world.server.last.received).toEqual([
      { type: 'session.hello', protocol: 1, client: { name: 'test', version: '9' }, rooms: [], inbox: true },
      { type: 'presence.watch', userIds: ['ann'] },
    ])
  })

  test('the token travels as a subprotocol, never in the address', async () => {
    const world = new World()
    const urls: string[] = []
    const { client, platform } = world.client('ann')
    const { openSocket } = platform
    Object.assign(platform, {
      openSocket: (...[url, protocols, handlers]: Parameters<typeof openSocket>) => {
        urls.push(url, ...protocols)
        return openSocket(url, protocols, handlers)
      },
    })
    client.connect()
    await world.time.advance(0)
    expect(urls).toEqual(['ws://fake/api/socket', 'holdfast.v1', 'bearer.ann'])
  })

  test('a server that does not answer is tried again, with waits that double from 1 s to 30 s, drawn in full', async () => {
    const world = new World()
    world.server.behaviour = unreachable
    const { client } = world.client('ann', { fraction: () => 1 })
    client.connect()
    await world.time.advance(0)
    expect(await waits(world, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
    const status = client.connection.getSnapshot()
    expect(describeConnection(status, world.time.clock.wallMs())).toBe(
      'Connection lost. Your messages are kept. Trying again in 30 s.',
    )
  })

  test('connect() while waiting tries at once; the network coming back and the person coming back do too', async () => {
    const world = new World()
    world.server.behaviour = unreachable
    const { client, platform } = world.client('ann', { fraction: () => 1 })
    client.connect()
    for (const hurry of [
      () => client.connect(),
      () => platform.network.tell('up'),
      () => platform.network.tell('visible'),
    ]) {
      await world.time.advance(0)
      const before = world.server.connections.length
      expect(client.connection.getSnapshot().state).toBe('waiting')
      hurry()
      await world.time.advance(0)
      expect(world.server.connections.length).toBe(before + 1)
    }
  })

  test('a handshake, and a welcome, that do not come are given up', async () => {
    const world = new World()
    world.server.behaviour = frame => frame.type === 'session.hello'
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(9_900)
    expect(client.connection.getSnapshot().state).toBe('connecting')
    await world.time.advance(200)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'waiting', reason: 'the server did not answer' })
    expect(world.server.connections[0]?.closedByClient).toBe(true)
  })

  test('what is no frame ends the connection, and another is made', async () => {
    const world = new World()
    const { client } = await world.join('ann')
    world.server.last.sayText('nonsense')
    expect(client.connection.getSnapshot().state).toBe('waiting')
    await world.time.advance(1_000)
    expect(client.connection.getSnapshot().state).toBe('online')
  })

  test('disconnect() ends it quietly; connect() goes on from the cursor', async () => {
    const world = new World()
    const { client, room } = await world.join('ann')
    client.disconnect()
    world.server.say(ROOM, 'bob', 'meanwhile')
    await world.time.advance(600_000)
    expect([client.connection.getSnapshot(), world.server.connections.length]).toEqual([{ state: 'idle' }, 1])
    client.connect()
    await world.time.advance(0)
    expect(world.server.last.received[0]).toMatchObject({ rooms: [{ roomId: ROOM, epoch: 'e1', seq: 3 }] })
    expect(texts(room.getSnapshot())).toEqual(['meanwhile'])
  })
})

describe('close codes', () => {
  test.each([1001, 1006, 1009, 1011, 1012, 4001, 4005, 4008, 4012, 4029, 4499])('%i: connects again', async code => {
    const world = new World()
    const { client } = await world.join('ann')
    world.server.last.end(code)
    await world.time.advance(1_000)
    expect(client.connection.getSnapshot().state).toBe('online')
  })

  test.each([
    [4500, 'bad_frame'],
    [4503, 'revoked'],
    [4505, 'unsupported_protocol'],
    [4777, 'refused'],
  ])('%i: stops (%s) until connect()', async (code, reason) => {
    const world = new World()
    const { client } = await world.join('ann')
    world.server.last.end(code)
    await world.time.advance(600_000)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'stopped', reason })
    client.connect()
    await world.time.advance(0)
    expect(client.connection.getSnapshot().state).toBe('online')
  })

  test('4500 to the hello: once it may have come too late, from a device that slept; twice in a row it is wrong', async () => {
    const world = new World()
    let refusals = 1
    world.server.behaviour = ({ type }, connection) => {
      if (type !== 'session.hello' || refusals-- <= 0) return false
      connection.end(4500, 'no hello in time')
      return true
    }
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(60_000)
    expect(client.connection.getSnapshot().state).toBe('online')
    refusals = 1
    world.server.last.end(1006)
    await world.time.advance(60_000)
    expect(client.connection.getSnapshot().state).toBe('online')
    refusals = 2
    world.server.last.end(1006)
    await world.time.advance(60_000)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'stopped', reason: 'bad_frame' })
  })

  test('4501: a new token is tried, the same one is not', async () => {
    const world = new World()
    const tokens = ['ann.1', 'ann.2', 'ann.2']
    const { client } = await world.join('ann', { getToken: () => tokens.shift() ?? 'ann.2' })
    tokens.splice(0, 1, 'ann.2')
    world.server.last.end(4501)
    await world.time.advance(1_000)
    expect(world.server.last.token).toBe('ann.2')
    expect(client.connection.getSnapshot().state).toBe('online')
    world.server.last.end(4501)
    await world.time.advance(5_000)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'stopped', reason: 'unauthorized' })
  })

  test('a session that ends as soon as it begins is no success: the waits grow', async () => {
    const world = new World()
    const { client } = await world.join('ann', { fraction: () => 1 })
    const found: number[] = []
    for (let i = 0; i < 4; i++) {
      world.server.last.end(4029)
      found.push(...(await waits(world, 1)))
      await world.time.advance(0)
    }
    expect(client.connection.getSnapshot().state).toBe('online')
    expect(found).toEqual([1_000, 2_000, 4_000, 8_000])
  })
})

describe('tokens', () => {
  test('a refused upgrade looks like any other failure: the same token is checked over HTTP, and stops the client', async () => {
    const world = new World()
    world.server.behaviour = { admit: () => false }
    const { client } = world.client('ann')
    client.connect()
    await world.time.advance(5_000)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'stopped', reason: 'unauthorized' })
  })

  test('a refused upgrade with an old token: a new one connects', async () => {
    const world = new World()
    world.server.behaviour = { admit: token => token !== 'ann.old' }
    const tokens = ['ann.old', 'ann.new']
    const { client } = world.client('ann', { getToken: () => tokens.shift() ?? 'ann.new' })
    client.connect()
    await world.time.advance(1_000)
    expect(client.connection.getSnapshot().state).toBe('online')
  })

  test('a getToken that fails is asked again; one that refuses stops the client and keeps what waits', async () => {
    const world = new World()
    let calls = 0
    const { client, room } = world.client('ann', {
      getToken: () => {
        calls++
        if (calls < 3) throw new Error('no network')
        throw new TokenRefused('signed out')
      },
    })
    client.connect()
    room.send('kept')
    await world.time.advance(0)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'waiting', reason: 'no network' })
    await world.time.advance(5_000)
    expect(client.connection.getSnapshot()).toEqual({ state: 'stopped', reason: 'unauthorized', message: 'signed out' })
    expect(texts(room.getSnapshot())).toEqual(['kept (queued)'])
  })

  test('a token about to expire is replaced in the live session, by the server’s clock', async () => {
    const world = new World()
    const server = () => 5_000_000 + world.time.now
    world.server.serverTime = server
    let made = 0
    const getToken = () => jwt('ann', (server() + 120_000) / 1000 + made++)
    const { client } = await world.join('ann', { getToken })
    const refreshes = () => world.server.last.received.filter(frame => frame.type === 'auth.refresh')
    await world.time.advance(89_000)
    expect(refreshes()).toHaveLength(0)
    await world.time.advance(2_000)
    expect(refreshes()).toHaveLength(1)
    await world.time.advance(115_000)
    expect(refreshes()).toHaveLength(2)
    expect([client.connection.getSnapshot().state, world.server.connections.length]).toEqual(['online', 1])
  })

  test('a token that is not replaced in time: 4005, a new token, and on without a wait', async () => {
    const world = new World()
    let token = 'ann.1'
    const { client } = await world.join('ann', { getToken: () => token })
    await world.time.advance(20_000)
    token = 'ann.2'
    world.server.last.end(4005)
    await world.time.advance(0)
    expect([client.connection.getSnapshot().state, world.server.last.token]).toEqual(['online', 'ann.2'])
  })

  test('a session that does not take the new token is replaced', async () => {
    const world = new World()
    let made = 0
    world.server.serverTime = () => 5_000_000
    const getToken = () => jwt('ann', 5_060 + made++)
    world.server.behaviour = (frame, connection) => {
      if (frame.type !== 'auth.refresh') return false
      connection.refuse(frame, 'forbidden')
      return true
    }
    const { client } = await world.join('ann', { getToken })
    await world.time.advance(40_000)
    expect([client.connection.getSnapshot().state, world.server.connections.length > 1]).toEqual(['online', true])
  })

  test('a token asked for before signing out, and given after, names nobody who writes', async () => {
    const world = new World()
    const of = (userId: string) => `${userId}.${btoa(JSON.stringify({ sub: userId }))}.x`
    const late = Promise.withResolvers<string>()
    let token: string | Promise<string> = of('ann')
    const { client, room } = await world.join('ann', { getToken: () => token })
    token = late.promise
    void client.rooms.refresh()
    await client.logout()
    token = of('bob')
    late.resolve(of('ann'))
    await world.time.advance(0)
    const { acknowledged } = room.send('of bob')
    client.connect()
    await world.time.advance(0)
    await expect(acknowledged).resolves.toBeDefined()
    expect(world.server.room(ROOM).state.messages).toMatchObject([{ senderId: 'bob', content: 'of bob' }])
  })

  test('somebody else’s token: nothing of the first person is shown or sent', async () => {
    const world = new World()
    let token = 'ann'
    const { client, room } = await world.join('ann', { getToken: () => token })
    world.server.say(ROOM, 'bob', 'for ann')
    client.disconnect()
    const { acknowledged } = room.send('by ann')
    await world.time.advance(0)
    token = 'bob'
    client.connect()
    await world.time.advance(0)
    await expect(acknowledged).rejects.toMatchObject({ code: 'closed' })
    expect([client.userId, world.server.room(ROOM).state.messages.map(m => m.content)]).toEqual(['bob', ['for ann']])
    expect(room.getSnapshot().timeline).toMatchObject([{ own: true, message: { content: 'for ann' } }])
    token = 'ann'
    client.disconnect()
    client.connect()
    await world.time.advance(0)
    expect(texts(room.getSnapshot())).toEqual(['for ann', 'by ann'])
  })
})

describe('liveness', () => {
  test('silence for a heartbeat is asked about, and 10 s later the connection is given up', async () => {
    const world = new World()
    world.server.behaviour = frame => frame.type === 'ping'
    const { client } = await world.join('ann')
    const [connection] = world.server.connections
    await world.time.advance(29_900)
    expect(connection?.received.some(frame => frame.type === 'ping')).toBe(false)
    await world.time.advance(200)
    expect(connection?.received.some(frame => frame.type === 'ping')).toBe(true)
    await world.time.advance(9_800)
    expect(client.connection.getSnapshot().state).toBe('online')
    await world.time.advance(200)
    expect([client.connection.getSnapshot().state, connection?.closedByClient]).toEqual(['waiting', true])
  })

  test('an answer, or anything else that is heard, keeps it', async () => {
    const world = new World()
    const { client } = await world.join('ann')
    await world.time.advance(600_000)
    expect([client.connection.getSnapshot().state, world.server.connections.length]).toEqual(['online', 1])
  })

  test('when the person comes back, a dead connection is found within 4 s', async () => {
    const world = new World()
    world.server.behaviour = frame => frame.type === 'ping'
    const { client, platform } = await world.join('ann')
    platform.network.tell('visible')
    await world.time.advance(4_100)
    expect(client.connection.getSnapshot().state).toBe('waiting')
  })

  test('without a network it says so at once, and is back as soon as that is', async () => {
    const world = new World()
    const { client, platform, room } = await world.join('ann')
    platform.network.tell('down')
    expect(client.connection.getSnapshot()).toEqual({ state: 'offline' })
    room.send('later')
    world.server.behaviour = unreachable
    await world.time.advance(120_000)
    world.server.behaviour = keepsContract
    platform.network.tell('up')
    await world.time.advance(0)
    expect(client.connection.getSnapshot().state).toBe('online')
    expect(texts(room.getSnapshot())).toEqual(['later'])
  })

  test('a device that is wrong about its network is tried nevertheless', async () => {
    const world = new World()
    const { client, platform } = await world.join('ann')
    platform.network.tell('down')
    await world.time.advance(30_100)
    expect(client.connection.getSnapshot().state).toBe('online')
  })
})

describe('draining', () => {
  test('it stays until the moment drawn, then moves to another connection at once', async () => {
    const world = new World()
    const { client } = await world.join('ann', { fraction: () => 0.5 })
    world.server.last.say({ type: 'session.draining', reconnectWithinMs: 4_000 })
    await world.time.advance(1_900)
    expect(world.server.connections).toHaveLength(1)
    await world.time.advance(200)
    expect([world.server.connections.length, client.connection.getSnapshot().state]).toEqual([2, 'online'])
    expect(world.server.connections[0]?.closedByClient).toBe(true)
  })

  test('closed before that moment, it still waits for it', async () => {
    const world = new World()
    const { client } = await world.join('ann', { fraction: () => 0.5 })
    world.server.last.say({ type: 'session.draining', reconnectWithinMs: 4_000 })
    world.server.last.end(4001)
    await world.time.advance(1_900)
    expect(client.connection.getSnapshot().state).toBe('waiting')
    await world.time.advance(200)
    expect(client.connection.getSnapshot().state).toBe('online')
  })
})
