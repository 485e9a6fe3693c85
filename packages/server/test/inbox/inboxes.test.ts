import { expect, test } from 'vitest'
import { InboxWorld } from './inbox-world.ts'
import { LaggingBus } from './lagging-bus.ts'

/** Twice as many rooms as a frame holds. */
const roomIds = Array.from({ length: 200 }, (_, i) => `r${String(i).padStart(3, '0')}`)
/** Bytes of the longest message. */
const MAX_CONTENT = 8_192

test('[inbox] what changes in a room that is not open is told at once to who has been quiet for a second', async () => {
  const world = new InboxWorld()
  await world.room('lobby', ['ann', 'bob'])
  const bob = await world.begin('bob')
  expect(bob.told).toEqual([])
  await world.send('ann', 'lobby', ['bob'], 'Hello')
  expect(bob.told.map(({ frame }) => frame)).toMatchObject([
    { type: 'inbox', rooms: [{ roomId: 'lobby', seq: 4, unread: 1, mentions: 1, lastMessage: { content: 'Hello' } }] },
  ])
  expect([...bob.lines.values()]).toEqual(await world.list('bob'))
})

test('[inbox] what comes within a second of a frame is one frame, a second after it', async () => {
  const world = new InboxWorld()
  await world.room('a', ['ann', 'bob'])
  await world.room('b', ['ann', 'bob'])
  const bob = await world.begin('bob')
  for (let i = 0; i < 10; i++) {
    await world.send('ann', i % 2 === 0 ? 'a' : 'b')
    await world.platform.advance(50)
  }
  await world.platform.advance(5_000)
  const [first, second, ...rest] = bob.told
  expect(second?.frame.rooms.map(({ roomId, seq }) => [roomId, seq])).toEqual([
    ['b', 8],
    ['a', 8],
  ])
  expect([(second?.atMs ?? 0) - (first?.atMs ?? 0), rest]).toEqual([1_000, []])
})

test('[inbox] all sessions of a person are told the same, in the same bytes, and somebody who wishes for none gets none', async () => {
  const world = new InboxWorld()
  await world.room('lobby', ['ann', 'bob'])
  const [phone, desk] = [await world.begin('bob'), await world.begin('bob')]
  world.inboxes.begin({
    sessionId: 'none',
    actor: phone.actor,
    inbox: null,
    signal: () => {
      throw new Error('it has no inbox')
    },
  })
  await world.send('ann', 'lobby')
  expect(phone.told).toHaveLength(1)
  expect(desk.told[0]?.message).toBe(phone.told[0]?.message)
  expect(await world.metric('signals_out_total{kind="inbox"}')).toBe(2)
})

test('[inbox] a badge that is read on one device clears on the others', async () => {
  const world = new InboxWorld()
  await world.room('lobby', ['ann', 'bob'])
  const [phone, desk] = [await world.begin('bob'), await world.begin('bob')]
  await world.send('ann', 'lobby', ['bob'])
  await world.platform.advance(2_000)
  await world.do('bob', 'lobby', 'room.read', { seq: 4, readRevision: null })
  for (const device of [phone, desk]) {
    expect(device.last('lobby')).toMatchObject({ unread: 0, mentions: 0, lastReadSeq: 4 })
  }
})

test('[inbox] marking unread and muting are told, with the revision', async () => {
  const world = new InboxWorld()
  await world.room('lobby', ['ann', 'bob'])
  await world.send('ann', 'lobby')
  await world.do('bob', 'lobby', 'room.read', { seq: 4, readRevision: null })
  const bob = await world.begin('bob')
  await world.do('bob', 'lobby', 'room.unread', { seq: 4 })
  expect(bob.last('lobby')).toMatchObject({ unread: 1, lastReadSeq: 3, readRevision: 1 })
  await world.do('bob', 'lobby', 'room.notifications', { muted: true })
  await world.platform.advance(1_000)
  expect(bob.last('lobby')).toMatchObject({ muted: true })
  await world.do('bob', 'lobby', 'room.read', { seq: 4, readRevision: 1 })
  await world.platform.advance(1_000)
  expect(bob.last('lobby')).toMatchObject({ unread: 0, lastReadSeq: 4, readRevision: 1, muted: true })
})

