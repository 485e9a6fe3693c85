import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RoomView } from '../../src/index.ts'
import { isLater, positionOf, type ReadPosition, UNKNOWN_POSITION } from '../../src/read-position.ts'
import { RoomStore } from '../../src/store/room-store.ts'
import { FakeRoom } from '../../src/testing.ts'
import { ROOM, World } from '../support/world.ts'

/** A world whose server has an inbox, with four messages by bob in the room: seqs 4 to 7. */
async function worldWithInbox(...names: readonly string[]) {
  const world = new World({ inbox: 'held' })
  const joined = await Promise.all(names.map(name => world.join(name)))
  for (const text of ['four', 'five', 'six', 'seven']) world.server.say(ROOM, 'bob', text)
  return { world, joined }
}

function readsOf(world: World) {
  return world.server.connections.flatMap(connection => connection.received).filter(frame => frame.type === 'room.read')
}

function shown({ unread, lastReadSeq, isMarkedUnread }: RoomView) {
  return { unread, lastReadSeq, isMarkedUnread }
}

describe('marking unread', () => {
  test('brings the message and those after it back, and what is on the screen does not undo it until it is opened again', async () => {
    const { world, joined } = await worldWithInbox('ann')
    const [{ room, close } = expect.fail()] = joined
    room.markRead()
    await room.markUnread(6)
    expect(shown(room.getSnapshot())).toEqual({ unread: 2, lastReadSeq: 5, isMarkedUnread: true })
    room.markRead()
    await world.time.advance(1_000)
    expect(shown(room.getSnapshot())).toEqual({ unread: 2, lastReadSeq: 5, isMarkedUnread: true })
    const reopened = room.open()
    close()
    expect(room.getSnapshot().isMarkedUnread).toBe(true)
    reopened()
    room.open()
    room.markRead()
    expect(shown(room.getSnapshot())).toEqual({ unread: 0, lastReadSeq: 7, isMarkedUnread: false })
    await world.time.advance(1_000)
    expect(world.server.room(ROOM).reads.of('ann')).toEqual({ lastReadSeq: 7, readRevision: 1 })
  })

  test('[SIG6] tells first what was read and not told yet, which does not undo it however late it comes', async () => {
    const { world, joined } = await worldWithInbox('ann')
    const [{ room } = expect.fail()] = joined
    room.markRead()
    // What goes by the socket may come after what goes by HTTP, to another thread of the server: it is not waited for here.
    await room.markUnread(5)
    const { reads } = world.server.room(ROOM)
    expect([reads.of('ann'), reads.shownTo('ben', ['ann'])]).toEqual([{ lastReadSeq: 4, readRevision: 1 }, { ann: 7 }])
    await world.time.advance(2_000)
    expect(world.server.room(ROOM).read('ann', 7, 0)).toBe(false)
    expect(reads.of('ann').lastReadSeq).toBe(4)
  })

  test('ends when its person says something there', async () => {
    const { joined } = await worldWithInbox('ann')
    const [{ room } = expect.fail()] = joined
    room.markRead()
    await room.markUnread(6)
    await room.send('eight').acknowledged
    expect(room.getSnapshot().isMarkedUnread).toBe(false)
    room.markRead()
    expect(room.getSnapshot()).toMatchObject({ unread: 0, lastReadSeq: 8 })
  })

  test('that the server does not take is taken back, and says so', async () => {
    const { world, joined } = await worldWithInbox('ann')
    const [{ room } = expect.fail()] = joined
    world.server.behaviour = {
      http: ({ method }) =>
        method === 'PUT' ? Response.json({ code: 'unavailable', detail: 'unable to' }, { status: 503 }) : null,
    }
    const marked = room.markUnread(5)
    expect(room.getSnapshot().isMarkedUnread).toBe(true)
    await expect(marked).rejects.toMatchObject({ code: 'unavailable' })
    expect(room.getSnapshot().isMarkedUnread).toBe(false)
  })

  test('shows on the other device too, where an open room does not undo it, until it is read there or here', async () => {
    const { world, joined } = await worldWithInbox('ann', 'ann')
    const [here, there] = joined
    if (here === undefined || there === undefined) return expect.fail()
    here.room.markRead()
    await world.time.advance(1_000)
    expect(there.room.getSnapshot().unread).toBe(0)
    await here.room.markUnread(6)
    world.server.flushInbox()
    expect(shown(there.room.getSnapshot())).toEqual({ unread: 2, lastReadSeq: 5, isMarkedUnread: true })
    expect(there.client.rooms.getSnapshot()).toMatchObject({ unreadRooms: 1, rooms: [{ unread: 2 }] })
    there.room.markRead()
    await world.time.advance(1_000)
    expect(here.room.getSnapshot().unread).toBe(2)
    here.close()
    here.room.open()
    here.room.markRead()
    await world.time.advance(1_000)
    world.server.flushInbox()
    expect(shown(there.room.getSnapshot())).toEqual({ unread: 0, lastReadSeq: 7, isMarkedUnread: false })
  })
})

