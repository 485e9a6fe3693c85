import { expect, test } from 'vitest'
import type { Presence } from '../src/contract.ts'
import { type Person, people, person } from '../src/people.ts'
import { kick, makeRoom } from '../src/rooms.ts'
import { expectTime } from '../src/shape.ts'
import { presenceOf, toldOf, untilPresence } from '../src/signals.ts'
import type { Socket } from '../src/socket.ts'
import { unique } from '../src/unique.ts'

type Status = Presence['status']

/** Protocol §4: over all sessions the most available one wins, in this order. */
const BY_AVAILABILITY: readonly Status[] = ['online', 'busy', 'away', 'offline']

const set = (status: Status, extra: object = {}) => ({ type: 'presence.set', status, ...extra })

/** A person, and somebody who has a room open with them. */
async function watched(label = 'bob'): Promise<{ bob: Person; ann: Person; watcher: Socket; roomId: string }> {
  const [ann, bob] = await people('ann', label)
  const roomId = await makeRoom(ann, { members: [bob] })
  const watcher = await ann.connect()
  await watcher.open(roomId)
  return { ann, bob, watcher, roomId }
}

/**
 * Says `status` on the session, and waits until the watcher was told of that very saying: a custom status of its own marks
 * it. So what the watcher knows then is not from before.
 */
async function say(socket: Socket, watcher: Socket, userId: string, status: Status): Promise<Presence> {
  const customStatus = unique('mark')
  socket.send(set(status, { customStatus }))
  return await untilPresence(watcher, userId, { customStatus })
}

test('[P4.presence.1] session.hello makes one online, for whoever has a room open with that user', async () => {
  const { bob, watcher } = await watched()
  await bob.connect()
  const told = await untilPresence(watcher, bob.id, { status: 'online' })
  expectTime(told.lastSeen)
})

test.each(['terminated', 'closed'])('[P4.presence.2] whose last session was %s is offline', async how => {
  const { bob, watcher } = await watched()
  const sockets = [await bob.connect(), await bob.connect()]
  await untilPresence(watcher, bob.id, { status: 'online' })
  for (const socket of sockets) {
    if (how === 'closed') socket.ws.close(1000)
    else socket.terminate()
  }
  expectTime((await untilPresence(watcher, bob.id, { status: 'offline' })).lastSeen)
})

test('[P4.presence.3] presence.set reaches them, with customStatus and dndUntil', async () => {
  const { bob, watcher } = await watched()
  const socket = await bob.connect()
  const dndUntil = Date.now() + 3_600_000
  for (const status of ['busy', 'away', 'online'] as const) {
    socket.send(set(status, { customStatus: `now ${status} 🎧`, dndUntil }))
    await untilPresence(watcher, bob.id, { status, customStatus: `now ${status} 🎧`, dndUntil })
  }
})

test('[P4.presence.4] presence.set has no answer', async () => {
  const { bob, watcher } = await watched()
  const socket = await bob.connect()
  const before = socket.log.length
  socket.send(set('busy', { ref: 'r' }))
  await untilPresence(watcher, bob.id, { status: 'busy' })
  await socket.fence()
  const answers = socket.log.slice(before).filter(frame => frame.type === 'ok' || frame.type === 'error')
  expect(answers).toEqual([])
})

test('[P4.presence.5] of two sessions the most available wins, whichever spoke last', async () => {
  const pairs = BY_AVAILABILITY.flatMap(first => BY_AVAILABILITY.map(second => [first, second] as const))
  const ann = await person('ann')
  const bobs = await Promise.all(pairs.map(() => person('bob')))
  const roomId = await makeRoom(ann, { members: bobs })
  const watcher = await ann.connect()
  await watcher.open(roomId)
  const both = async (bob: Person, [first, second]: readonly [Status, Status]) => {
    const [one, two] = [await bob.connect(), await bob.connect()]
    await say(one, watcher, bob.id, first)
    const most = BY_AVAILABILITY.find(status => status === first || status === second)
    // Of somebody offline a server need not tell what they say about themselves.
    if (most === 'offline') {
      two.send(set('offline'))
      return await untilPresence(watcher, bob.id, { status: 'offline' })
    }
    const told = await say(two, watcher, bob.id, second)
    expect(told.status, `${first} and ${second}`).toBe(most)
    return told
  }
  await Promise.all(pairs.map((pair, at) => both(bobs[at] ?? ann, pair)))
})