test('[inbox] deleting lowers the counts, and an edit adds and takes away mentions', async () => {
  const world = new InboxWorld()
  await world.room('lobby', ['ann', 'bob'])
  const bob = await world.begin('bob')
  const [first, second] = [await world.send('ann', 'lobby', ['bob']), await world.send('ann', 'lobby')]
  const told = async () => {
    await world.platform.advance(1_000)
    const { unread, mentions } = bob.last('lobby') ?? {}
    return [unread, mentions]
  }
  expect(await told()).toEqual([2, 1])
  await world.do('ann', 'lobby', 'message.edit', { messageId: second, content: 'now you', mentions: ['bob'] })
  expect(await told()).toEqual([2, 2])
  await world.do('ann', 'lobby', 'message.edit', { messageId: first, content: 'not you', mentions: [] })
  expect(await told()).toEqual([2, 1])
  await world.do('ann', 'lobby', 'message.delete', { messageId: second })
  expect(await told()).toEqual([1, 0])
})

test('[inbox] who is removed is told that the room is gone, and nothing that comes after', async () => {
  const world = new InboxWorld()
  await world.room('lobby', ['ann', 'bob'])
  const bob = await world.begin('bob')
  await world.send('ann', 'lobby')
  void world.submit(world.sending('ann', 'lobby'))
  void world.do('ann', 'lobby', 'member.remove', { userId: 'bob' })
  for (let i = 0; i < 5; i++) void world.submit(world.sending('ann', 'lobby', ['bob'], 'secret'))
  await world.platform.advance(10_000)
  expect(bob.told.map(({ frame }) => [frame.rooms.map(({ seq }) => seq), frame.gone])).toEqual([
    [[4], undefined],
    [[], ['lobby']],
  ])
})

test('[inbox] a room that is joined or left or deleted anywhere comes and goes', async () => {
  const world = new InboxWorld()
  await world.room('lobby', ['ann'])
  const bob = await world.begin('bob')
  await world.do('bob', 'lobby', 'member.join')
  expect(bob.last('lobby')).toMatchObject({ seq: 3, unread: 0, lastReadSeq: 3 })
  await world.platform.advance(1_000)
  await world.do('bob', 'lobby', 'member.leave')
  expect(bob.lines.size).toBe(0)
  await world.platform.advance(1_000)
  await world.do('bob', 'lobby', 'member.join')
  await world.platform.advance(1_000)
  expect([...bob.lines.values()]).toEqual(await world.list('bob'))
  await world.do('ann', 'lobby', 'room.delete')
  await world.platform.advance(1_000)
  expect([bob.lines.size, bob.told.at(-1)?.frame.gone]).toEqual([0, ['lobby']])
})

test('[inbox] of a room deleted before the news of it comes, and before their rooms were read, its members are told all the same', async () => {
  const world = new InboxWorld({ bus: ({ scheduler }) => new LaggingBus(scheduler, 50) })
  await world.room('lobby', ['ann', 'bob'])
  await world.platform.advance(1_000)
  void world.do('ann', 'lobby', 'room.delete')
  const [bob, eve] = [await world.begin('bob'), await world.begin('eve')]
  await world.platform.advance(2_000)
  expect(bob.told.flatMap(({ frame }) => frame.gone ?? [])).toEqual(['lobby'])
  expect(eve.told).toEqual([])
})

test('[inbox] a session without room misses nothing: it is told as soon as it has room, once a second at most', async () => {
  const world = new InboxWorld()
  for (const roomId of ['a', 'b']) await world.room(roomId, ['ann', 'bob'])
  const bob = await world.begin('bob')
  bob.isFull = true
  await world.send('ann', 'a')
  await world.send('ann', 'b')
  await world.platform.advance(10_000)
  expect([bob.told, bob.refused]).toEqual([[], 11])
  bob.isFull = false
  await world.platform.advance(1_000)
  expect(bob.told).toHaveLength(1)
  expect(bob.lines).toEqual(new Map((await world.list('bob')).map(entry => [entry.roomId, entry])))
})

