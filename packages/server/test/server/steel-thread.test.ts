import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'

describe('one message, end to end', () => {
  let server: LiveServer
  beforeAll(async () => {
    server = await LiveServer.start()
  })
  afterAll(() => server.close())

  test('[open] a snapshot, then room.live, then live events: the sender and a teammate see the same', async () => {
    await server.room('harbour', 'ann', ['ben'])
    const ann = await server.client('ann')
    const ben = await server.client('ben', { rooms: [{ roomId: 'harbour' }] })
    const live = await ann.openRoom('harbour')
    expect(live).toMatchObject({ type: 'room.live', roomId: 'harbour', seq: 3 })
    await ben.next('room.live')

    const ack = await ann.say('harbour', 'c1', 'Land ahoy')
    expect(ack).toMatchObject({ type: 'message.ack', seq: 4, duplicate: false })
    for (const client of [ann, ben]) {
      await client.until(() => client.events('harbour').length === 1, 'the message')
      expect(client.events('harbour')).toMatchObject([
        { kind: 'message.created', seq: 4, by: 'ann', message: { content: 'Land ahoy', senderName: 'ann' } },
      ])
    }
  })
})
