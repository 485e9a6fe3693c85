import { describe, expect, test } from 'vitest'
import { createClient } from '../../src/index.ts'
import {
  ackBeforeEcho,
  ackLongBeforeEcho,
  all,
  assertConverged,
  type Behaviour,
  createFakeServer,
  detachesLagging,
  diesBeforeAck,
  diesBeforeCommit,
  dropsAck,
  echoBeforeAck,
  failsCalls,
  forgetsCursors,
  ignores,
  keepsContract,
  losesEvents,
  only,
  rateLimited,
  refuses,
  refusesTokens,
  repeatsEvents,
  silent,
  slow,
  storeUnavailable,
  times,
  unreachable,
  VirtualTime,
} from '../../src/testing.ts'
import { desk, ROOM } from '../support/desk.ts'

/** What becomes of two messages under a behaviour: the rows a moment later, and after it has ended. */
const OF_MESSAGES: readonly [string, Behaviour, readonly string[]][] = [
  ['dropsAck', dropsAck, ['one', 'two']],
  ['echoBeforeAck', echoBeforeAck, ['one', 'two']],
  ['ackBeforeEcho', ackBeforeEcho, ['one', 'two']],
  ['ackLongBeforeEcho', ackLongBeforeEcho(), ['one (sent)', 'two (sent)']],
  ['diesBeforeAck', times(1, diesBeforeAck), ['one (queued)', 'two (queued)']],
  ['diesBeforeCommit', times(1, diesBeforeCommit), ['one (queued)', 'two (queued)']],
  ['ignores', ignores, ['one (sending)', 'two (sending)']],
  ['refuses for now', times(1, refuses('unavailable')), ['one (queued)', 'two (queued)']],
  ['rateLimited', times(1, rateLimited(3_000)), ['one (queued)', 'two (queued)']],
  ['storeUnavailable', storeUnavailable, ['one (queued)', 'two (queued)']],
  ['silent', silent, ['one (sending)', 'two (sending)']],
  ['slow', slow(2_000), ['one (sending)', 'two (sending)']],
  ['detachesLagging', detachesLagging, ['one', 'two']],
  ['repeatsEvents', repeatsEvents, ['one', 'two']],
  ['losesEvents', losesEvents, ['one (sent)', 'two (sent)']],
  ['forgetsCursors', forgetsCursors, ['one', 'two']],
  ['refusesTokens', refusesTokens, ['one', 'two']],
  ['unreachable', unreachable, ['one (queued)', 'two (queued)']],
  ['failsCalls', failsCalls(), ['one', 'two']],
]

describe('what is written while the server misbehaves', () => {
  test.each(OF_MESSAGES)(
    '%s: is shown as it is, arrives once and in order when it is over, and all converge',
    async (_name, behaviour, rows) => {
      const { server, time, behave, clients, room, shown } = await desk()
      behave(behaviour)
      room.send('one')
      room.send('two')
      await time.advance(10)
      expect(shown()).toEqual(rows)
      behave(keepsContract)
      if ('echo' in behaviour) (behaviour.echo as () => void)()
      await time.advance(45_000)
      // What comes after a lost event shows that it is lost.
      server.say(ROOM, 'bob', 'three')
      await assertConverged(clients, ROOM, {
        server,
        within: 60_000,
        fresh: () => createClient(server.clientOptions('ann')),
      })
      expect(shown()).toEqual(['one', 'two', 'three'])
      expect(server.room(ROOM).messages.map(({ content }) => content)).toEqual(['one', 'two', 'three'])
    },
  )

  test('refused for now, again and again: those behind the first are out of order, and nothing overtakes', async () => {
    const { time, behave, room, shown } = await desk()
    behave(rateLimited(1_000))
    room.send('one')
    room.send('two')
    await time.advance(0)
    const errors = room.getSnapshot().timeline.map(row => row.kind === 'pending' && row.error?.code)
    expect(errors).toEqual(['rate_limited', 'out_of_order'])
    await time.advance(5_000)
    behave(keepsContract)
    await time.advance(60_000)
    expect(shown()).toEqual(['one', 'two'])
  })

  test('only: what one person meets is nothing to the others', async () => {
    const { time, behave, ann, bob, shown } = await desk()
    behave(only('ann', ignores))
    ann.room(ROOM).send('ignored')
    bob.room(ROOM).send('taken')
    await time.advance(0)
    expect(shown()).toEqual(['taken', 'ignored (sending)'])
  })

  test('a refusal for good fails visibly', async () => {
    const { behave, room, shown, time } = await desk()
    behave(times(1, refuses('forbidden')))
    const { acknowledged } = room.send('no')
    room.send('yes')
    await expect(acknowledged).rejects.toMatchObject({ code: 'forbidden' })
    await time.advance(0)
    expect(shown()).toEqual(['yes', 'no (failed)'])
  })
})

