import type { DownFrame, PresenceUser } from '@holdfast/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'
import { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'

/** Of more members a room is large. */
const LARGE = 4

let server: LiveServer
const admins: RawClient[] = []
beforeAll(async () => {
  server = await LiveServer.startOnDisk({ limits: { largeRoomMembers: LARGE } })
})
afterAll(async () => {
  for (const admin of admins) admin.terminate()
  await server.close()
})

async function ok(userId: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await server.call(userId, method, path, body)
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300)
  return answer.body
}

async function say(userId: string, roomId: string, clientId: string, extra: object = {}) {
  const body = { clientId, content: 'x', ...extra }
  return (await ok(userId, 'POST', `/api/rooms/${roomId}/messages`, body)) as { messageId: string; seq: number }
}

/** What a session was told of somebody's presence, in order. */
function toldOf(frames: readonly DownFrame[], userId: string): readonly PresenceUser[] {
  const users = frames.flatMap(frame => (frame.type === 'presence' ? frame.users : []))
  return users.filter(user => user.userId === userId)
}

/** Tells by `by` being told of, that whatever had happened before has been told of, too. */
async function presenceFence(watcher: RawClient, by: RawClient, mark: string): Promise<void> {
  by.send({ type: 'presence.set', status: 'online', customStatus: mark })
  await watcher.next('presence', ({ users }) => users.some(({ customStatus }) => customStatus === mark))
}

describe.each(['small', 'large'])('[private] who does not show how far they have read, in a %s room', size => {
  const room = `reads-${size}`
  const vic = `vic-${size}`
  const others = size === 'large' ? ['f1', 'f2', 'f3'] : []
  let seen: { messageId: string; seq: number }
  beforeAll(async () => {
    await server.room(room, 'ann', ['ben', vic, ...others])
    // They did show it once.
    const { seq } = await say('ann', room, 'early')
    await ok(vic, 'PUT', `/api/rooms/${room}/read`, { seq })
    await ok(vic, 'PATCH', '/api/me', { readReceipts: false })
    seen = await say('ann', room, 'late')
  })

  test('is shown by nothing to nobody: not by what they read, in whatever way, to whoever looks in whatever way', async () => {
    const phone = await server.client(vic)
    await phone.openRoom(room)
    const admin = await RawClient.open(server.url, await tokenFor('root', { isAdmin: true }))
    admins.push(admin)
    const readers = [await server.client('ann'), await server.client('ben'), await server.client('ann'), admin]
    for (const reader of readers) await reader.openRoom(room)
    phone.send({ type: 'room.read', roomId: room, seq: seen.seq })
    await ok(vic, 'POST', '/api/commands', [{ type: 'room.read', roomId: room, seq: seen.seq }])
    await ok(vic, 'PUT', `/api/rooms/${room}/read`, { seq: seen.seq })
    await ok(vic, 'PUT', `/api/rooms/${room}/unread`, { seq: 1 })
    await ok(vic, 'PUT', `/api/rooms/${room}/read`, { seq: seen.seq })
    await ok('ben', 'PUT', `/api/rooms/${room}/read`, { seq: seen.seq })
    for (const reader of readers) {
      await reader.next('reads', ({ reads }) => reads.ben === seen.seq)
      await reader.openRoom(room)
      expect(JSON.stringify(reader.frames.filter(({ type }) => type === 'reads'))).not.toContain(vic)
      for (const { reads } of reader.frames.filter(frame => frame.type === 'room.snapshot')) {
        expect(reads).not.toHaveProperty(vic)
      }
    }
    const answers = [
      await ok('ann', 'GET', `/api/rooms/${room}/sync`),
      ...((await ok('ann', 'POST', '/api/sync', { rooms: [{ roomId: room }] })) as { rooms: unknown[] }).rooms,
    ] as { reads: object }[]
    for (const { reads } of answers) expect(reads).not.toHaveProperty(vic)
    const told = await ok('ann', 'GET', `/api/rooms/${room}/messages/${seen.messageId}/seen`)
    expect(told).toEqual({ count: 1, userIds: size === 'large' ? [] : ['ben'] })
  })

  test('is told of nobody: not in a snapshot, a sync, a frame, by seen, on another device, as an admin', async () => {
    const token = await tokenFor(vic, { isAdmin: true })
    const devices = [await server.client(vic), await RawClient.open(server.url, token)]
    admins.push(...devices.slice(1))
    for (const device of devices) await device.openRoom(room)
    const { seq, messageId } = await say('ann', room, 'another')
    await ok('ben', 'PUT', `/api/rooms/${room}/read`, { seq })
    await ok(vic, 'PUT', `/api/rooms/${room}/read`, { seq })
    for (const device of devices) {
      await device.next('reads', ({ reads }) => reads[vic] === seq)
      await device.openRoom(room)
      const positions = device.frames.flatMap(frame => ('reads' in frame ? Object.keys(frame.reads) : []))
      expect(new Set(positions)).toEqual(new Set([vic]))
    }
    expect(await ok(vic, 'GET', `/api/rooms/${room}/sync`)).toMatchObject({ reads: { [vic]: seq } })
    const { rooms } = (await ok(vic, 'POST', '/api/sync', { rooms: [{ roomId: room }] })) as { rooms: object[] }
    expect(rooms[0]).toHaveProperty('reads', { [vic]: seq })
    for (const bearer of [token, await tokenFor(vic)]) {
      const url = `${server.url}/api/rooms/${room}/messages/${messageId}/seen`
      expect((await fetch(url, { headers: { authorization: `Bearer ${bearer}` } })).status).toBe(403)
    }
  })
})

