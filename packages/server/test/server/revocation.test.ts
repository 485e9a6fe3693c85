import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'

describe('[revocation] over real sockets', () => {
  let server: LiveServer
  beforeAll(async () => {
    server = await LiveServer.startOnDisk()
  })
  afterAll(() => server.close())

  test.each([
    ['kicked', 'DELETE', (id: string) => `/api/rooms/${id}/members/ben`],
    ['banned', 'PUT', (id: string) => `/api/rooms/${id}/bans/ben`],
  ] as const)(
    'a member who is %s under fire gets their own leaving, then room.detached, and nothing above it',
    async (code, method, path) => {
      const id = `private-${code}`
      await server.room(id, 'ann', ['ben'])
      const [ann, ben, phone] = [await server.client('ann'), await server.client('ben'), await server.client('ben')]
      await ben.openRoom(id)
      await phone.openRoom(id)
      const fire = (from: number) =>
        ann.send(
          Array.from({ length: 200 }, (_, i) => ({
            type: 'message.send',
            roomId: id,
            clientId: `m${from + i}`,
            content: 'x',
          })),
        )
      fire(0)
      const removal = server.call('ann', method, path(id), {})
      fire(200)
      expect((await removal).status).toBeLessThan(300)
      fire(400)
      await ann.next('message.ack', frame => frame.clientId === 'm599')
      for (const client of [ben, phone]) {
        await client.next('room.detached', frame => frame.code === code)
        await client.fence()
        const events = client.events(id)
        expect(events.at(-1)).toMatchObject({ kind: 'member.left', userId: 'ben', reason: code })
        expect(events.filter(event => event.kind === 'member.left')).toHaveLength(1)
        expect(client.frames.findLastIndex(frame => frame.type === 'message.event')).toBeLessThan(
          client.frames.findIndex(frame => frame.type === 'room.detached'),
        )
        expect(await client.openRoom(id)).toMatchObject({ type: 'error', code: 'not_found', roomId: id })
        expect(await client.say(id, 'late', 'x')).toMatchObject({ type: 'error', code: 'not_found' })
      }
    },
  )

  test('somebody who reads a public room without being in it is detached by a ban', async () => {
    await server.room('square', 'ann', [], 'public')
    const reader = await server.client('guest')
    await reader.openRoom('square')
    await server.call('ann', 'PUT', '/api/rooms/square/bans/guest', {})
    expect(await reader.next('room.detached')).toEqual({ type: 'room.detached', roomId: 'square', code: 'banned' })
    const ann = await server.client('ann')
    await ann.say('square', 'after', 'not for the guest')
    await reader.fence()
    expect(reader.events('square').map(event => event.kind)).not.toContain('message.created')
    expect(await reader.openRoom('square')).toMatchObject({ type: 'error', code: 'forbidden' })
  })

  test('leaving ends one’s own subscriptions; deleting a room everybody’s', async () => {
    await server.room('club', 'ann', ['ben'])
    const [ann, ben] = [await server.client('ann'), await server.client('ben')]
    await ann.openRoom('club')
    await ben.openRoom('club')
    await server.call('ben', 'POST', '/api/rooms/club/leave')
    expect(await ben.next('room.detached')).toMatchObject({ code: 'left' })
    await server.call('ann', 'DELETE', '/api/rooms/club')
    expect(await ann.next('room.detached')).toMatchObject({ code: 'deleted' })
  })
})
