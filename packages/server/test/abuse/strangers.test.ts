import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'

/** Nobody by these names has ever been here. */
const NOBODY = ['nobody-1', 'nobody-2']

/** People who share no room are nobody to one another. */
describe('[strangers] of whom one shares no room', () => {
  let server: LiveServer
  beforeAll(async () => {
    server = await LiveServer.startOnDisk()
    await server.room('theirs', 'vic', ['val'])
    await server.room('ours', 'eve', ['pal'])
    await server.room('lost', 'vic', ['kit'])
  })
  afterAll(() => server.close())

  test('nothing is told by watching them, by asking for them, by mentioning them, whether they are there or nobody', async () => {
    const vic = await server.client('vic', { inbox: true })
    await server.client('pal')
    const eve = await server.client('eve')
    const from = eve.frames.length
    const watch = await eve.request({ type: 'presence.watch', userIds: ['vic', ...NOBODY, 'pal', 'val'] })
    expect(watch).toMatchObject({ type: 'ok' })
    await eve.next('presence', ({ users }) => users.some(({ userId }) => userId === 'pal'))
    vic.send({ type: 'presence.set', status: 'busy', customStatus: 'at work', currentRoom: 'theirs' })
    const { body } = await server.call('eve', 'GET', `/api/presence?users=vic,val,${NOBODY}`)
    const offline = ['vic', 'val', ...NOBODY].map(userId => ({ userId, status: 'offline', lastSeen: null }))
    expect(body).toEqual({ users: offline })

    const clientIds = ['vic', 'val', ...NOBODY].map((who, i) => ({ who, clientId: `m${i}` }))
    const acks = []
    for (const { who, clientId } of clientIds) {
      const {
        seq: _,
        at: __,
        messageId: ___,
        ...ack
      } = (await eve.say('ours', clientId, 'x', {
        mentions: [who],
      })) as unknown as Record<string, unknown>
      acks.push({ ...ack, clientId: 'c' })
    }
    expect(new Set(acks.map(ack => JSON.stringify(ack))).size).toBe(1)
    await server.call('val', 'POST', '/api/rooms/theirs/messages', { clientId: 'c', content: 'x' })
    await vic.next('inbox', ({ rooms }) => rooms.some(({ roomId }) => roomId === 'theirs'))
    expect(JSON.stringify(vic.frames)).not.toContain('ours')

    const pal = await server.client('pal')
    pal.send({ type: 'presence.set', status: 'away', customStatus: 'eve has heard' })
    await eve.next('presence', ({ users }) => users.some(({ customStatus }) => customStatus === 'eve has heard'))
    const told = JSON.stringify(eve.frames.slice(from).filter(({ type }) => type === 'presence'))
    for (const who of ['vic', 'val', ...NOBODY]) expect(told).not.toContain(who)
  })

  test('members are found in rooms that one may read, and in no others', async () => {
    for (const path of ['/api/rooms/theirs/members', '/api/rooms/theirs/members?q=v', '/api/rooms/theirs/presence']) {
      expect(await server.call('eve', 'GET', path)).toMatchObject({ status: 404 })
    }
    const { body } = await server.call('eve', 'GET', '/api/rooms/ours/members?q=v')
    expect(body).toMatchObject({ members: [{ userId: 'eve' }] })
    // What looks like a pattern is looked for as it is.
    for (const q of ['%', '_', '*', '"', "' OR 1=1 --", 'a" NEAR b', '\u0000']) {
      const found = await server.call('eve', 'GET', `/api/rooms/ours/members?q=${encodeURIComponent(q)}`)
      expect(found).toEqual({ status: 200, body: { members: [], nextCursor: null } })
      const rooms = await server.call('eve', 'GET', `/api/rooms?discover=true&q=${encodeURIComponent(q)}`)
      expect(rooms).toMatchObject({ status: 200, body: { rooms: [] } })
    }
  })

  test('who was removed has become one: asking in any way, on an old session or a new one, tells as little', async () => {
    const vic = await server.client('vic')
    const kit = await server.client('kit', { inbox: true })
    const { messageId } = (
      await server.call('vic', 'POST', '/api/rooms/lost/messages', { clientId: 'c', content: 'x' })
    ).body as { messageId: string }
    const { inboxCursor } = (await server.call('kit', 'GET', '/api/rooms')).body as { inboxCursor: string }
    await kit.openRoom('lost')
    await kit.request({ type: 'presence.watch', userIds: ['vic'] })
    kit.send({ type: 'presence.set', status: 'online', currentRoom: 'lost' })
    await server.call('vic', 'DELETE', '/api/rooms/lost/members/kit')
    await kit.next('room.detached')
    const from = kit.frames.length

    vic.send({ type: 'presence.set', status: 'busy', customStatus: 'without kit' })
    await server.call('vic', 'POST', '/api/rooms/lost/messages', { clientId: 'd', content: 'x', mentions: ['kit'] })
    expect(await kit.request({ type: 'presence.watch', userIds: ['vic'] })).toMatchObject({ type: 'ok' })
    const asked = [
      ['PUT', '/api/rooms/lost/read', { seq: 1 }],
      ['PUT', '/api/rooms/lost/unread', { seq: 1 }],
      ['PUT', '/api/rooms/lost/notifications', { muted: true }],
      ['GET', `/api/rooms/lost/messages/${messageId}/seen`],
      ['GET', '/api/rooms/lost/presence?since=0'],
    ] as const
    for (const [method, path, body] of asked) {
      expect(await server.call('kit', method, path, body), path).toMatchObject({ status: 404 })
    }
    expect(await kit.request({ type: 'typing.start', roomId: 'lost' })).toMatchObject({ code: 'not_found' })
    expect(await kit.request({ type: 'room.read', roomId: 'lost', seq: 1 })).toMatchObject({ code: 'not_found' })
    const nothing = { users: [{ userId: 'vic', status: 'offline', lastSeen: null }] }
    expect(await server.call('kit', 'GET', '/api/presence?users=vic')).toEqual({ status: 200, body: nothing })
    expect(await server.call('kit', 'GET', '/api/rooms')).toMatchObject({ body: { rooms: [] } })

    const again = await server.client('kit', { inbox: true, inboxSince: inboxCursor, rooms: [{ roomId: 'lost' }] })
    const { rooms, total } = await again.next('inbox', frame => frame.total !== undefined)
    expect({ rooms, total }).toEqual({ rooms: [], total: 0 })
    await server.room('kits', 'kit', ['pal'])
    await kit.next('inbox', frame => frame.rooms.some(({ roomId }) => roomId === 'kits'))
    await kit.fence()
    const told = kit.frames.slice(from).filter(frame => !('code' in frame))
    expect(JSON.stringify(told.filter(({ type }) => type === 'presence'))).not.toContain('vic')
    expect(JSON.stringify(told.flatMap(frame => (frame.type === 'inbox' ? frame.rooms : [])))).not.toContain('lost')
    expect(told.filter(({ type }) => type === 'typing' || type === 'reads')).toEqual([])
  })

  test('who reads a public room without being in it types and reads there for nobody', async () => {
    await server.room('square', 'vic', ['val'], 'public')
    const [vic, eve] = [await server.client('vic'), await server.client('eve')]
    await vic.openRoom('square')
    await eve.openRoom('square')
    expect(await eve.request({ type: 'typing.start', roomId: 'square' })).toMatchObject({ code: 'forbidden' })
    expect(await eve.request({ type: 'room.read', roomId: 'square', seq: 1 })).toMatchObject({ code: 'forbidden' })
    for (const [call, body] of [
      ['read', { seq: 1 }],
      ['unread', { seq: 1 }],
      ['notifications', { muted: true }],
    ] as const) {
      expect(await server.call('eve', 'PUT', `/api/rooms/square/${call}`, body), call).toMatchObject({ status: 403 })
    }
    const val = await server.client('val')
    val.send({ type: 'typing.start', roomId: 'square' })
    expect(await vic.next('typing')).toMatchObject({ userIds: ['val'] })
    expect(JSON.stringify(vic.frames)).not.toContain('"eve"')
  })
})
