import { describe, expect, test, vi } from 'vitest'
import { type Client, createClient, type RoomHandle } from '../../src/index.ts'
import {
  ackLongBeforeEcho,
  assertConverged,
  createFakeServer,
  ignores,
  losesEvents,
  only,
  refuses,
  settle,
  silent,
  slow,
} from '../../src/testing.ts'
import { ROOM, World } from '../support/world.ts'

/** Ann and bob, who read the room, and four messages. */
async function talking(options: ConstructorParameters<typeof World>[0] = {}) {
  const world = new World(options)
  const [ann, bob] = [await world.join('ann'), await world.join('bob')]
  for (const text of ['one', 'two', 'three', 'four']) world.server.say(ROOM, 'bob', text)
  return { world, ann, bob, time: world.time, clients: [ann.client, bob.client] }
}

async function messageOf(asserted: Promise<void>): Promise<string> {
  const error = await asserted.then(() => null).catch((reason: unknown) => reason)
  return error instanceof Error ? error.message : 'it has not failed'
}

/** A view of which something is said otherwise. */
function seenOtherwise(room: RoomHandle, change: object): RoomHandle {
  return { ...room, open: () => room.open(), id: room.id, getSnapshot: () => ({ ...room.getSnapshot(), ...change }) }
}

describe('those who show the same', () => {
  test('converge at once: given as clients or as rooms', async () => {
    const { clients, ann, bob, time } = await talking()
    await assertConverged(clients, ROOM, { time, within: 0 })
    await assertConverged([ann.room, bob.room], { time, within: 0 })
  })

  test('converge as soon as what is on its way has arrived, in virtual time and in real time', async () => {
    const { world, clients, ann, time } = await talking()
    world.server.behaviour = slow(700)
    ann.room.send('five')
    await assertConverged(clients, ROOM, { time })
    expect(time.now).toBeGreaterThanOrEqual(700)
    expect(time.now).toBeLessThan(1_000)

    const server = createFakeServer()
    server.room(ROOM, 'ann', 'bob')
    const real = ['ann', 'bob'].map(userId => createClient(server.clientOptions(userId)))
    for (const client of real) {
      client.connect()
      client.room(ROOM).open()
    }
    server.behaviour = slow(30)
    real[0]?.room(ROOM).send('hello')
    await assertConverged(real, ROOM, { server })
    expect(real[1]?.room(ROOM).getSnapshot().timeline).toMatchObject([{ message: { content: 'hello' } }])
    for (const client of real) client.disconnect()
  })

  test('converge in virtual time although the test runner has put fake timers in the place of the real ones', async () => {
    const { world, clients, ann, time } = await talking()
    vi.useFakeTimers()
    try {
      world.server.behaviour = slow(700)
      ann.room.send('five')
      await assertConverged(clients, ROOM, { time })
      expect(time.now).toBeGreaterThanOrEqual(700)
    } finally {
      vi.useRealTimers()
    }
  })

  test('converge in several rooms; one that differs is named', async () => {
    const { world, clients, time } = await talking()
    world.server.room('desk', 'ann', 'bob')
    for (const client of clients) client.room('desk').open()
    await assertConverged(clients, [ROOM, 'desk'], { time })
    world.server.behaviour = only('bob', losesEvents)
    world.server.say('desk', 'ann', 'hi')
    const message = await messageOf(assertConverged(clients, [ROOM, 'desk'], { time }))
    expect(message).toContain('within 5000 ms; in "desk" bob lacks message #4 "hi" by ann, which ann shows')
  })

  test('need not have loaded equally much of the history', async () => {
    const { world, clients, time } = await talking()
    for (let i = 0; i < 60; i++) world.server.say(ROOM, 'bob', `${i}`)
    const late = await world.join('ann')
    expect(late.room.getSnapshot().hasMore).toBe(true)
    await assertConverged([...clients, late.client], ROOM, { time, within: 100 })
    const other = seenOtherwise(late.room, { timeline: rows(late.room, { content: 'other' }) })
    const said = await messageOf(assertConverged([clients[0]?.room(ROOM) ?? expect.fail(), other], { time, within: 0 }))
    expect(said).toContain('content of message #67 "59" by bob')
  })

  test('equal what a fresh client loads from scratch, all of its history; it is gone afterwards', async () => {
    const { world, clients, time } = await talking()
    for (let i = 0; i < 120; i++) world.server.say(ROOM, 'bob', `${i}`)
    const made: Client[] = []
    const fresh = () => {
      const { client } = world.client('ann')
      made.push(client)
      return client
    }
    await assertConverged(clients, ROOM, { time, fresh })
    await assertConverged(clients.slice(0, 1), ROOM, { time, fresh })
    expect(made.map(client => client.connection.getSnapshot().state)).toEqual(['idle', 'idle'])
    expect(world.server.calls.filter(call => call.startsWith(`GET /api/rooms/${ROOM}/messages`))).toHaveLength(4)
  })
})