test('[P4.presence.6] when the more available session ends, the other one counts', async () => {
  const { bob, watcher } = await watched()
  const [away, online] = [await bob.connect(), await bob.connect()]
  expect((await say(away, watcher, bob.id, 'away')).status).toBe('online')
  online.terminate()
  await untilPresence(watcher, bob.id, { status: 'away' })
  away.send(set('busy'))
  await untilPresence(watcher, bob.id, { status: 'busy' })
})

test('[P4.presence.7] who is offline by their own wish is told so, and comes back by the next presence.set', async () => {
  const { bob, watcher } = await watched()
  const socket = await bob.connect()
  await untilPresence(watcher, bob.id, { status: 'online' })
  socket.send(set('offline'))
  await untilPresence(watcher, bob.id, { status: 'offline' })
  socket.send(set('online'))
  await untilPresence(watcher, bob.id, { status: 'online' })
})

test('[P4.presence.8] who has no room open with that user is told nothing', async () => {
  const { ann, bob, watcher, roomId } = await watched()
  const [cy, stranger] = await people('cy', 'stranger')
  const elsewhere = await makeRoom(ann, { members: [cy] })
  const outside = [await cy.connect(), await stranger.connect(), await ann.connect()]
  await outside[0]?.open(elsewhere)
  await outside[1]?.open(await makeRoom(stranger))
  const left = await ann.connect()
  await left.open(roomId)
  await left.request({ type: 'room.close', roomId })
  const before = left.log.length
  const socket = await bob.connect()
  for (const status of ['busy', 'away', 'online'] as const) await say(socket, watcher, bob.id, status)
  for (const one of outside) {
    await one.fence()
    expect(presenceOf(one, bob.id)).toBeUndefined()
  }
  await left.fence()
  expect(toldOf(left, bob.id, before)).toEqual([])
})

test('[P4.presence.9] each session that opens a room with that user is told, whenever it opens', async () => {
  const { ann, bob, watcher, roomId } = await watched()
  const socket = await bob.connect()
  await say(socket, watcher, bob.id, 'busy')
  const late = await ann.connect()
  await late.open(roomId)
  await say(socket, late, bob.id, 'away')
  expect(presenceOf(late, bob.id)?.status).toBe('away')
  await untilPresence(watcher, bob.id, { status: 'away' })
})

test('[P4.presence.10] who was removed is told nothing more of those in the room, and they nothing of them', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  const common = await makeRoom(bob, { members: [cy] })
  const [inside, removed, witness] = [await ann.connect(), await bob.connect(), await cy.connect()]
  await inside.open(roomId)
  await removed.open(roomId)
  await witness.open(roomId)
  await witness.open(common)
  await say(removed, inside, bob.id, 'busy')
  await kick(ann, roomId, bob)
  await removed.next('room.detached', frame => frame.roomId === roomId)
  await inside.next('message.event', frame => frame.events.some(event => event.kind === 'member.left'))
  const [before, from] = [removed.log.length, inside.log.length]
  await say(inside, witness, ann.id, 'away')
  await say(removed, witness, bob.id, 'away')
  await say(inside, witness, ann.id, 'busy')
  for (const socket of [removed, inside]) await socket.fence()
  expect(toldOf(removed, ann.id, before)).toEqual([])
  expect(toldOf(inside, bob.id, from)).toEqual([])
})

test('[P4.presence.11] changes only: who has not changed is not told of again', async () => {
  const { ann, bob, watcher, roomId } = await watched()
  const cy = await person('cy')
  const other = await makeRoom(ann, { members: [cy] })
  await watcher.open(other)
  const [quiet, lively] = [await bob.connect(), await cy.connect()]
  await say(quiet, watcher, bob.id, 'busy')
  const before = watcher.log.length
  for (const status of ['busy', 'away', 'online'] as const) await say(lively, watcher, cy.id, status)
  expect(toldOf(watcher, bob.id, before)).toEqual([])
  const reader = await ann.connect()
  await reader.open(roomId)
  await say(quiet, reader, bob.id, 'online')
})

test('[P4.presence.12] every user of a presence frame has userId, status and lastSeen', async () => {
  const { bob, watcher } = await watched()
  const socket = await bob.connect()
  await say(socket, watcher, bob.id, 'away')
  for (const told of watcher.log.flatMap(frame => (frame.type === 'presence' ? frame.users : []))) {
    expect(told.userId).toBeTypeOf('string')
    expect(BY_AVAILABILITY).toContain(told.status)
    expect(told).toHaveProperty('lastSeen')
    if (told.status !== 'offline') expectTime(told.lastSeen)
  }
})
