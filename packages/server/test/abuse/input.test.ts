import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Logger } from '../../src/observe/logger.ts'
import { LiveServer } from '../support/live-server.ts'
import { tokenFor } from '../support/tokens.ts'

const FRAME_BYTES = 65_536
/** A name that is a member of every object, and one that is the key of its prototype. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
const KEYS = ['toString', 'hasOwnProperty']

const faults: string[] = []
const logger: Logger = {
  debug() {},
  info() {},
  warn: (_, message) => faults.push(message),
  error: (_, message) => faults.push(message),
}

function nested(depth: number, open: string, close: string): string {
  return open.repeat(depth) + close.repeat(depth)
}

/** Texts that are valid JSON, or nearly, and made to break whoever takes them. Each fits into one frame. */
const BOMBS: readonly (readonly [string, string])[] = [
  ['30,000 arrays in one another', nested(30_000, '[', ']')],
  ['10,000 objects in one another', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['depth without an end', '['.repeat(60_000)],
  ['a deep field of a frame', `{"type":"ping","n":${nested(20_000, '[', ']')}}`],
  ['a deep field that nobody knows', `{"type":"ping","n":1,"x":${nested(20_000, '[', ']')}}`],
  ['a deep custom status', `{"type":"presence.set","status":"online","customStatus":${nested(20_000, '[', ']')}}`],
  ['6,000 keys', `{"type":"ping",${Array.from({ length: 6_000 }, (_, i) => `"${i}":1`).join()}}`],
  ['one key of 60,000 characters', `{"type":"ping","${'k'.repeat(60_000)}":1}`],
  ['a type of 60,000 characters', `{"type":"${'t'.repeat(60_000)}"}`],
  ['a ref of 60,000 characters', `{"type":"ping","ref":"${'r'.repeat(60_000)}"}`],
  ['the same key over and over', `{${'"type":"x",'.repeat(4_000)}"type":"ping"}`],
  ['20,000 empty frames', `[${Array.from({ length: 20_000 }, () => '{}').join()}]`],
  ['frames of frames', `[[{"type":"ping"}]]`],
  ['a number of 60,000 digits', `{"type":"ping","n":${'9'.repeat(60_000)}}`],
  ['numbers that are none', '{"type":"ping","n":1e999}'],
  ['half a surrogate pair', '{"type":"ping","ref":"\\ud800"}'],
  ['U+0000 and a byte order mark', '\ufeff{"type":"ping","ref":"\\u0000"}'],
  ['a prototype', '{"__proto__":{"polluted":1,"type":"ping"},"type":"ping"}'],
  ['only a prototype', '{"__proto__":{"type":"ping","ref":"polluted","polluted":1}}'],
  ['a constructor', '{"type":"ping","constructor":{"prototype":{"polluted":1}}}'],
  ['types that every object has', `[${NAMES.map(type => `{"type":"${type}"}`).join()}]`],
  ['a room that is an object', '{"type":"room.open","ref":"r","roomId":{"$ne":null}}'],
  ['a room that is a list', '{"type":"message.send","roomId":["room"],"clientId":"c","content":"x"}'],
  ['a toString of its own', '{"type":"room.open","ref":"r","roomId":{"toString":"x","toJSON":"x","length":1}}'],
]

/** The same, of a size that nobody needs. */
const HUGE: readonly (readonly [string, string])[] = [
  ['a million keys', `{${Array.from({ length: 1_000_000 }, (_, i) => `"${i}":1`).join()}}`],
  ['a string of ten million characters', `{"type":"ping","ref":"${'x'.repeat(10_000_000)}"}`],
  ['a million arrays in one another', nested(1_000_000, '[', ']')],
]

describe('[input] what is made to break', () => {
  let server: LiveServer
  beforeAll(async () => {
    server = await LiveServer.startOnDisk({ logger })
    await server.room('room', 'ann', ['eve'])
  })
  afterAll(() => server.close())

  function isUntouched(): void {
    expect('polluted' in {}).toBe(false)
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(faults).toEqual([])
  }

  test.each(BOMBS)('over a socket: %s is answered, or closes that socket alone', async (_, text) => {
    const [eve, ann] = [await server.client('eve'), await server.client('ann')]
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(FRAME_BYTES)
    eve.sendText(text)
    eve.send({ type: 'ping', ref: 'after' })
    await eve.until(() => eve.isClosed || JSON.stringify(eve.frames.at(-1)).includes('"after"'), 'an answer or an end')
    if (eve.isClosed) expect(await eve.closed()).toBe(4500)
    expect(JSON.stringify(eve.frames).length).toBeLessThan(120 * FRAME_BYTES)
    for (const frame of eve.frames) expect(JSON.stringify(frame).length).toBeLessThan(2_000)
    await ann.fence()
    isUntouched()
    eve.terminate()
  })

  test.each(BOMBS)('over HTTP: %s is answered by the contract', async (_, text) => {
    const calls = ['/api/commands', '/api/rooms', '/api/sync', '/api/rooms/room/messages', '/api/rooms/room/read']
    for (const path of calls) {
      const response = await fetch(server.url + path, {
        method: path.endsWith('read') ? 'PUT' : 'POST',
        headers: { authorization: `Bearer ${await tokenFor('eve')}`, 'content-type': 'application/json' },
        body: text,
      })
      const answer = await response.text()
      expect(response.status, answer.slice(0, 500)).toBeLessThan(500)
      if (response.status >= 400) expect(JSON.parse(answer)).toMatchObject({ detail: expect.stringMatching(/^unable/) })
      if (response.status >= 400) expect(answer.length).toBeLessThan(1_000)
    }
    isUntouched()
  })

  test.each(HUGE)('%s: 1009 over a socket, 413 over HTTP, and others are served', async (_, text) => {
    const [eve, ann] = [await server.client('eve'), await server.client('ann')]
    eve.sendText(text)
    expect(await eve.closed()).toBe(1009)
    for (const path of ['/api/commands', '/api/rooms', '/api/sync', '/api/rooms/room/messages']) {
      const headers = { authorization: `Bearer ${await tokenFor('eve')}`, 'content-type': 'application/json' }
      const status = await fetch(server.url + path, { method: 'POST', headers, body: text }).then(
        response => response.status,
        // Its sender may be cut off before it has read the answer: it was still sending.
        () => 413,
      )
      expect(status).toBe(413)
    }
    await ann.fence()
    isUntouched()
    ann.terminate()
  })

  test('metadata is measured before it is walked: deep, wide and polluting ones are refused or kept as they are', async () => {
    const make = async (metadata: string) => {
      const response = await fetch(`${server.url}/api/rooms`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await tokenFor('eve')}`, 'content-type': 'application/json' },
        body: `{"name":"x","type":"private","metadata":${metadata}}`,
      })
      return { status: response.status, text: await response.text() }
    }
    for (const bomb of [`{"a":${nested(15_000, '[', ']')}}`, `{"a":${nested(17, '[', ']')}}`, nested(16, '[', ']')]) {
      expect(await make(bomb)).toMatchObject({ status: 400 })
    }
    const { status, text } = await make('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')
    expect([201, 400]).toContain(status)
    if (status === 201) expect((JSON.parse(text) as { metadata: object }).metadata).not.toHaveProperty('polluted')
    isUntouched()
  })

  test.each(NAMES)('a person, a room, a reaction, a message by the name of %s are as any other', async name => {
    const roomId = `room-${name}`
    await server.room(roomId, 'ann', [name, 'ben'])
    expect(await server.call(name, 'POST', '/api/rooms', { id: name, name, type: 'private' })).toMatchObject({
      status: 201,
      body: { id: name },
    })
    const [ann, other] = [await server.client('ann'), await server.client(name)]
    await ann.openRoom(roomId)
    await other.openRoom(roomId)
    const ack = await ann.say(roomId, name, 'x', { mentions: [name] })
    if (ack.type === 'error') throw new Error(ack.message)
    const about = { roomId, messageId: ack.messageId }
    // A reaction is a key of an object on many screens: what makes a careless reader's object another is refused.
    for (const key of ['__proto__', 'prototype', 'constructor']) {
      expect(await other.request({ type: 'reaction.add', key, ...about })).toMatchObject({ code: 'bad_request' })
    }
    for (const key of KEYS) {
      expect(await other.request({ type: 'reaction.add', key, ...about })).toMatchObject({ type: 'ok' })
    }
    expect(await other.request({ type: 'reaction.remove', key: 'valueOf', ...about })).toMatchObject({ type: 'ok' })
    other.send([
      { type: 'typing.start', roomId },
      { type: 'room.read', roomId, seq: ack.seq },
      { type: 'presence.set', status: 'busy', customStatus: name, currentRoom: roomId },
    ])
    expect(await ann.next('typing')).toMatchObject({ userIds: [name] })
    const { reads } = await ann.next('reads', frame => Object.hasOwn(frame.reads, name))
    expect(Object.entries(reads)).toEqual([[name, ack.seq]])
    await ann.next('presence', ({ users }) => users.some(user => user.userId === name && user.status === 'busy'))

    const seen = await server.call('ann', 'GET', `/api/rooms/${roomId}/messages/${ack.messageId}/seen`)
    expect(seen).toMatchObject({ status: 200, body: { count: 1, userIds: [name] } })
    const { body } = await server.call('ann', 'GET', `/api/rooms/${roomId}/sync`)
    const snapshot = body as { reads: object; messages: { reactions: object; mentions: string[] }[] }
    expect(Object.hasOwn(snapshot.reads, name)).toBe(true)
    expect(Object.entries(snapshot.messages[0]?.reactions ?? {}).sort()).toEqual(KEYS.map(key => [key, [name]]).sort())
    expect(snapshot.messages[0]?.mentions).toEqual([name])
    isUntouched()
  })
})
