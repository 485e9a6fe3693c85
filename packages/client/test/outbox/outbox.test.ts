import { describe, expect, test } from 'vitest'
import { HoldfastError, MemoryOutboxStorage, type OutboxRecord } from '../../src/index.ts'
import {
  ackBeforeEcho,
  ackLongBeforeEcho,
  diesBeforeAck,
  diesBeforeCommit,
  dropsAck,
  echoBeforeAck,
  ignores,
  keepsContract,
  rateLimited,
  refuses,
  times,
} from '../../src/testing.ts'
import { clientIds, ROOM, texts, World } from '../support/world.ts'

function committed(world: World): readonly string[] {
  return world.server.room(ROOM).state.messages.map(message => message.content)
}

describe('a message on its way', () => {
  test('is shown at once, goes out, and keeps its row when it becomes a message', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const { clientId, acknowledged } = room.send('hello')
    expect(texts(room.getSnapshot())).toEqual(['hello (queued)'])
    const [pending] = room.getSnapshot().timeline
    await expect(acknowledged).resolves.toMatchObject({ seq: 4, duplicate: false })
    const [sent] = room.getSnapshot().timeline
    expect([sent?.kind, sent?.key, sent?.own]).toEqual(['message', pending?.key, true])
    expect(clientIds(room.getSnapshot())).toEqual([clientId])
  })

  test.each([
    ['echoBeforeAck', echoBeforeAck],
    ['ackBeforeEcho', ackBeforeEcho],
    ['dropsAck', dropsAck],
  ])('%s: it is settled, and shown once', async (_name, behaviour) => {
    const world = new World()
    world.server.behaviour = behaviour
    const { room } = await world.join('ann')
    await expect(room.send('once').acknowledged).resolves.toMatchObject({ seq: 4 })
    expect(texts(room.getSnapshot())).toEqual(['once'])
  })

  test('ackLongBeforeEcho: it is shown as sent, never twice and never gone, until the log has it', async () => {
    const world = new World()
    const behaviour = ackLongBeforeEcho()
    world.server.behaviour = behaviour
    const { room } = await world.join('ann')
    const seen: (readonly string[])[] = []
    room.subscribe(() => seen.push(texts(room.getSnapshot())))
    await room.send('kept').acknowledged
    expect(texts(room.getSnapshot())).toEqual(['kept (sent)'])
    behaviour.echo()
    expect(texts(room.getSnapshot())).toEqual(['kept'])
    expect(seen.filter(rows => rows.length !== 1)).toEqual([])
    expect(seen.length).toBeGreaterThan(2)
  })

  test('acknowledged in a log that was then lost: not shown as sent in the next one', async () => {
    const world = new World()
    world.server.behaviour = ackLongBeforeEcho()
    const { room } = await world.join('ann')
    await room.send('lost').acknowledged
    expect(texts(room.getSnapshot())).toEqual(['lost (sent)'])
    world.server.room(ROOM).restore(3)
    world.server.last.end(1006)
    await world.time.advance(1_000)
    expect([room.getSnapshot().continuity.epoch, texts(room.getSnapshot())]).toEqual(['e2', []])
  })

  test('diesBeforeAck: sent again with the same clientId after the hello, shown once', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    world.server.behaviour = diesBeforeAck
    const { clientId, acknowledged } = room.send('once')
    await world.time.advance(0)
    world.server.behaviour = keepsContract
    await world.time.advance(1_000)
    await expect(acknowledged).resolves.toMatchObject({ seq: 4 })
    expect([committed(world), clientIds(room.getSnapshot())]).toEqual([['once'], [clientId]])
  })

  test('its echo in the snapshot after a reconnect settles it without an ack', async () => {
    const world = new World({ limits: { delta: 0 } })
    const { room } = await world.join('ann')
    world.server.behaviour = diesBeforeAck
    const { acknowledged } = room.send('once')
    await world.time.advance(0)
    world.server.behaviour = ignores
    await world.time.advance(1_000)
    await expect(acknowledged).resolves.toMatchObject({ seq: 4 })
    expect(texts(room.getSnapshot())).toEqual(['once'])
  })

  test('its echo in a page of history settles it', async () => {
    const world = new World()
    const log = world.server.room(ROOM)
    const { client, room } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    world.server.behaviour = ignores
    const { clientId, acknowledged } = room.send('written before')
    await world.time.advance(0)
    log.send('ann', { clientId, content: 'written before' })
    for (let i = 0; i < 60; i++) log.send('bob', { clientId: `b${i}`, content: `${i}` })
    room.open()
    await world.time.advance(0)
    expect(texts(room.getSnapshot()).at(-1)).toBe('written before (sending)')
    await room.loadOlder()
    await expect(acknowledged).resolves.toMatchObject({ seq: 4 })
    expect(clientIds(room.getSnapshot()).filter(id => id === clientId)).toHaveLength(1)
  })

  test('offline: three written, then back: all there, once, in order', async () => {
    const world = new World()
    const { client, room } = await world.join('ann')
    const { room: others } = await world.join('bob')
    world.server.connections[0]?.end(1006)
    const waiting = ['one', 'two', 'three'].map(text => room.send(text).acknowledged)
    expect(texts(room.getSnapshot())).toEqual(['one (queued)', 'two (queued)', 'three (queued)'])
    client.connect()
    await world.time.advance(0)
    await Promise.all(waiting)
    expect(texts(room.getSnapshot())).toEqual(['one', 'two', 'three'])
    expect(texts(others.getSnapshot())).toEqual(['one', 'two', 'three'])
  })

  test('nothing goes out before the welcome', async () => {
    const world = new World()
    world.server.behaviour = frame => frame.type === 'session.hello'
    const { client, room } = world.client('ann')
    client.connect()
    room.send('patience')
    await world.time.advance(5_000)
    expect(world.server.last.received.map(frame => frame.type)).toEqual(['session.hello'])
  })

  test('an answer that never comes: sent again on the same session, harmlessly', async () => {
    const world = new World()
    world.server.behaviour = times(1, ignores)
    const { client, room } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    const { acknowledged } = room.send('again')
    await world.time.advance(16_000)
    await expect(acknowledged).resolves.toMatchObject({ seq: 4 })
    expect(committed(world)).toEqual(['again'])
  })

  test('it survives a connection that dies again and again, and is never given up', async () => {
    const world = new World()
    world.server.behaviour = diesBeforeCommit
    const { room } = await world.join('ann')
    const { acknowledged } = room.send('stubborn')
    await world.time.advance(3_600_000)
    expect(world.server.connections.length).toBeGreaterThan(50)
    expect(texts(room.getSnapshot())).toEqual(['stubborn (queued)'])
    world.server.behaviour = keepsContract
    await world.time.advance(60_000)
    await expect(acknowledged).resolves.toMatchObject({ seq: 4 })
  })
})

