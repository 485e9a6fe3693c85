import { describe, expect, test } from 'vitest'
import { MemoryOutboxStorage, type OutboxRecord, type OutboxStorage } from '../../src/index.ts'
import { STORAGE_WAIT_MS } from '../../src/outbox/stored-messages.ts'
import { ignores, keepsContract, rateLimited, times } from '../../src/testing.ts'
import { clientIds, ROOM, texts, World } from '../support/world.ts'

/** A storage whose calls fail, or get no answer, for as long as the test says. */
class Moody implements OutboxStorage {
  readonly inner = new MemoryOutboxStorage()
  reads = 0
  #mood: 'well' | 'refuses to be read' | 'refuses' | 'hangs' = 'well'
  #well = Promise.withResolvers<void>()

  set mood(mood: Moody['mood']) {
    this.#mood = mood
    if (mood !== 'hangs') this.#well.resolve()
    else this.#well = Promise.withResolvers()
  }

  get mood(): 'well' | 'refuses to be read' | 'refuses' | 'hangs' {
    return this.#mood
  }

  put(record: OutboxRecord): Promise<void> {
    return this.#when(this.#mood === 'refuses', () => this.inner.put(record))
  }

  remove(roomId: string, clientId: string): Promise<void> {
    return this.#when(this.#mood === 'refuses', () => this.inner.remove(roomId, clientId))
  }

  list(): Promise<readonly OutboxRecord[]> {
    this.reads++
    return this.#when(this.#mood.startsWith('refuses'), () => this.inner.list())
  }

  clear(): Promise<void> {
    return this.#when(this.#mood === 'refuses', () => this.inner.clear())
  }

  async #when<T>(fails: boolean, work: () => Promise<T>): Promise<T> {
    if (fails) throw new Error('the storage cannot be opened')
    if (this.#mood === 'hangs') await this.#well.promise
    return work()
  }
}

function committed(world: World): readonly string[] {
  return world.server.room(ROOM).state.messages.map(message => message.content)
}

/** A world, and a storage in which an earlier page of ann's has left these. */
async function worldWithLeft(...contents: readonly string[]) {
  const world = new World()
  const storage = new Moody()
  const { room } = world.client('ann', { outbox: storage })
  for (const content of contents) room.send(content)
  await world.time.advance(0)
  storage.reads = 0
  return { world, storage }
}