describe('those who do not', () => {
  test.each<[string, (given: Awaited<ReturnType<typeof talking>>) => unknown, RegExp]>([
    [
      'who lacks the last message, which nothing behind it betrays',
      ({ world }) => {
        world.server.behaviour = only('bob', losesEvents)
        world.server.say(ROOM, 'ann', 'lost')
      },
      /; bob lacks message #8 "lost" by ann, which ann shows\n {2}and ann is at #8, bob is at #7$/,
    ],
    [
      'who holds another incarnation of the log',
      ({ world, bob }) => {
        bob.client.disconnect()
        world.server.room(ROOM).restore(5)
        world.server.end(1006, 'ann')
      },
      /bob does not follow the room, it is joining .*\n {2}and bob reads the log e1, ann reads e2$/,
    ],
    [
      'who has something on its way',
      ({ world, ann }) => {
        world.server.behaviour = ignores
        ann.room.send('waiting')
      },
      /; ann has "waiting" on its way, sending$/,
    ],
    [
      'who has something that failed',
      ({ world, ann }) => {
        world.server.behaviour = refuses('muted')
        ann.room.send('no')
      },
      /; ann has "no" on its way, failed \(muted\)$/,
    ],
    [
      'whose message is durable and not in the log that is shown yet',
      ({ world, ann }) => {
        world.server.behaviour = ackLongBeforeEcho()
        ann.room.send('durable')
      },
      /; ann has "durable" on its way, sent$/,
    ],
    [
      'who has not opened the room',
      async ({ bob, time }) => {
        bob.close()
        await time.advance(2_000)
      },
      /; bob does not follow the room, it is closed \(nobody holds it open\)$/,
    ],
    [
      'who is not connected, and why',
      ({ world }) => {
        world.server.behaviour = only('bob', { connect: () => false })
        world.server.end(1006, 'bob')
      },
      /; bob does not follow the room, it is joining \(the connection is (waiting: |connecting)/,
    ],
    [
      'who was put out of the room',
      ({ world }) => world.server.remove(ROOM, 'bob'),
      /; bob does not follow the room, it is detached \(unable to read; it was ended: kicked\)/,
    ],
  ])('are named: %s', async (_name, happens, message) => {
    const given = await talking()
    await happens(given)
    const { clients, time } = given
    expect(await messageOf(assertConverged(clients, ROOM, { time, within: 4_000 }))).toMatch(message)
  })

  test('who hears nothing any more lacks what is said, and converges once that is noticed', async () => {
    const { world, clients, time } = await talking()
    world.server.behaviour = only('bob', silent)
    world.server.say(ROOM, 'ann', 'unheard')
    expect(await messageOf(assertConverged(clients, ROOM, { time }))).toContain('bob lacks message #8 "unheard" by ann')
    world.server.behaviour = {}
    await assertConverged(clients, ROOM, { time, within: 60_000 })
  })
})

describe('the server, when it is named,', () => {
  test.each([
    ['loses', losesEvents],
    ['has not told', slow(700)],
    ['says nothing', silent],
  ])('counts: clients that agree and all lack what it %s', async (_name, behaviour) => {
    const { world, clients, time } = await talking()
    const { server } = world
    server.behaviour = behaviour
    server.say(ROOM, 'bob', 'unheard')
    await assertConverged(clients, ROOM, { time, within: 0 })
    expect(await messageOf(assertConverged(clients, ROOM, { server, within: 600 }))).toMatch(
      /; ann lacks message #8 "unheard" by bob, which the server shows\n/,
    )
    server.behaviour = {}
    await assertConverged(clients, ROOM, { server, within: 90_000 }).catch(() => server.say(ROOM, 'bob', 'next'))
    await assertConverged(clients, ROOM, { server, within: 90_000 })
    await assertConverged(clients.slice(1), ROOM, { server })
  })

  test('waits for an edit that is on its way, whoever asked for it in the same turn', async () => {
    const { world, clients, bob } = await talking()
    const { server } = world
    const [{ id } = { id: '' }] = server.room(ROOM).messages
    const edited = bob.room.edit(id, 'edited')
    await assertConverged(clients, ROOM, { server })
    expect(clients.map(each => each.room(ROOM).getSnapshot().timeline[0])).toMatchObject([
      { message: { content: 'edited' } },
      { message: { content: 'edited' } },
    ])
    await edited
  })

  test.each([
    ['deals with it and says nothing', { receive: ({ type }: { type: string }) => type === 'message.edit' }],
    ['hears nothing', silent],
  ])('has an edit on its way when it %s, until its asker gives it up', async (_name, behaviour) => {
    const { world, clients, bob, time } = await talking()
    const { server } = world
    const [{ id } = { id: '' }] = server.room(ROOM).messages
    server.behaviour = only('bob', behaviour)
    if (behaviour === silent) server.connections[1]?.freeze()
    const given = bob.room.edit(id, 'edited').catch(({ code }: { code: string }) => code)
    expect(await messageOf(assertConverged(clients, ROOM, { server }))).toMatch(
      /; bob has message\.edit on its way, not answered$/,
    )
    await time.advance(30_000)
    expect(await given).toBe('timeout')
    server.behaviour = {}
    await assertConverged(clients, ROOM, { server, within: 60_000 })
  })

  test('has to have the room', async () => {
    const { world, clients } = await talking()
    const { server } = world
    server.deleteRoom(ROOM)
    expect(await messageOf(assertConverged(clients, ROOM, { server, within: 0 }))).toContain(
      'the server has no room "lobby"',
    )
  })
})

test('what was refused for good may stay where that is allowed, and nothing else that waits', async () => {
  const { world, clients, ann } = await talking()
  const { server } = world
  server.behaviour = refuses('muted')
  ann.room.send('no')
  await assertConverged(clients, ROOM, { server, allowFailed: true })
  server.behaviour = ignores
  ann.room.send('waiting')
  const said = await messageOf(assertConverged(clients, ROOM, { server, allowFailed: true }))
  expect(said).toMatch(/; ann has "waiting" on its way, sending$/)
})

describe('each thing that is shown', () => {
  test.each<[string, (room: RoomHandle) => object, string]>([
    [
      'content',
      room => ({ timeline: rows(room, { content: 'other' }) }),
      'content of message #7 "four" by bob is "four"',
    ],
    ['reactions', room => ({ timeline: rows(room, { reactions: { a: ['bob'] } }) }), 'reactions of message #7'],
    ['edits', room => ({ timeline: rows(room, { editedAt: 1 }) }), 'editedAt of message #7'],
    ['deletions', room => ({ timeline: rows(room, { deletedAt: 1 }) }), 'deletedAt of message #7'],
    ['ids', room => ({ timeline: rows(room, { id: 'x' }) }), 'id of message #7'],
    ['a row more', room => ({ timeline: [...rows(room, {}), ...rows(room, {}).slice(-1)] }), 'shows #7 behind #7'],
    ['order', room => ({ timeline: rows(room, {}).toReversed() }), 'shows #6 behind #7'],
    ['a row less', room => ({ timeline: rows(room, {}).slice(1) }), 'lacks message #4 "one" by bob'],
    [
      'roles',
      room => ({ members: room.getSnapshot().members.map(m => ({ ...m, role: 'admin' })) }),
      'role of the member',
    ],
    [
      'a member less',
      room => ({ members: room.getSnapshot().members.slice(1), memberCount: 1 }),
      'the number of members',
    ],
    ['the order of members', room => ({ members: room.getSnapshot().members.toReversed() }), 'the order of members'],
    ['the room', room => ({ room: { ...room.getSnapshot().room, topic: 'tea' } }), 'topic of the room is ""'],
    ['reads', () => ({ reads: { eve: 9 } }), 'how far eve has read is 4'],
    [
      'a gap',
      () => ({ continuity: { epoch: 'e1', seq: 7, complete: false, gap: { after: 7, before: 9 } } }),
      'a gap behind #7',
    ],
    ['older ones on their way', () => ({ loadingOlder: true }), 'is loading older messages'],
  ])('counts: %s', async (_name, change, message) => {
    const { ann, bob, time } = await talking()
    const eve = seenOtherwise(ann.room, { reads: { eve: 4 } })
    const other = seenOtherwise(bob.room, { ...change(bob.room) })
    const said = await messageOf(assertConverged([eve, other], { time, within: 0 }))
    expect(said).toContain(message)
  })

  test('what one person has read and has not is the same on their devices', async () => {
    const { world, clients, time } = await talking()
    const [ann] = clients
    const second = await world.join('ann')
    ann?.room(ROOM).markRead(6)
    await assertConverged([...clients, second.client], ROOM, { time })
    world.server.behaviour = { send: frames => (frames[0]?.type === 'reads' ? [] : [frames]) }
    ann?.room(ROOM).markRead(7)
    const said = await messageOf(assertConverged([...clients, second.client], ROOM, { time }))
    expect(said).toContain('how far they have read themselves is 7 for ann, 6 for ann (2)')
    expect(said).toContain('what is unread is 0 for ann, 1 for ann (2)')
  })

  test('of a large room, members whom one does not hold do not count, and their number does', async () => {
    const { ann, bob, time } = await talking()
    const held = ann.room.getSnapshot().members.slice(0, 1)
    const large = seenOtherwise(ann.room, { memberCount: 300 })
    await assertConverged([large, seenOtherwise(bob.room, { memberCount: 300, members: held })], { time })
    const said = await messageOf(assertConverged([large, seenOtherwise(bob.room, { memberCount: 299 })], { time }))
    expect(said).toContain('the number of members is 300 for ann, 299 for bob')
  })

  test('many differences are told up to a number', async () => {
    const { world, clients, time } = await talking()
    world.server.behaviour = only('bob', losesEvents)
    for (let i = 0; i < 20; i++) world.server.say(ROOM, 'ann', `${i}`)
    const asserted = assertConverged(clients, ROOM, { time, within: 0 })
    await expect(asserted).rejects.toMatchObject({ name: 'NotConverged', differences: { length: 21 } })
    await expect(asserted).rejects.toThrow(/\n {2}and 13 more$/)
  })
})

describe('a comparison that can prove nothing', () => {
  test('is an error: of one, of none, of no room', async () => {
    const { clients, ann } = await talking()
    await settle()
    for (const asserted of [
      assertConverged(clients.slice(1), ROOM),
      assertConverged([], ROOM),
      assertConverged(clients, []),
      assertConverged([ann.room]),
    ]) {
      await expect(asserted).rejects.toThrow('unable to compare; it takes two')
    }
  })

  test('is one with a fresh client that does not get in', async () => {
    const { world, clients, time } = await talking()
    world.server.behaviour = { connect: userId => userId !== 'eve' }
    const fresh = () => world.client('eve').client
    expect(await messageOf(assertConverged(clients, ROOM, { time, fresh }))).toMatch(
      /; a fresh client does not follow the room, it is joining \(the connection is/,
    )
  })
})

/** The rows of a room, the last one changed. */
function rows(room: RoomHandle, change: object) {
  const { timeline } = room.getSnapshot()
  return timeline.map((row, place) =>
    row.kind === 'message' && place === timeline.length - 1 ? { ...row, message: { ...row.message, ...change } } : row,
  )
}