describe('a refusal for now', () => {
  test('at the head of the line: later ones do not overtake; all go in order after the wait', async () => {
    const world = new World()
    world.server.behaviour = times(1, rateLimited(3_000))
    const { room } = await world.join('ann')
    const handles = ['one', 'two', 'three'].map(text => room.send(text))
    await world.time.advance(2_900)
    expect(committed(world)).toEqual([])
    expect(room.getSnapshot().timeline.map(entry => entry.kind === 'pending' && entry.error?.code)).toEqual([
      'rate_limited',
      'out_of_order',
      'out_of_order',
    ])
    await world.time.advance(200)
    await Promise.all(handles.map(handle => handle.acknowledged))
    expect(committed(world)).toEqual(['one', 'two', 'three'])
  })

  test('in the middle: what was taken stays, what was refused and what is behind it goes again in order', async () => {
    const world = new World()
    const { room } = await world.join('ann')
    const first = room.send('one')
    await first.acknowledged
    world.server.behaviour = times(4, refuses('unavailable'))
    const handles = ['two', 'three', 'four'].map(text => room.send(text))
    await world.time.advance(60_000)
    await Promise.all(handles.map(handle => handle.acknowledged))
    expect(committed(world)).toEqual(['one', 'two', 'three', 'four'])
  })

  test('discarding the refused one cancels it there, and those behind it go', async () => {
    const world = new World()
    world.server.behaviour = times(1, rateLimited(60_000))
    const { room } = await world.join('ann')
    const refused = room.send('never')
    const behind = room.send('go on')
    await world.time.advance(0)
    await room.discard(refused.clientId)
    await expect(refused.acknowledged).rejects.toMatchObject({ code: 'discarded' })
    await expect(behind.acknowledged).resolves.toBeDefined()
    expect(world.server.last.received).toContainEqual({
      type: 'message.cancel',
      roomId: ROOM,
      clientId: refused.clientId,
    })
    expect(committed(world)).toEqual(['go on'])
  })
})

describe('a refusal for good', () => {
  test('it fails visibly, those behind it go on, and the promise says why', async () => {
    const world = new World()
    world.server.behaviour = times(1, refuses('muted'))
    const { room } = await world.join('ann')
    const failed = room.send('no')
    const next = room.send('yes')
    await expect(failed.acknowledged).rejects.toMatchObject({ code: 'muted', retryable: false })
    await next.acknowledged
    expect(texts(room.getSnapshot())).toEqual(['yes', 'no (failed)'])
  })

  test('retry sends it again, behind what waits; discard makes it go', async () => {
    const world = new World()
    world.server.behaviour = times(2, refuses('forbidden'))
    const { room } = await world.join('ann')
    const [first, second] = [room.send('first'), room.send('second')]
    await world.time.advance(0)
    room.retry(first.clientId)
    await room.discard(second.clientId)
    await world.time.advance(0)
    expect(texts(room.getSnapshot())).toEqual(['first'])
    expect(committed(world)).toEqual(['first'])
  })

  test('a message too large for a frame fails here, and the connection lives', async () => {
    const world = new World({ limits: { frameBytes: 2_000 } })
    const { room } = await world.join('ann')
    await expect(room.send('x'.repeat(3_000)).acknowledged).rejects.toMatchObject({ code: 'too_large' })
    await room.send('small').acknowledged
    expect(world.server.connections).toHaveLength(1)
  })

  test('one room may hold 1,000 that wait; a further one is refused on the spot', async () => {
    const world = new World()
    const { room } = world.client('ann')
    for (let i = 0; i < 1_000; i++) room.send(`${i}`)
    await expect(room.send('one more').acknowledged).rejects.toBeInstanceOf(HoldfastError)
    expect(room.getSnapshot().timeline).toHaveLength(1_000)
  })
})

