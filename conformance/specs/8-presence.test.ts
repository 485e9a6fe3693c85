import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Person, people, person } from '../src/people.ts'
import { commands, join, makeRoom } from '../src/rooms.ts'
import { expectPaced, presenceOf, timesOf, toldOf, untilPresence } from '../src/signals.ts'
import type { Socket } from '../src/socket.ts'
import { unique } from '../src/unique.ts'

// Choices of this server where the contract leaves one (§8 of its protocol page), about presence.

/** A viewer is told at most once in this time; what changes meanwhile is in one frame. */
const FLUSH_MS = 1_000

/** A session that has ended still counts for so long. */
const GRACE_MS = 3_000

/** How long a reload takes here: long enough for a frame that would tell of it. */
const AWAY_MS = 1_300

const set = (status: string, extra: object = {}) => ({ type: 'presence.set', status, ...extra })

/** A person, and somebody who has a room open with them. */
async function watched(): Promise<{ bob: Person; ann: Person; watcher: Socket; roomId: string }> {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const watcher = await ann.connect()
  await watcher.open(roomId)
  return { ann, bob, watcher, roomId }
}

test('[P8.presence.1] who opens a room is told of everybody there who is not offline', async () => {
  const { ann, bob, roomId } = await watched()
  const socket = await bob.connect()
  socket.send(set('busy', { customStatus: 'deep in it' }))
  await socket.fence()
  const late = await ann.connect()
  await late.open(roomId)
  await untilPresence(late, bob.id, { status: 'busy', customStatus: 'deep in it' })
})

test('[P8.presence.2] a session that ends and comes back within 3 s does not flicker', async () => {
  const { bob, watcher } = await watched()
  let socket = await bob.connect()
  await untilPresence(watcher, bob.id, { status: 'online' })
  for (let reload = 0; reload < 3; reload += 1) {
    const [from, ended, customStatus] = [watcher.log.length, performance.now(), unique('mark')]
    socket.terminate()
    await sleep(AWAY_MS)
    socket = await bob.connect()
    const isInTime = performance.now() - ended < GRACE_MS
    socket.send(set('online', { customStatus }))
    await untilPresence(watcher, bob.id, { customStatus })
    // On a machine that took longer to come back nothing is proven, and nothing is wrong.
    if (isInTime) expect(toldOf(watcher, bob.id, from).map(told => told.status)).not.toContain('offline')
  }
})

test('[P8.presence.3] what presence.set leaves out stays, null takes it away', async () => {
  const { bob, watcher } = await watched()
  const socket = await bob.connect()
  const dndUntil = Date.now() + 3_600_000
  socket.send(set('busy', { customStatus: 'lunch', dndUntil }))
  await untilPresence(watcher, bob.id, { status: 'busy', customStatus: 'lunch', dndUntil })
  socket.send(set('away'))
  await untilPresence(watcher, bob.id, { status: 'away', customStatus: 'lunch', dndUntil })
  socket.send(set('away', { customStatus: null }))
  await untilPresence(watcher, bob.id, { status: 'away', customStatus: null, dndUntil })
  socket.send(set('away', { dndUntil: null }))
  await untilPresence(watcher, bob.id, { status: 'away', customStatus: null, dndUntil: null })
})

test('[P8.presence.4] a dndUntil that is over is none', async () => {
  const { bob, watcher } = await watched()
  const socket = await bob.connect()
  const dndUntil = Date.now() + 3_600_000
  socket.send(set('online', { dndUntil }))
  await untilPresence(watcher, bob.id, { dndUntil })
  socket.send(set('online', { dndUntil: Date.now() - 1 }))
  await untilPresence(watcher, bob.id, { dndUntil: null })
})

test('[P8.presence.5] a customStatus over 256 bytes, or of text that cannot be kept, is bad_request', async () => {
  const { bob, watcher } = await watched()
  const socket = await bob.connect()
  const longest = '€'.repeat(85)
  for (const customStatus of [`${longest}xx`, 'x'.repeat(257), 'a\u0000b', 'a\ud800b']) {
    expect(await socket.request(set('busy', { customStatus }))).toMatchObject({ type: 'error', code: 'bad_request' })
  }
  socket.send(set('online', { customStatus: `${longest}x` }))
  await untilPresence(watcher, bob.id, { status: 'online', customStatus: `${longest}x` })
})

