import { expect, test } from 'vitest'
import type { Presence } from '../src/contract.ts'
import { type Answer, expectBody, expectProblem, expectSuccess } from '../src/http.ts'
import { type Person, people, person } from '../src/people.ts'
import { commands, join, kick, makeRoom, roomPath } from '../src/rooms.ts'
import { expectTime } from '../src/shape.ts'
import { presenceOf, toldOf, untilPresence } from '../src/signals.ts'
import type { Socket } from '../src/socket.ts'
import { unique } from '../src/unique.ts'

// Choices of this server where the contract leaves one (§8 of its protocol page), about asking for presence.

const set = (status: string, extra: object = {}) => ({ type: 'presence.set', status, ...extra })

function ask(reader: Person, userIds: readonly string[]): Promise<Answer<{ users: readonly Presence[] }>> {
  return reader.api.get(`/api/presence?users=${userIds.map(encodeURIComponent).join(',')}`)
}

/** Waits until a watcher is told of a fresh custom status: whatever was said before is known then. */
async function settle(socket: Socket, watcher: Socket, userId: string, status = 'online'): Promise<void> {
  const customStatus = unique('mark')
  socket.send(set(status, { customStatus }))
  await untilPresence(watcher, userId, { customStatus })
}

test('[P8.people.1] GET /api/presence tells of the people named, one’s own self included', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const [watcher, socket] = [await ann.connect(), await bob.connect()]
  await watcher.open(roomId)
  await settle(socket, watcher, bob.id, 'busy')
  const { users } = expectBody(await ask(ann, [bob.id, ann.id]), 200)
  expect(users.map(user => user.userId).sort()).toEqual([ann.id, bob.id].sort())
  expect(users.find(user => user.userId === bob.id)).toMatchObject({ status: 'busy' })
  expect(users.find(user => user.userId === ann.id)).toMatchObject({ status: 'online' })
  for (const user of users) expectTime(user.lastSeen)
})

test('[P8.people.2] of strangers it tells the same as of people who do not exist', async () => {
  const [ann, stranger] = await people('ann', 'stranger')
  const socket = await stranger.connect()
  socket.send(set('busy', { customStatus: 'secret' }))
  await socket.fence()
  const nobody = unique('nobody')
  const { users } = expectBody(await ask(ann, [stranger.id, nobody]), 200)
  for (const userId of [stranger.id, nobody]) {
    expect(users.find(user => user.userId === userId)).toEqual({ userId, status: 'offline', lastSeen: null })
  }
})

test('[P8.people.3] at most 200 people are asked for at once', async () => {
  const ann = await person('ann')
  const ids = Array.from({ length: 200 }, () => unique('u'))
  expectBody(await ask(ann, ids), 200)
  expectProblem(await ask(ann, [...ids, ann.id]), 400, 'bad_request')
})

test('[P8.people.4] GET /api/rooms/:id/presence?since= names its members who are or were there since', async () => {
  const [ann, bob, cy, dee] = await people('ann', 'bob', 'cy', 'dee')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  await makeRoom(ann, { members: [dee] })
  const [watcher, here, gone, outside] = await Promise.all([ann, bob, cy, dee].map(one => one.connect()))
  if (watcher === undefined || here === undefined || gone === undefined || outside === undefined) throw new Error()
  await watcher.open(roomId)
  await settle(here, watcher, bob.id)
  await settle(gone, watcher, cy.id)
  gone.terminate()
  await untilPresence(watcher, cy.id, { status: 'offline' })
  const since = async (ms: number) => {
    const answer = await ann.api.get<{ users: readonly Presence[] }>(roomPath(roomId, `/presence?since=${ms}`))
    return new Map(expectBody(answer, 200).users.map(user => [user.userId, user.status]))
  }
  const now = presenceOf(watcher, cy.id)?.lastSeen ?? 0
  const all = await since(now - 60_000)
  expect([...all.keys()].sort()).toEqual([ann.id, bob.id, cy.id].sort())
  expect([all.get(bob.id), all.get(cy.id)]).toEqual(['online', 'offline'])
  expect([...(await since(now + 60_000)).keys()].sort()).toEqual([ann.id, bob.id].sort())
})