describe('the storage', () => {
  test('holds a message before it is sent for the first time, and no longer than it waits', async () => {
    const world = new World()
    const storage = new MemoryOutboxStorage()
    const stored = Promise.withResolvers<void>()
    const slow = {
      put: (record: OutboxRecord) => stored.promise.then(() => storage.put(record)),
      remove: storage.remove.bind(storage),
      list: storage.list.bind(storage),
      clear: storage.clear.bind(storage),
    }
    const { room } = await world.join('ann', { outbox: slow })
    const { acknowledged } = room.send('safe first')
    await world.time.advance(1_000)
    expect(committed(world)).toEqual([])
    stored.resolve()
    await acknowledged
    await world.time.advance(0)
    expect(await storage.list()).toEqual([])
  })

  test('what an earlier page has left goes first, in its order, failed ones still failed', async () => {
    const world = new World()
    const storage = new MemoryOutboxStorage()
    const { room: before } = world.client('ann', { outbox: storage })
    before.send('one')
    before.send('two')
    await world.time.advance(0)
    const [one] = await storage.list()
    await storage.put({
      ...(one as OutboxRecord),
      clientId: 'old',
      order: 0,
      content: 'refused',
      failure: { code: 'muted', message: 'no' },
    })
    const { client, room } = world.client('ann', { outbox: storage })
    room.send('three')
    await world.time.advance(0)
    expect(texts(room.getSnapshot())).toEqual(['refused (failed)', 'one (queued)', 'two (queued)', 'three (queued)'])
    client.connect()
    await world.time.advance(0)
    expect(committed(world)).toEqual(['one', 'two', 'three'])
  })

  test('a storage that fails costs durability only', async () => {
    const world = new World()
    const broken = {
      put: () => Promise.reject(new Error('quota')),
      remove: () => Promise.reject(new Error('quota')),
      list: () => Promise.reject(new Error('quota')),
      clear: async () => {},
    }
    const { room } = await world.join('ann', { outbox: broken })
    await expect(room.send('from memory').acknowledged).resolves.toBeDefined()
  })

  test('what somebody else has written is neither sent nor lost', async () => {
    const world = new World()
    const storage = new MemoryOutboxStorage()
    const { client } = await world.join('ann', { outbox: storage })
    client.disconnect()
    const left = client.room(ROOM).send('of ann')
    await world.time.advance(0)
    const { room } = await world.join('bob', { outbox: storage })
    await room.send('of bob').acknowledged
    expect(committed(world)).toEqual(['of bob'])
    expect((await storage.list()).map(record => record.clientId)).toEqual([left.clientId])
  })

  test('signing out forgets it all', async () => {
    const world = new World()
    const storage = new MemoryOutboxStorage()
    const { client, room } = await world.join('ann', { outbox: storage })
    world.server.last.end(1006)
    const { acknowledged } = room.send('never')
    await world.time.advance(0)
    await client.logout()
    expect(await storage.list()).toEqual([])
    await expect(acknowledged).rejects.toMatchObject({ code: 'closed' })
    expect(room.getSnapshot()).toMatchObject({ timeline: [], room: null })
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'stopped', reason: 'logged_out' })
  })

  test('what is read of it after the person has gone is neither shown nor sent as the next one', async () => {
    const world = new World()
    const storage = new MemoryOutboxStorage()
    const { room: before } = world.client('ann', { outbox: storage })
    before.send('of ann')
    await world.time.advance(0)
    let token = 'ann'
    const { client, room } = world.client('ann', { outbox: storage, getToken: () => token })
    await client.logout()
    token = 'bob'
    client.connect()
    await world.time.advance(1_000)
    expect([client.userId, texts(room.getSnapshot()), committed(world)]).toEqual(['bob', [], []])
  })

  test('a message discarded as soon as it is written is not there for the next page to send', async () => {
    const world = new World()
    const storage = new MemoryOutboxStorage()
    const { room } = world.client('ann', { outbox: storage })
    void room.discard(room.send('never').clientId)
    await world.time.advance(0)
    expect(await storage.list()).toEqual([])
  })

  test('a storage that throws where it should reject costs durability only', async () => {
    const world = new World()
    const broken = () => {
      throw new Error('quota')
    }
    const { room } = await world.join('ann', { outbox: { put: broken, remove: broken, list: broken, clear: broken } })
    await expect(room.send('from memory').acknowledged).resolves.toBeDefined()
  })
})