describe('what is read while the server misbehaves', () => {
  test.each([
    ['detachesLagging', times(3, detachesLagging)],
    ['repeatsEvents', repeatsEvents],
    ['losesEvents', times(4, losesEvents)],
    ['slow', slow(500)],
  ])('%s: all is shown once, in order', async (_name, behaviour) => {
    const { server, time, behave, clients, shown } = await desk()
    behave(behaviour)
    for (const text of ['one', 'two', 'three', 'four']) {
      server.say(ROOM, 'bob', text)
      await time.advance(1_000)
    }
    await assertConverged(clients, ROOM, { server })
    expect(shown()).toEqual(['one', 'two', 'three', 'four'])
  })

  test('silent: online at first; given up when the heartbeat is not answered, and made anew', async () => {
    const { server, time, behave, ann, clients } = await desk()
    behave(only('ann', silent))
    server.say(ROOM, 'bob', 'unheard')
    await time.advance(30_000)
    expect(ann.connection.getSnapshot().state).toBe('online')
    await time.advance(10_100)
    expect(ann.connection.getSnapshot().state).not.toBe('online')
    behave(keepsContract)
    await assertConverged(clients, ROOM, { server, within: 60_000 })
  })

  test('forgetsCursors: opened from a snapshot, with older messages behind loadOlder', async () => {
    const { server, behave, ann, clients, room } = await desk()
    for (let i = 0; i < 70; i++) server.say(ROOM, 'bob', `${i}`)
    behave(forgetsCursors)
    server.end(1006, 'ann')
    await assertConverged(clients, ROOM, { server })
    expect(room.getSnapshot()).toMatchObject({ hasMore: true, timeline: { length: 50 } })
    await ann.room(ROOM).loadOlder()
    expect(room.getSnapshot()).toMatchObject({ hasMore: false, timeline: { length: 70 } })
  })

  test('refusesTokens: stopped as unauthorized; unreachable: waiting, with what is written kept', async () => {
    const { server, time, behave, ann, bob, clients, room, shown } = await desk()
    behave(all(only('bob', refusesTokens), only('ann', unreachable)))
    server.end()
    await time.advance(60_000)
    room.send('kept')
    expect(bob.connection.getSnapshot()).toMatchObject({ state: 'stopped', reason: 'unauthorized' })
    expect(ann.connection.getSnapshot()).toMatchObject({ state: 'waiting' })
    expect(shown()).toEqual(['kept (queued)'])
    behave(keepsContract)
    bob.connect()
    await assertConverged(clients, ROOM, { server, within: 60_000 })
  })

  test('failsCalls: rooms stay live, and calls reject', async () => {
    const { server, behave, ann, room, time, shown } = await desk()
    behave(failsCalls('rate_limited'))
    await expect(room.members.list()).rejects.toMatchObject({ code: 'rate_limited', retryable: true })
    await ann.rooms.refresh()
    expect(ann.rooms.getSnapshot().error).toMatchObject({ code: 'rate_limited' })
    server.say(ROOM, 'bob', 'still live')
    await time.advance(0)
    expect(shown()).toEqual(['still live'])
  })

  test('storeUnavailable: commands and calls that change something reject, reading goes on', async () => {
    const { server, behave, room } = await desk()
    server.say(ROOM, 'ann', 'mine')
    behave(storeUnavailable)
    const [{ id } = { id: '' }] = server.room(ROOM).messages
    await expect(room.edit(id, 'other')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(room.update({ topic: 'tea' })).rejects.toMatchObject({ code: 'unavailable' })
    await expect(room.members.list()).resolves.toMatchObject({ members: { length: 2 } })
  })

  test('storeUnavailable: how far somebody has read is not written, and is once it can be', async () => {
    const { server, time, behave, bob, clients } = await desk()
    server.say(ROOM, 'ann', 'read me')
    behave(storeUnavailable)
    bob.room(ROOM).markRead()
    await time.advance(5_000)
    const lastRead = () => server.room(ROOM).reads.of('bob').lastReadSeq
    expect(lastRead()).toBe(3)
    behave(keepsContract)
    await time.advance(60_000)
    expect(lastRead()).toBe(4)
    await assertConverged(clients, ROOM, { server })
  })

  test('unreachable: who was connected is not any more, and finds back as soon as their device says that it is online', async () => {
    const time = new VirtualTime()
    const server = createFakeServer({ time })
    server.room(ROOM, 'ann', 'bob')
    const options = server.clientOptions('ann')
    const ann = createClient(options)
    const bob = createClient(server.clientOptions('bob'))
    for (const client of [ann, bob]) {
      client.connect()
      client.room(ROOM).open()
    }
    await assertConverged([ann, bob], ROOM, { server })
    server.behaviour = only('ann', unreachable)
    expect(server.connections.map(({ isOpen }) => isOpen)).toEqual([false, true])
    options.platform.network.tell('down')
    await time.advance(0)
    expect(ann.connection.getSnapshot().state).toBe('offline')
    await time.advance(3_600_000)
    server.behaviour = keepsContract
    options.platform.network.tell('up')
    await assertConverged([ann, bob], ROOM, { server, within: 100 })
  })
})

describe('what a server does to its clients', () => {
  test('expireTokens: a new token, and on without a wait', async () => {
    const { server, time, ann, clients } = await desk()
    server.expireTokens('ann')
    await time.advance(0)
    expect(ann.connection.getSnapshot().state).toBe('online')
    await assertConverged(clients, ROOM, { server })
  })

  test('drain: everybody moves within the time given, and nobody misses anything', async () => {
    const { server, time, clients } = await desk()
    const before = server.connections.length
    server.drain(4_000)
    await time.advance(2_100)
    server.say(ROOM, 'bob', 'moved')
    await time.advance(2_000)
    expect(server.connections.length).toBe(before + 2)
    expect(server.connections.slice(0, before).map(({ isOpen }) => isOpen)).toEqual([false, false])
    await assertConverged(clients, ROOM, { server })
  })

  test.each(['kicked', 'banned', 'left'] as const)(
    'remove (%s): the room is detached, nothing of it comes any more',
    async reason => {
      const { server, time, bob } = await desk({ inbox: 'live' })
      await time.advance(1_000)
      expect(bob.rooms.getSnapshot().rooms).toHaveLength(1)
      server.remove(ROOM, 'bob', reason)
      server.say(ROOM, 'ann', 'secret')
      await time.advance(2_000)
      const view = bob.room(ROOM).getSnapshot()
      expect(view).toMatchObject({ status: 'detached', detachCode: reason })
      expect(JSON.stringify(view)).not.toContain('secret')
      expect(bob.rooms.getSnapshot().rooms).toEqual([])
      if (reason === 'banned') await expect(bob.room(ROOM).join()).rejects.toMatchObject({ code: 'forbidden' })
      else await expect(bob.room(ROOM).join()).resolves.toBeUndefined()
    },
  )

  test('detach (lagging): opened again at once; deleteRoom: gone for all', async () => {
    const { server, behave, clients, room } = await desk()
    behave(only('ann', detachesLagging))
    server.say(ROOM, 'bob', 'too much')
    expect(server.connections.map(({ rooms }) => rooms.has(ROOM))).toEqual([false, true])
    behave(keepsContract)
    server.detach(ROOM, 'lagging', 'ann')
    server.say(ROOM, 'bob', 'missed')
    await assertConverged(clients, ROOM, { server })
    server.deleteRoom(ROOM)
    expect(room.getSnapshot()).toMatchObject({ status: 'detached', detachCode: 'deleted', timeline: [] })
  })

  test('restoreBackup: another epoch; what came after is gone for everybody, what waits is sent', async () => {
    const { server, clients, room, shown } = await desk()
    for (const text of ['one', 'two', 'three']) server.say(ROOM, 'bob', text)
    server.restoreBackup(ROOM, 4)
    room.send('after')
    await assertConverged(clients, ROOM, { server, within: 60_000 })
    expect(room.getSnapshot().continuity.epoch).toBe('e2')
    expect(shown()).toEqual(['one', 'after'])
  })
})