test('[P8.people.5] since that is no integer is bad_request', async () => {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  for (const since of ['soon', '1.5', '{}']) {
    expectProblem(await ann.api.get(roomPath(roomId, `/presence?since=${since}`)), 400, 'bad_request')
  }
})

test('[P8.people.6] who is there in a public room is told to its members only: anybody else is forbidden', async () => {
  const [ann, reader] = await people('ann', 'reader')
  const roomId = await makeRoom(ann, { type: 'public' })
  expectProblem(await reader.api.get(roomPath(roomId, '/presence')), 403, 'forbidden')
  await join(reader, roomId)
  expectSuccess(await reader.api.get(roomPath(roomId, '/presence')))
  const hidden = await makeRoom(ann)
  expectProblem(await reader.api.get(roomPath(hidden, '/presence')), 404, 'not_found')
})

test('[P8.watch.1] presence.watch is answered ok, and tells of people without a room open', async () => {
  const [ann, bob] = await people('ann', 'bob')
  await makeRoom(ann, { members: [bob] })
  const [watcher, socket] = [await ann.connect(), await bob.connect()]
  expect(await watcher.request({ type: 'presence.watch', userIds: [bob.id] })).toMatchObject({ type: 'ok' })
  await untilPresence(watcher, bob.id, { status: 'online' })
  socket.send(set('busy'))
  await untilPresence(watcher, bob.id, { status: 'busy' })
})

test('[P8.watch.2] of somebody who shares no room nothing is told', async () => {
  const [ann, bob, stranger] = await people('ann', 'bob', 'stranger')
  await makeRoom(ann, { members: [bob] })
  await makeRoom(bob, { members: [stranger] })
  const [watcher, witness] = [await ann.connect(), await bob.connect()]
  expect(await watcher.request({ type: 'presence.watch', userIds: [bob.id, stranger.id] })).toMatchObject({
    type: 'ok',
  })
  await witness.request({ type: 'presence.watch', userIds: [stranger.id] })
  const outside = await stranger.connect()
  await settle(outside, witness, stranger.id, 'busy')
  await settle(witness, watcher, bob.id, 'busy')
  expect(presenceOf(watcher, stranger.id)).toBeUndefined()
})

test('[P8.watch.3] the next presence.watch takes the place of the one before', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob, cy] })
  const [watcher, witness, one, other] = [
    await ann.connect(),
    await ann.connect(),
    await bob.connect(),
    await cy.connect(),
  ]
  await witness.open(roomId)
  await watcher.request({ type: 'presence.watch', userIds: [bob.id] })
  await settle(one, watcher, bob.id)
  await watcher.request({ type: 'presence.watch', userIds: [cy.id] })
  const from = watcher.log.length
  await settle(one, witness, bob.id, 'busy')
  await settle(other, watcher, cy.id, 'busy')
  expect(toldOf(watcher, bob.id, from)).toEqual([])
})

test('[P8.watch.4] more than 200 people, or what is no list of ids, is bad_request', async () => {
  const ann = await person('ann')
  const socket = await ann.connect()
  const many = Array.from({ length: 201 }, () => unique('u'))
  for (const userIds of [many, undefined, 'bob', [7], [''], ['x'.repeat(129)]]) {
    const answer = await socket.request({ type: 'presence.watch', userIds })
    expect(answer, String(userIds)).toMatchObject({ type: 'error', code: 'bad_request' })
  }
  expect(await socket.request({ type: 'presence.watch', userIds: many.slice(1) })).toMatchObject({ type: 'ok' })
})

test('[P8.watch.5] by POST /api/commands it is refused: there is no session to tell', async () => {
  const ann = await person('ann')
  const answers = await commands(ann, [{ type: 'presence.watch', ref: 'w', userIds: [ann.id] }])
  expect(answers).toEqual([expect.objectContaining({ type: 'error', ref: 'w', retryable: false })])
})

