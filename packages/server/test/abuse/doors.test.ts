import { downFrameSchema } from '@holdfast/protocol'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'
import type { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'
import { WireClient } from '../support/wire-client.ts'

const RACERS = 10
const PIPELINE = 10
const ROLES = ['owner', 'admin', 'member', 'reader'] as const

/** Names that mean more than one room, or another, to somebody. */
const NAMES = [
  '*',
  'room:*',
  'r*',
  '%',
  '_',
  '#',
  '+',
  '../open',
  'open/..',
  'open ',
  ' open',
  'OPEN',
  'open\u0000',
  '__proto__',
  'constructor',
]

describe('[doors] who comes in where no way is', () => {
  let server: LiveServer
  beforeAll(async () => {
    server = await LiveServer.startOnDisk()
    await server.room('open', 'owner')
  })
  afterAll(() => server.close())

  test('a token where none belongs is none: 401 and no socket', async () => {
    const token = await tokenFor('eve')
    const places: readonly Readonly<Record<string, string>>[] = [
      { cookie: `token=${token}` },
      { cookie: `Authorization=Bearer ${token}; bearer=${token}` },
      { 'x-authorization': `Bearer ${token}` },
      { 'proxy-authorization': `Bearer ${token}` },
      { authorization: `Basic ${token}` },
      { authorization: `Bearer ${token}, Bearer ${token}` },
      { 'x-user-id': 'eve', 'x-forwarded-user': 'eve', 'x-remote-user': 'eve' },
    ]
    for (const headers of places) {
      for (const path of ['/api/me', `/api/me?token=${token}`, `/api/me?access_token=${token}`]) {
        expect((await fetch(server.url + path, { headers })).status, JSON.stringify(headers)).toBe(401)
      }
      const lines = Object.entries(headers).map(([name, text]) => `${name}: ${text}`)
      await expect(WireClient.connect(server.url, 'x', lines)).rejects.toThrow('HTTP/1.1 401')
    }
  })

  test.each(NAMES)('a room by the name of %j is no room, to whatever asks for it', async roomId => {
    const eve = await server.client('eve')
    for (const frame of [
      { type: 'room.open', roomId },
      { type: 'message.send', roomId, clientId: 'c', content: 'x' },
      { type: 'message.delete', roomId, messageId: roomId },
    ]) {
      const [answer] = await answersTo(eve, frame)
      expect(answer).toMatchObject({ type: 'error', code: expect.stringMatching(/^(not_found|bad_request)$/) })
    }
    eve.send([
      { type: 'typing.start', roomId },
      { type: 'room.read', roomId, seq: 1 },
    ])
    await eve.fence()
    expect(eve.events(roomId)).toEqual([])
    const { status } = await server.call('eve', 'GET', `/api/rooms/${encodeURIComponent(roomId)}`)
    expect(status).toBe(404)
    const { body } = await server.call('eve', 'POST', '/api/sync', { rooms: [{ roomId }] })
    expect(JSON.stringify(body)).toMatch(/"code":"(not_found|bad_request)"/)
    eve.terminate()
  })

  test.each(ROLES)('to %s is told what the protocol says of each frame, and not one field more', async role => {
    const roomId = `told-${role}`
    await server.room(roomId, 'owner', ['admin', 'member', 'ann'], 'public')
    for (const userId of ['admin', 'ann']) {
      await server.call('owner', 'PUT', `/api/rooms/${roomId}/members/${userId}`, { role: 'admin' })
    }
    const reader = await server.client(role, { inbox: true })
    await reader.openRoom(roomId)
    const ann = await server.client('ann', { client: { name: 'x', version: '1', device: 'desktop' } })
    const said = await ann.say(roomId, 'c', 'x', { mentions: ['member'] })
    if (said.type === 'error') throw new Error(said.message)
    const about = { roomId, messageId: said.messageId }
    for (const frame of [
      { type: 'message.edit', content: 'y', ...about },
      { type: 'reaction.add', key: 'x', ...about },
      { type: 'message.pin', ...about },
      { type: 'message.delete', ...about },
    ]) {
      expect(await ann.request(frame)).toMatchObject({ type: 'ok' })
    }
    const read = { type: 'room.read', roomId, seq: said.seq }
    const status = { type: 'presence.set', status: 'busy', customStatus: 'x', currentRoom: roomId }
    ann.send([{ type: 'typing.start', roomId }, read, status])
    await server.call('ann', 'PUT', `/api/rooms/${roomId}/mutes/member`, {})
    await server.call('ann', 'PUT', `/api/rooms/${roomId}/bans/eve`, { reason: 'a reason of the moderators' })
    await reader.next('typing', ({ userIds }) => userIds.includes('ann'))
    await reader.until(() => reader.events(roomId).some(({ kind }) => kind === 'message.deleted'), 'the last event')
    await reader.fence()
    for (const frame of reader.frames) expect(v.parse(downFrameSchema, frame)).toEqual(frame)
    expect(JSON.stringify(reader.frames)).not.toContain('a reason of the moderators')
    for (const client of [reader, ann]) client.terminate()
  })

  test('sends without end over ten sockets that race with a ban: none is committed behind it', async () => {
    await server.room('race', 'owner', ['eve'])
    const owner = await server.client('owner')
    await owner.openRoom('race')
    const answers: string[] = []
    const race = async (racer: RawClient, name: string): Promise<void> => {
      for (let wave = 0; ; wave++) {
        const sends = Array.from({ length: PIPELINE }, (_, i) => racer.say('race', `${name}-${wave}-${i}`, 'racing'))
        const outcomes = (await Promise.all(sends)).map(({ type }) => type)
        answers.push(...outcomes)
        if (outcomes.includes('error')) return
      }
    }
    const racers = await Promise.all(Array.from({ length: RACERS }, () => server.client('eve')))
    const races = racers.map((racer, i) => race(racer, `r${i}`))
    await owner.until(() => owner.events('race').length > RACERS * PIPELINE, 'the first of them')
    await server.call('owner', 'PUT', '/api/rooms/race/bans/eve', {})
    await Promise.all(races)
    const last = await owner.say('race', 'last', 'The last')
    await owner.until(() => owner.events('race').at(-1)?.seq === (last.type === 'error' ? 0 : last.seq), 'the last')
    const events = owner.events('race')
    const banned = events.find(({ kind }) => kind === 'member.left')?.seq ?? 0
    const sent = events.filter(({ kind, by }) => kind === 'message.created' && by === 'eve')
    expect(banned).toBeGreaterThan(0)
    expect(sent.filter(({ seq }) => seq > banned)).toEqual([])
    expect(sent).toHaveLength(answers.filter(type => type === 'message.ack').length)
  })
})

/** What one frame is answered with, the first of it at least. */
async function answersTo(client: RawClient, frame: object) {
  const from = client.frames.length
  client.send(frame)
  await client.until(() => client.frames.length > from, 'an answer')
  return client.frames.slice(from)
}