test('[private] who appears offline is offline to everybody, whatever they do and however one asks', async () => {
  await server.room('offline', 'ann', ['ben', 'vic'])
  const before = await server.client('vic')
  const [ann, ben] = [await server.client('ann'), await server.client('ben')]
  await ann.openRoom('offline')
  await ann.next('presence', ({ users }) => users.some(({ userId }) => userId === 'vic'))
  await ok('vic', 'PATCH', '/api/me', { appearOffline: true })
  await ann.next('presence', ({ users }) => users.some(user => user.userId === 'vic' && user.status === 'offline'))
  const [since] = toldOf(ann.frames, 'vic').slice(-1)
  await ben.request({ type: 'presence.watch', userIds: ['vic', 'ann'] })
  const from = ann.frames.length

  const phone = await server.client('vic', { client: { name: 't', version: '0', device: 'phone' }, inbox: true })
  for (const client of [before, phone]) {
    await client.openRoom('offline')
    client.send([
      { type: 'presence.set', status: 'busy', customStatus: 'here', currentRoom: 'offline', dndUntil: 9e15 },
      { type: 'typing.start', roomId: 'offline' },
      { type: 'room.read', roomId: 'offline', seq: 1 },
    ])
  }
  await ok('vic', 'POST', '/api/commands', [
    { type: 'presence.set', status: 'online', customStatus: 'by request', currentRoom: 'offline' },
    { type: 'typing.start', roomId: 'offline' },
  ])
  await say('vic', 'offline', 'm')
  before.terminate()
  await phone.next('presence', ({ users }) => users.some(user => user.userId === 'vic' && user.status !== 'offline'))
  ben.send({ type: 'typing.start', roomId: 'offline' })
  await ann.next('typing', ({ userIds }) => userIds.includes('ben'))
  await presenceFence(ann, ben, 'ann has heard')
  const annSession = await server.client('ann')
  await presenceFence(ben, annSession, 'ben has heard')

  for (const { status } of [...toldOf(ann.frames.slice(from), 'vic'), ...toldOf(ben.frames, 'vic')]) {
    expect(status).toBe('offline')
  }
  expect(JSON.stringify(ann.frames.filter(({ type }) => type === 'typing'))).not.toContain('vic')
  const expected = { userId: 'vic', status: 'offline', lastSeen: since?.lastSeen }
  expect(await ok('ann', 'GET', '/api/presence?users=vic')).toEqual({ users: [expected] })
  const { users } = (await ok('ann', 'GET', '/api/rooms/offline/presence?since=0')) as { users: PresenceUser[] }
  expect(users.filter(({ userId }) => userId === 'vic')).toEqual([expected])
  expect(await ok('ann', 'GET', '/api/rooms/offline/presence')).not.toMatchObject({
    users: expect.arrayContaining([expect.objectContaining({ userId: 'vic' })]),
  })
  const late = await server.client('ben')
  await late.openRoom('offline')
  await late.request({ type: 'presence.watch', userIds: ['vic', 'ann'] })
  await late.next('presence', frame => frame.users.some(({ userId }) => userId === 'ann'))
  for (const { status } of toldOf(late.frames, 'vic')) expect(status).toBe('offline')
})