test('[P8.watch.6] with the last common room the watching ends', async () => {
  const [ann, bob, cy] = await people('ann', 'bob', 'cy')
  const roomId = await makeRoom(ann, { members: [bob] })
  await makeRoom(ann, { members: [cy] })
  const [watcher, socket, witness] = [await bob.connect(), await ann.connect(), await cy.connect()]
  await watcher.request({ type: 'presence.watch', userIds: [ann.id] })
  await witness.request({ type: 'presence.watch', userIds: [ann.id] })
  await untilPresence(watcher, ann.id, { status: 'online' })
  await kick(ann, roomId, bob)
  const from = watcher.log.length
  for (const status of ['busy', 'away']) await settle(socket, witness, ann.id, status)
  await watcher.fence()
  expect(toldOf(watcher, ann.id, from).filter(told => told.status !== 'offline' || told.lastSeen !== null)).toEqual([])
})

test('[P8.watch.7] an empty presence.watch ends the watching', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const [watcher, witness, socket] = [await ann.connect(), await ann.connect(), await bob.connect()]
  await witness.open(roomId)
  await watcher.request({ type: 'presence.watch', userIds: [bob.id] })
  await untilPresence(watcher, bob.id, { status: 'online' })
  await watcher.request({ type: 'presence.watch', userIds: [] })
  const from = watcher.log.length
  for (const status of ['busy', 'away']) await settle(socket, witness, bob.id, status)
  await watcher.fence()
  expect(toldOf(watcher, bob.id, from)).toEqual([])
})

test('[P8.watch.8] whom one shares no room with any more is told to be offline, and not since when', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const watcher = await bob.connect()
  await ann.connect()
  await watcher.request({ type: 'presence.watch', userIds: [ann.id] })
  await untilPresence(watcher, ann.id, { status: 'online' })
  await kick(ann, roomId, bob)
  expect((await untilPresence(watcher, ann.id, { status: 'offline' })).lastSeen).toBe(null)
})

test('[P8.watch.9] who is offline is told with when they were last there', async () => {
  const [ann, bob] = await people('ann', 'bob')
  await makeRoom(ann, { members: [bob] })
  const [witness, socket] = [await bob.connect(), await ann.connect()]
  await witness.request({ type: 'presence.watch', userIds: [ann.id] })
  await untilPresence(witness, ann.id, { status: 'online' })
  socket.terminate()
  const { lastSeen } = await untilPresence(witness, ann.id, { status: 'offline' })
  const watcher = await bob.connect()
  await watcher.request({ type: 'presence.watch', userIds: [ann.id] })
  expect((await untilPresence(watcher, ann.id, { status: 'offline' })).lastSeen).toBe(lastSeen)
})

test('[P8.hidden.1] who appears offline is offline to everybody else, and themselves to themselves', async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const [watcher, own] = [await ann.connect(), await bob.connect()]
  for (const one of [watcher, own]) await one.open(roomId)
  await settle(own, watcher, bob.id)
  expectSuccess(await bob.api.patch('/api/me', { appearOffline: true }))
  expectTime((await untilPresence(watcher, bob.id, { status: 'offline' })).lastSeen)
  const from = watcher.log.length
  await settle(own, own, bob.id, 'busy')
  expect(presenceOf(own, bob.id)?.status).toBe('busy')
  const late = await ann.connect()
  await late.open(roomId)
  expect(expectBody(await ask(ann, [bob.id]), 200).users[0]).toMatchObject({ status: 'offline' })
  expect(expectBody(await ask(bob, [bob.id]), 200).users[0]).toMatchObject({ status: 'busy' })
  await watcher.fence()
  expect(toldOf(watcher, bob.id, from).filter(told => told.status !== 'offline')).toEqual([])
  expectSuccess(await bob.api.patch('/api/me', { appearOffline: false }))
  for (const one of [watcher, late]) await untilPresence(one, bob.id, { status: 'busy' })
  expect(toldOf(late, bob.id).filter(told => told.status !== 'offline')).toHaveLength(1)
})