test('[inbox] nothing is told when nothing has changed', async () => {
  const world = new InboxWorld()
  await world.room('lobby', ['ann', 'bob'])
  const bob = await world.begin('bob')
  await world.send('ann', 'lobby')
  await world.platform.advance(60_000)
  await world.do('bob', 'lobby', 'room.read', { seq: 2, readRevision: null })
  await world.platform.advance(60_000)
  expect(bob.told).toHaveLength(1)
})

test('[inbox] the log that cannot be read is asked again each second, and nothing is lost', async () => {
  let isAway = false
  const world = new InboxWorld({
    watch: log => ({
      history: request => log.history(request),
      inboxCursor: () => log.inboxCursor(),
      inboxOf: async (userId, ids) => (isAway ? Promise.reject(new Error('away')) : log.inboxOf(userId, ids)),
      inboxSince: (userId, cursor, limit) => log.inboxSince(userId, cursor, limit),
      roomIdsOf: async (userId, limit) => (isAway ? Promise.reject(new Error('away')) : log.roomIdsOf(userId, limit)),
    }),
  })
  await world.room('lobby', ['ann', 'bob'])
  const ann = await world.begin('ann')
  isAway = true
  const bob = await world.begin('bob')
  await world.send('ann', 'lobby')
  await world.platform.advance(5_000)
  expect([ann.told, bob.told]).toEqual([[], []])
  isAway = false
  await world.platform.advance(1_000)
  expect([ann.last('lobby')?.unread, bob.last('lobby')?.unread]).toEqual([0, 1])
})

test('[inbox] a frame has at most 100 rooms, the most recently active first; the rest comes a second later', async () => {
  const world = new InboxWorld()
  for (const roomId of roomIds) await world.room(roomId, ['ann', 'bob'])
  const bob = await world.begin('bob')
  const cursor = await world.log.inboxCursor()
  for (const roomId of roomIds) {
    await world.send('ann', roomId)
    await world.platform.advance(1)
  }
  world.inboxes.end(bob.sessionId)
  await world.platform.advance(2_000)
  const back = await world.begin('bob', { since: cursor })
  await world.platform.advance(5_000)
  const rooms = back.told.map(({ frame }) => frame.rooms.map(({ roomId }) => roomId))
  expect(rooms).toEqual([roomIds.slice(100).reverse(), roomIds.slice(0, 100).reverse()])
  expect(back.told.map(({ frame }) => frame.total)).toEqual([undefined, 200])
  expect(back.leastPauseMs).toBeGreaterThanOrEqual(1_000)
})

test('[inbox] a frame of long messages ends at 64 KiB', async () => {
  const world = new InboxWorld()
  const some = roomIds.slice(0, 30)
  for (const roomId of some) await world.room(roomId, ['ann', 'bob'])
  const bob = await world.begin('bob')
  const content = '海'.repeat(Math.floor(MAX_CONTENT / 3))
  for (const roomId of some) void world.submit(world.sending('ann', roomId, [], content))
  await world.platform.advance(10_000)
  const bytes = bob.told.map(({ message }) => message.frame.length)
  expect(bytes).toHaveLength(Math.ceil(some.length / 7))
  expect(Math.max(...bytes)).toBeLessThan(66_000)
  expect([...bob.lines.values()].every(({ unread }) => unread === 1)).toBe(true)
})

test('[inbox] a session that fails keeps nobody else from their turn, and has its own again', async () => {
  const world = new InboxWorld()
  await world.room('lobby', ['ann', 'bob', 'cy'])
  let failures = 3
  const people = [await world.begin('ann'), await world.begin('bob'), await world.begin('cy')]
  await world.send('ann', 'lobby')
  await world.platform.advance(5_000)
  const failing = people[0]
  if (failing === undefined) throw new Error('ann has begun')
  const signal = failing.signal.bind(failing)
  failing.signal = message => {
    if (failures-- > 0) throw new Error('a fault of the test')
    return signal(message)
  }
  await world.send('ann', 'lobby')
  await world.platform.advance(500)
  expect(people.map(reader => reader.last('lobby')?.seq)).toEqual([5, 6, 6])
  await world.platform.advance(5_000)
  expect(failing.last('lobby')?.seq).toBe(6)
})