describe('[G22] a storage that cannot be read when the page starts', () => {
  test('is read again, with growing waits, until it can be: what was left then goes out without a reload', async () => {
    const { world, storage } = await worldWithLeft('one', 'two')
    storage.mood = 'refuses to be read'
    const { room } = await world.join('ann', { outbox: storage })
    await world.time.advance(120_000)
    expect(committed(world)).toEqual([])
    expect(storage.reads).toBeGreaterThan(5)
    expect(storage.reads).toBeLessThan(30)
    storage.mood = 'well'
    await world.time.advance(30_000)
    expect(committed(world)).toEqual(['one', 'two'])
    expect(texts(room.getSnapshot())).toEqual(['one', 'two'])
    expect(await storage.inner.list()).toEqual([])
    const { reads } = storage
    await world.time.advance(300_000)
    expect(storage.reads).toBe(reads)
  })

  test.each([
    ['a session begins', async ({ client }: Joined) => client.connect()],
    ['somebody looks', async ({ platform }: Joined) => platform.network.tell('visible')],
    ['something could be stored', async ({ room }: Joined) => room.send('new')],
  ] as const)('is read again as soon as %s', async (_when, happens) => {
    const { world, storage } = await worldWithLeft('left')
    storage.mood = 'refuses to be read'
    const joined = await world.join('ann', { outbox: storage, fraction: () => 0.999 })
    await world.time.advance(100_000)
    if (_when === 'a session begins') joined.client.disconnect()
    storage.mood = 'well'
    const { now } = world.time
    await happens(joined)
    await world.time.advance(1)
    expect([world.time.now - now, committed(world)]).toEqual([1, expect.arrayContaining(['left'])])
  })

  test('holds nothing back: what is written goes out, and what turns up later goes before whatever has not', async () => {
    const { world, storage } = await worldWithLeft('left')
    storage.mood = 'refuses to be read'
    const { client, room } = await world.join('ann', { outbox: storage })
    await room.send('sent').acknowledged
    client.disconnect()
    room.send('waits')
    storage.mood = 'well'
    await world.time.advance(60_000)
    expect(texts(room.getSnapshot())).toEqual(['sent', 'left (queued)', 'waits (queued)'])
    client.connect()
    await world.time.advance(0)
    expect(committed(world)).toEqual(['sent', 'left', 'waits'])
  })

  test('turning up while the server waits for a refused one: that one still goes first, and nothing is stuck', async () => {
    const { world, storage } = await worldWithLeft('left')
    storage.mood = 'refuses to be read'
    world.server.behaviour = times(1, rateLimited(20_000))
    const { room } = await world.join('ann', { outbox: storage })
    for (const text of ['refused', 'behind it']) room.send(text)
    await world.time.advance(0)
    storage.mood = 'well'
    await world.time.advance(19_000)
    expect(texts(room.getSnapshot())).toEqual(['refused (queued)', 'left (queued)', 'behind it (queued)'])
    await world.time.advance(1_001)
    expect(committed(world)).toEqual(['refused', 'left', 'behind it'])
  })

  test('what this page has written meanwhile is not taken for left', async () => {
    const { world, storage } = await worldWithLeft('left')
    storage.mood = 'refuses to be read'
    const { client, room } = await world.join('ann', { outbox: storage })
    client.disconnect()
    room.send('new')
    await world.time.advance(0)
    expect((await storage.inner.list()).map(record => record.content)).toEqual(['left', 'new'])
    storage.mood = 'well'
    await world.time.advance(60_000)
    expect(texts(room.getSnapshot())).toEqual(['left (queued)', 'new (queued)'])
    client.connect()
    await world.time.advance(0)
    expect(committed(world)).toEqual(['left', 'new'])
  })

  test('a message that the log shows is no row of its own any more, whenever it turns up', async () => {
    const { world, storage } = await worldWithLeft('another tab sends it')
    storage.mood = 'refuses to be read'
    const { room } = await world.join('ann', { outbox: storage })
    const [left] = await storage.inner.list()
    world.server.room(ROOM).send('ann', { clientId: left?.clientId ?? '', content: 'another tab sends it' })
    const seen: (readonly string[])[] = []
    room.subscribe(() => seen.push(clientIds(room.getSnapshot())))
    storage.mood = 'well'
    await world.time.advance(60_000)
    expect(seen.filter(ids => ids.length !== 1)).toEqual([])
    expect(clientIds(room.getSnapshot())).toEqual([left?.clientId])
    expect(await storage.inner.list()).toEqual([])
  })

  test('what is read of it once somebody else is here is nothing to them, and is kept', async () => {
    const { world, storage } = await worldWithLeft()
    const before = await world.join('ann', { outbox: storage })
    before.client.disconnect()
    before.room.send('of ann')
    await world.time.advance(0)
    storage.mood = 'refuses to be read'
    let token = 'ann'
    const { client, room } = await world.join('ann', { outbox: storage, getToken: () => token })
    token = 'bob'
    client.disconnect()
    client.connect()
    storage.mood = 'well'
    await world.time.advance(60_000)
    expect([client.userId, texts(room.getSnapshot()), committed(world)]).toEqual(['bob', [], []])
    expect(await storage.inner.list()).toHaveLength(1)
  })
})