test('[private] nobody sets anything of another: not by a field, a header, a session id, nor a token', async () => {
  await server.room('own', 'ann', ['eve', 'val'])
  const { seq } = await say('ann', 'own', 'm')
  const [ann, eve, val] = [await server.client('ann'), await server.client('eve'), await server.client('val')]
  const welcome = await val.next('session.welcome')
  await ann.openRoom('own')
  val.send([
    { type: 'presence.set', status: 'busy', customStatus: 'mine' },
    { type: 'typing.start', roomId: 'own' },
  ])
  await ann.next('typing', ({ userIds }) => userIds.includes('val'))
  /** What val is and has: `eve` changes in it what is eve's. */
  const vals = async () => {
    const { reads, ...room } = (await ok('val', 'GET', '/api/rooms/own/sync')) as { reads: Record<string, number> }
    return [await ok('val', 'GET', '/api/me'), { ...room, reads: { ...reads, eve: 0 } }]
  }
  const before = await vals()

  const as = { userId: 'val', sub: 'val', by: 'val', actor: { userId: 'val' }, sessionId: welcome.sessionId, node: 'x' }
  eve.send([
    { type: 'presence.set', status: 'away', customStatus: 'not mine', ...as },
    { type: 'typing.stop', roomId: 'own', ...as },
    { type: 'room.read', roomId: 'own', seq, ...as },
  ])
  await ok('eve', 'POST', '/api/commands', [{ type: 'typing.stop', roomId: 'own', ...as }])
  await ok('eve', 'PATCH', '/api/me', { appearOffline: false, readReceipts: false, ...as })
  for (const call of ['read', 'unread']) await ok('eve', 'PUT', `/api/rooms/own/${call}`, { seq, ...as })
  await ok('eve', 'PUT', '/api/rooms/own/notifications', { muted: true, ...as })
  const spoofed = await fetch(`${server.url}/api/me?userId=val`, {
    headers: { authorization: `Bearer ${await tokenFor('eve')}`, 'x-user-id': 'val', 'x-forwarded-user': 'val' },
  })
  expect(await spoofed.json()).toMatchObject({ userId: 'eve', settings: { readReceipts: false } })
  expect(await eve.request({ type: 'auth.refresh', token: await tokenFor('val') })).toMatchObject({ code: 'forbidden' })
  expect(await server.call('eve', 'PATCH', '/api/me/val', {})).toMatchObject({ status: 404 })

  eve.send({ type: 'typing.start', roomId: 'own', ...as })
  const both = await ann.next('typing', ({ userIds }) => userIds.includes('eve'))
  expect(both.userIds).toEqual(['val', 'eve'])
  expect(await vals()).toEqual(before)
  const told = (await ok('ann', 'GET', '/api/presence?users=val,eve')) as { users: PresenceUser[] }
  expect(told.users.map(({ status, customStatus }) => [status, customStatus])).toEqual([
    ['busy', 'mine'],
    ['away', 'not mine'],
  ])
})
