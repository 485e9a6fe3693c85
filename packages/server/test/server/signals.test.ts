import type { DownFrame } from '@holdfast/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'
import type { RawClient } from '../support/raw-client.ts'

/** Every signal over real sockets, several sessions a person. What each part promises in detail is tested beside it. */
describe.each(['memory', 'sqlite'] as const)('signals over sockets, %s', store => {
  let server: LiveServer

  beforeAll(async () => {
    server = store === 'memory' ? await LiveServer.start() : await LiveServer.startOnDisk()
  })
  afterAll(() => server.close())

  /** Two people in a room that both have open, ann in two sessions. */
  async function room(id: string, annId = 'ann'): Promise<{ ann: RawClient; annToo: RawClient; bob: RawClient }> {
    await server.room(id, annId, ['bob'])
    const open = async (userId: string) => {
      const client = await server.client(userId, { inbox: true })
      await client.openRoom(id)
      return client
    }
    return { ann: await open(annId), annToo: await open(annId), bob: await open('bob') }
  }

  const typesIn =
    (roomId: string, ...userIds: string[]) =>
    (frame: DownFrame & { type: 'typing' }) =>
      frame.roomId === roomId && JSON.stringify(frame.userIds) === JSON.stringify(userIds)

  test('who types is told to the others, to no session of their own, and ends with the session', async () => {
    const { ann, annToo, bob } = await room('typing')
    ann.send({ type: 'typing.start', roomId: 'typing' })
    const shown = await bob.next('typing', typesIn('typing', 'ann'))
    expect(shown.remainingMs?.every(ms => ms > 0 && ms <= 5_000)).toBe(true)
    ann.terminate()
    await bob.next('typing', typesIn('typing'), bob.frames.indexOf(shown))
    await annToo.fence()
    expect(annToo.frames.filter(frame => frame.type === 'typing' && frame.userIds.includes('ann'))).toEqual([])
  })

  test('the most available of two sessions counts; the end of both is told', async () => {
    const { ann, annToo, bob } = await room('presence', 'cy')
    const isNow = (status: string) => (frame: DownFrame & { type: 'presence' }) =>
      frame.users.some(user => user.userId === 'cy' && user.status === status)
    const online = await bob.next('presence', isNow('online'))
    ann.send({ type: 'presence.set', status: 'away' })
    annToo.send({ type: 'presence.set', status: 'busy', customStatus: 'writing' })
    const busy = await bob.next('presence', isNow('busy'), bob.frames.indexOf(online))
    expect(busy.users.find(user => user.userId === 'cy')).toMatchObject({ customStatus: 'writing' })
    for (const session of [ann, annToo]) session.terminate()
    await bob.next('presence', isNow('offline'), bob.frames.indexOf(busy))
    const { body } = await server.call('bob', 'GET', '/api/presence?users=cy,nobody')
    expect(body).toMatchObject({
      users: [
        { userId: 'cy', status: 'offline', lastSeen: expect.any(Number) },
        { userId: 'nobody', status: 'offline', lastSeen: null },
      ],
    })
  })

  test('reading on one device clears the badge on the other, and the sender sees it; unread from a message brings it back', async () => {
    const { ann, annToo, bob } = await room('reads')
    const entryOf = (unread: number) => (frame: DownFrame & { type: 'inbox' }) =>
      frame.rooms.some(entry => entry.roomId === 'reads' && entry.unread === unread)
    const ack = await bob.say('reads', 'hi', 'hello ann', { mentions: ['ann'] })
    if (ack.type !== 'message.ack') throw new Error('not sent')
    const badge = await annToo.next('inbox', entryOf(1))
    expect(badge.rooms.find(entry => entry.roomId === 'reads')).toMatchObject({ mentions: 1, muted: false })
    ann.send({ type: 'room.read', roomId: 'reads', seq: ack.seq })
    await bob.next('reads', frame => frame.roomId === 'reads' && frame.reads.ann === ack.seq)
    const cleared = await annToo.next('inbox', entryOf(0), annToo.frames.indexOf(badge))
    const { body } = await server.call('bob', 'GET', `/api/rooms/reads/messages/${ack.messageId}/seen`)
    expect(body).toEqual({ count: 1, userIds: ['ann'] })
    const again = await server.call('ann', 'PUT', '/api/rooms/reads/unread', { seq: ack.seq })
    expect(again.body).toEqual({ lastReadSeq: ack.seq - 1, readRevision: 1 })
    await annToo.next('inbox', entryOf(1), annToo.frames.indexOf(cleared))
  })

  test('who shows no read positions is shown none, on the very next frame; their own devices go on', async () => {
    const { ann, annToo, bob } = await room('private-reads')
    const { status, body } = await server.call('ann', 'PATCH', '/api/me', { readReceipts: false })
    expect([status, body]).toMatchObject([200, { settings: { readReceipts: false, appearOffline: false } }])
    const ack = await bob.say('private-reads', 'hi', 'hello')
    if (ack.type !== 'message.ack') throw new Error('not sent')
    bob.send({ type: 'room.read', roomId: 'private-reads', seq: ack.seq })
    ann.send({ type: 'room.read', roomId: 'private-reads', seq: ack.seq })
    await annToo.next('reads', frame => frame.roomId === 'private-reads' && frame.reads.ann === ack.seq)
    await bob.next('reads', frame => frame.roomId === 'private-reads' && frame.reads.bob === ack.seq)
    for (const client of [ann, annToo, bob]) await client.fence()
    const told = (client: RawClient, userId: string) =>
      client.frames.some(frame => frame.type === 'reads' && frame.roomId === 'private-reads' && userId in frame.reads)
    expect([told(bob, 'ann'), told(ann, 'bob'), told(annToo, 'bob')]).toEqual([false, false, false])
    await server.call('ann', 'PATCH', '/api/me', { readReceipts: true })
  })

  test('a session that says where its inbox was is told what has changed, and nothing else', async () => {
    await server.room('quiet', 'ann', ['bob'])
    const { ann } = await room('since')
    const { body } = await server.call('ann', 'GET', '/api/rooms')
    const { inboxCursor } = body as { inboxCursor: string }
    ann.terminate()
    await server.client('bob').then(bob => bob.say('since', 'meanwhile', 'meanwhile'))
    const back = await server.client('ann', { inbox: true, inboxSince: inboxCursor })
    const changed = await back.next('inbox', frame => frame.total !== undefined)
    expect(changed.rooms.map(entry => entry.roomId)).toContain('since')
    expect(changed.rooms.map(entry => entry.roomId)).not.toContain('quiet')
  })
})