describe('[G22] a storage that does not answer', () => {
  test(`costs ${STORAGE_WAIT_MS} ms once: then what is written goes out from memory, in its order, each at once`, async () => {
    const { world, storage } = await worldWithLeft()
    storage.mood = 'hangs'
    const { room } = await world.join('ann', { outbox: storage })
    for (const text of ['one', 'two']) room.send(text)
    await world.time.advance(STORAGE_WAIT_MS - 1)
    expect(texts(room.getSnapshot())).toEqual(['one (queued)', 'two (queued)'])
    await world.time.advance(1)
    expect(committed(world)).toEqual(['one', 'two'])
    room.send('three')
    await world.time.advance(1)
    expect(committed(world)).toEqual(['one', 'two', 'three'])
  })

  test('and does at last: what was left goes out behind what went before, and nothing twice', async () => {
    const { world, storage } = await worldWithLeft('left')
    storage.mood = 'hangs'
    const { room } = await world.join('ann', { outbox: storage })
    room.send('new')
    await world.time.advance(STORAGE_WAIT_MS)
    expect(committed(world)).toEqual(['new'])
    storage.mood = 'well'
    await world.time.advance(1_000)
    expect([committed(world), texts(room.getSnapshot())]).toEqual([
      ['new', 'left'],
      ['new', 'left'],
    ])
    expect(await storage.inner.list()).toEqual([])
  })

  test('in time: what was left goes out before what is written meanwhile', async () => {
    const { world, storage } = await worldWithLeft('left')
    storage.mood = 'hangs'
    const { room } = await world.join('ann', { outbox: storage })
    room.send('new')
    await world.time.advance(STORAGE_WAIT_MS - 1)
    storage.mood = 'well'
    await world.time.advance(0)
    expect(committed(world)).toEqual(['left', 'new'])
  })

  test('while messages are on their way: what turns up is behind them, and answers that are lost change nothing of it', async () => {
    const { world, storage } = await worldWithLeft('left')
    storage.mood = 'hangs'
    const { room } = await world.join('ann', { outbox: storage })
    world.server.behaviour = ignores
    for (const text of ['one', 'two']) room.send(text)
    await world.time.advance(STORAGE_WAIT_MS)
    storage.mood = 'well'
    await world.time.advance(0)
    expect(texts(room.getSnapshot())).toEqual(['one (sending)', 'two (sending)', 'left (sending)'])
    world.server.behaviour = keepsContract
    await world.time.advance(20_000)
    expect(committed(world)).toEqual(['one', 'two', 'left'])
  })

  test('does not keep anybody from signing out, who is told that what was written may be there still', async () => {
    const { world, storage } = await worldWithLeft('left')
    storage.mood = 'hangs'
    const { client } = await world.join('ann', { outbox: storage })
    const reasons: unknown[] = []
    client.logout().catch((reason: unknown) => reasons.push(reason))
    await world.time.advance(0)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'stopped', reason: 'logged_out' })
    await world.time.advance(2 * STORAGE_WAIT_MS)
    expect(reasons).toEqual([expect.objectContaining({ name: 'HoldfastError', code: 'unavailable' })])
    storage.mood = 'well'
    await world.time.advance(0)
    expect(await storage.inner.list()).toEqual([])
  })

  test(`has ${STORAGE_WAIT_MS} ms to forget who signs out, though it has been silent before`, async () => {
    const { world, storage } = await worldWithLeft('left')
    storage.mood = 'hangs'
    const { client } = await world.join('ann', { outbox: storage })
    await world.time.advance(2 * STORAGE_WAIT_MS)
    const ends: string[] = []
    const logOut = () => {
      const told = (how: string) => () => ends.push(`${how} after ${world.time.now - since} ms`)
      const since = world.time.now
      void client.logout().then(told('done'), told('rejected'))
    }
    logOut()
    await world.time.advance(STORAGE_WAIT_MS - 1)
    expect(ends).toEqual([])
    await world.time.advance(1)
    expect(ends).toEqual([`rejected after ${STORAGE_WAIT_MS} ms`])
    logOut()
    await world.time.advance(STORAGE_WAIT_MS - 1)
    storage.mood = 'well'
    await world.time.advance(0)
    expect(ends.slice(1)).toEqual([`done after ${STORAGE_WAIT_MS - 1} ms`])
    expect(await storage.inner.list()).toEqual([])
  })

  test('until this page has done with what it wrote: none of that comes back', async () => {
    const { world, storage } = await worldWithLeft()
    const late = Promise.withResolvers<readonly OutboxRecord[]>()
    const { client, room } = await world.join('ann', { outbox: { ...callsOf(storage), list: () => late.promise } })
    await world.time.advance(STORAGE_WAIT_MS)
    client.disconnect()
    const discarded = room.send('discarded')
    room.send('sent')
    await world.time.advance(1)
    const records = await storage.inner.list()
    expect(records).toHaveLength(2)
    void room.discard(discarded.clientId)
    client.connect()
    await world.time.advance(0)
    expect(committed(world)).toEqual(['sent'])
    late.resolve(records)
    await world.time.advance(60_000)
    expect([committed(world), texts(room.getSnapshot())]).toEqual([['sent'], ['sent']])
  })
})

describe('[G22] a storage that answers with what is no list', () => {
  test.each([null, 'nonsense', {}, [null]])('%j: it is read again until it does', async nonsense => {
    const { world, storage } = await worldWithLeft('left')
    let reads = 0
    const list = async () => (++reads < 4 ? (nonsense as unknown as readonly OutboxRecord[]) : storage.list())
    await world.join('ann', { outbox: { ...callsOf(storage), list } })
    await world.time.advance(120_000)
    expect([reads, committed(world)]).toEqual([4, ['left']])
  })

  test('a record with more in it than ours have goes out as the message that it is', async () => {
    const { world, storage } = await worldWithLeft('left')
    const list = async () => (await storage.list()).map(record => ({ ...record, type: 'message.delete' }))
    await world.join('ann', { outbox: { ...callsOf(storage), list } })
    await world.time.advance(1_000)
    expect(committed(world)).toEqual(['left'])
  })
})

/** The calls of `storage`, to be replaced one by one. */
function callsOf(storage: OutboxStorage): OutboxStorage {
  return {
    put: record => storage.put(record),
    remove: (roomId, clientId) => storage.remove(roomId, clientId),
    list: () => storage.list(),
    clear: () => storage.clear(),
  }
}

type Joined = Awaited<ReturnType<World['join']>>