test('[P8.presence.6] currentRoom is told to the readers of that room alone, and only when it can be read', async () => {
  const { ann, bob, watcher, roomId } = await watched()
  const cy = await person('cy')
  const [other, foreign] = [await makeRoom(ann, { members: [bob, cy] }), await makeRoom(ann, { name: 'not for bob' })]
  const elsewhere = await cy.connect()
  await elsewhere.open(other)
  const socket = await bob.connect()
  socket.send(set('busy', { currentRoom: roomId }))
  await untilPresence(watcher, bob.id, { status: 'busy', currentRoom: roomId })
  await untilPresence(elsewhere, bob.id, { status: 'busy' })
  socket.send(set('away', { currentRoom: foreign }))
  await untilPresence(watcher, bob.id, { status: 'away' })
  await untilPresence(elsewhere, bob.id, { status: 'away' })
  socket.send(set('online', { currentRoom: null }))
  await untilPresence(watcher, bob.id, { status: 'online', currentRoom: null })
  expect(JSON.stringify(toldOf(elsewhere, bob.id))).not.toContain(roomId)
  for (const one of [watcher, elsewhere]) expect(JSON.stringify(toldOf(one, bob.id))).not.toContain(foreign)
})

test('[P8.presence.7] device is that of the most available session, as its hello named it', async () => {
  const { bob, watcher } = await watched()
  const hello = (device: string) => ({ client: { name: 'conformance', version: '1', device } })
  const phone = await bob.connect(hello('mobile'))
  await untilPresence(watcher, bob.id, { status: 'online', device: 'mobile' })
  phone.send(set('away'))
  await untilPresence(watcher, bob.id, { status: 'away', device: 'mobile' })
  await bob.connect(hello('desktop'))
  await untilPresence(watcher, bob.id, { status: 'online', device: 'desktop' })
})

test('[P8.presence.8] presence.set by POST /api/commands stands for a session: no answer among the answers', async () => {
  const { bob, watcher } = await watched()
  const answers = await commands(bob, [set('busy', { customStatus: 'by request' }), { type: 'ping', n: 1 }])
  expect(answers).toEqual([{ type: 'pong', n: 1 }])
  await untilPresence(watcher, bob.id, { status: 'busy', customStatus: 'by request' })
})

test('[P8.presence.9] changes are coalesced: a viewer gets at most one frame a second', async () => {
  const [ann, ...others] = await people('ann', 'b', 'c', 'd')
  const roomId = await makeRoom(ann, { members: others })
  const watcher = await ann.connect()
  await watcher.open(roomId)
  const sockets = await Promise.all(others.map(one => one.connect()))
  for (const one of others) await untilPresence(watcher, one.id, { status: 'online' })
  await watcher.fence()
  const [from, since] = [watcher.log.length, performance.now()]
  for (let round = 0; round < 30; round += 1) {
    for (const socket of sockets) socket.send(set(round % 2 === 0 ? 'busy' : 'away'))
    await watcher.fence()
  }
  const marks = others.map(() => unique('mark'))
  for (const [at, socket] of sockets.entries()) socket.send(set('busy', { customStatus: marks[at] }))
  for (const [at, one] of others.entries()) {
    await untilPresence(watcher, one.id, { status: 'busy', customStatus: marks[at] ?? null })
  }
  expectPaced(
    timesOf(watcher, 'presence', () => true, from),
    since,
    FLUSH_MS,
  )
})

test('[P8.presence.10] a person in two opened rooms is told once', async () => {
  const { ann, bob, watcher } = await watched()
  await watcher.open(await makeRoom(ann, { members: [bob] }))
  const socket = await bob.connect()
  await untilPresence(watcher, bob.id, { status: 'online' })
  const customStatus = unique('mark')
  socket.send(set('busy', { customStatus }))
  await untilPresence(watcher, bob.id, { customStatus })
  for (const frame of watcher.log.filter(one => one.type === 'presence')) {
    expect(frame.users.length).toBe(new Set(frame.users.map(user => user.userId)).size)
  }
  expect(presenceOf(watcher, bob.id)?.status).toBe('busy')
})

test('[P8.presence.11] who reads a public room without having joined is told of nobody there until they join', async () => {
  const [ann, bob, reader] = await people('ann', 'bob', 'reader')
  const roomId = await makeRoom(ann, { type: 'public', members: [bob] })
  const [watcher, outside, socket] = [await ann.connect(), await reader.connect(), await bob.connect()]
  for (const one of [watcher, outside]) await one.open(roomId)
  for (const status of ['busy', 'away']) {
    const customStatus = unique('mark')
    socket.send(set(status, { customStatus, currentRoom: roomId }))
    await untilPresence(watcher, bob.id, { customStatus })
  }
  await outside.fence()
  expect(toldOf(outside, bob.id)).toEqual([])
  await join(reader, roomId)
  await untilPresence(outside, bob.id, { status: 'away' })
})