describe('own read positions', () => {
  test('what is read before anything is known of the room is told without a revision', async () => {
    const world = new World()
    const { client, room } = world.client('ann')
    client.connect()
    await world.time.advance(0)
    room.markRead(3)
    await world.time.advance(1_000)
    expect(readsOf(world)).toMatchObject([{ seq: 3 }])
    expect(readsOf(world)[0]).not.toHaveProperty('readRevision')
    room.markRead(Number.POSITIVE_INFINITY)
    await world.time.advance(1_000)
    expect(readsOf(world).at(-1)?.seq).toBe(Number.MAX_SAFE_INTEGER)
  })

  test('end where the log ends, whatever is asked for and however little was known then: told once, and no message is lost', async () => {
    for (const isListed of [false, true]) {
      const world = new World({ inbox: isListed ? 'held' : 'none' })
      world.server.say(ROOM, 'bob', 'four')
      const { client, room } = world.client('ann')
      client.connect()
      await world.time.advance(0)
      room.markRead(9.5)
      await world.time.advance(1_000)
      expect(readsOf(world)).toMatchObject([{ seq: isListed ? 4 : 9 }])
      room.open()
      await world.time.advance(5_000)
      world.server.say(ROOM, 'bob', 'five')
      world.server.flushInbox()
      await world.time.advance(5_000)
      expect(readsOf(world)).toHaveLength(1)
      expect(shown(room.getSnapshot())).toEqual({ unread: 1, lastReadSeq: 4, isMarkedUnread: false })
    }
  })

  test('that another device moves are followed as soon as they are told, inbox or not: marked unread, and read on since', async () => {
    const { world, joined } = await worldWithInbox('ann')
    const [{ room } = expect.fail()] = joined
    const tell = (seq: number, change: { readonly readRevision?: number }) => {
      world.server.last.say({ type: 'reads', roomId: ROOM, reads: { ann: seq }, ...change })
      return shown(room.getSnapshot())
    }
    expect(tell(7, {})).toEqual({ unread: 0, lastReadSeq: 7, isMarkedUnread: false })
    expect(tell(4, { readRevision: 1 })).toEqual({ unread: 3, lastReadSeq: 4, isMarkedUnread: true })
    expect(tell(7, {})).toEqual({ unread: 3, lastReadSeq: 4, isMarkedUnread: true })
    expect(tell(6, { readRevision: 1 })).toEqual({ unread: 1, lastReadSeq: 6, isMarkedUnread: false })
    room.markRead()
    await world.time.advance(1_000)
    expect(readsOf(world)).toMatchObject([{ seq: 7, readRevision: 1 }])
  })

  test('of the last moment are told before the person signs out', async () => {
    const { world, joined } = await worldWithInbox('ann')
    const [{ client, room } = expect.fail()] = joined
    room.markRead()
    await client.logout()
    expect(world.server.room(ROOM).reads.of('ann').lastReadSeq).toBe(7)
  })

  test('positions of others do not have one’s own told again', async () => {
    const { world, joined } = await worldWithInbox('ann')
    const [{ room } = expect.fail()] = joined
    world.server.behaviour = frame => frame.type === 'room.read'
    room.markRead()
    await world.time.advance(1_000)
    for (let seq = 1; seq < 20; seq++) {
      world.server.last.say({ type: 'reads', roomId: ROOM, reads: { bob: seq } })
      await world.time.advance(1_000)
    }
    expect(readsOf(world)).toHaveLength(1)
  })

  test('late words of an earlier revision do not have one’s own told again either', async () => {
    const { world, joined } = await worldWithInbox('ann')
    const [{ room, close } = expect.fail()] = joined
    await room.markUnread(4)
    room.markRead()
    world.server.room(ROOM).read('ann', 5)
    await room.markUnread(5)
    close()
    room.open()
    world.server.behaviour = frame => frame.type === 'room.read'
    room.markRead()
    await world.time.advance(1_000)
    const before = readsOf(world).length
    world.server.last.say({ type: 'reads', roomId: ROOM, reads: { ann: 6 } })
    await world.time.advance(1_000)
    expect(readsOf(world)).toHaveLength(before)
    expect(room.getSnapshot().lastReadSeq).toBe(7)
  })

  test('that the server cannot store now are told again, the newest, ever less often, until it knows', async () => {
    const { world, joined } = await worldWithInbox('ann')
    const [{ room } = expect.fail()] = joined
    let isFull = true
    world.server.behaviour = (frame, connection) => {
      if (frame.type !== 'room.read' || !isFull) return false
      connection.refuse(frame, 'unavailable')
      return true
    }
    room.markRead(5)
    await world.time.advance(100_000)
    const before = readsOf(world).length
    expect(before).toBeGreaterThan(3)
    expect(before).toBeLessThan(20)
    room.markRead(7)
    isFull = false
    await world.time.advance(60_000)
    expect(readsOf(world).slice(before)).toMatchObject([{ seq: 7 }])
    expect(world.server.room(ROOM).snapshot('ann').lastReadSeq).toBe(7)
    room.markRead(6)
    world.server.say(ROOM, 'bob', 'eight')
    room.markRead()
    await world.time.advance(500)
    expect(readsOf(world).at(-1)).toMatchObject({ seq: 8 })
  })

  test('that the server will not store are told no more, and what it says counts again', async () => {
    const { world, joined } = await worldWithInbox('ann')
    const [{ room } = expect.fail()] = joined
    world.server.behaviour = (frame, connection) => {
      if (frame.type !== 'room.read') return false
      connection.refuse(frame, 'forbidden')
      return true
    }
    room.markRead(6)
    await world.time.advance(1_000)
    room.markRead(6)
    world.server.last.end(1006)
    await world.time.advance(60_000)
    expect(readsOf(world)).toMatchObject([{ seq: 6 }])
    world.server.room(ROOM).read('ann', 5)
    world.server.flushInbox()
    expect(shown(room.getSnapshot())).toEqual({ unread: 2, lastReadSeq: 5, isMarkedUnread: false })
  })

  test('grow by revision first and seq then, whatever of snapshots, reads, lines and answers comes in which order', () => {
    const source = fc.constantFrom('snapshot', 'reads', 'line', 'answer', 'own')
    const heard = fc.record({ from: source, lastReadSeq: fc.nat(40), readRevision: fc.nat(3) })
    fc.assert(
      fc.property(fc.array(heard, { maxLength: 40 }), all => {
        const log = new FakeRoom('r', ['ann', 'bob'])
        for (let i = 0; i < 30; i++) log.send('bob', { clientId: `${i}`, content: 'x' })
        const store = new RoomStore({
          userId: () => 'ann',
          onChange: () => {},
          onMessages: () => {},
          onMembership: () => {},
        })
        let best: ReadPosition = UNKNOWN_POSITION
        for (const { from, ...told } of all) {
          const before = store.position
          hear(store, log, from, told)
          // One's own reading is in the revision that is known.
          const position = from === 'own' ? { ...told, readRevision: before.readRevision } : told
          if (isLater(position, best)) best = position
          expect(isLater(before, store.position)).toBe(false)
          expect(store.position).toEqual(best)
          if (store.data !== null) expect(positionOf(store.data)).toEqual(best)
        }
      }),
      { numRuns: 500 },
    )
  })
})

function hear(store: RoomStore, log: FakeRoom, from: string, told: ReadPosition): void {
  const { lastReadSeq } = told
  if (from === 'snapshot') store.applySnapshot({ ...log.snapshot('ann', 20), ...told, unread: 0 })
  else if (from === 'reads') store.applyReads({ ann: lastReadSeq, bob: 3 }, told)
  else if (from === 'line') store.takeLine({ seq: log.seq, unread: 0, mentions: 0, ...told })
  else if (from === 'answer') store.takePosition(told)
  else store.takePosition({ ...store.position, lastReadSeq })
}
