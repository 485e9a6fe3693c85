import { MAX_OPEN_ROOMS } from '@holdfast/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'
import type { RawClient } from '../support/raw-client.ts'

const HELLO = { type: 'session.hello', protocol: 1, client: { name: 'test', version: '0' } }

describe('frames of a session', () => {
  let server: LiveServer
  beforeAll(async () => {
    server = await LiveServer.start()
    await server.room('room', 'ann', ['ben'])
  })
  afterAll(() => server.close())

  /** The session answers a ping: it is alive. */
  async function expectAlive(client: RawClient): Promise<void> {
    await client.fence()
    expect(client.isClosed).toBe(false)
  }

  describe('hello', () => {
    test('[hello] is answered by the welcome, with who one is and the limits', async () => {
      const client = await server.socket('ann')
      client.send({ ...HELLO, ref: 'h' })
      expect(await client.next('session.welcome')).toMatchObject({
        ref: 'h',
        userId: 'ann',
        heartbeatMs: 30_000,
        limits: { frameBytes: 65_536, contentBytes: 8_192, window: 100, delta: 1_000, sendRate: 0 },
      })
    })

    test.each([
      ['another frame', JSON.stringify({ type: 'ping' })],
      ['an unknown frame', JSON.stringify({ type: 'nope' })],
      ['a frame without a type', '{}'],
      ['no JSON', 'hello'],
      ['no object', '17'],
      ['an array of no objects', '[1]'],
    ])('[4500] %s instead of a hello closes', async (_, text) => {
      const client = await server.socket('ann')
      client.sendText(text)
      expect(await client.closed()).toBe(4500)
    })

    test('[4505] another protocol version closes', async () => {
      const client = await server.socket('ann')
      client.send({ ...HELLO, protocol: 2 })
      expect(await client.closed()).toBe(4505)
    })

    test('[hello] one that cannot be read is bad_request, and a good one may follow; [] is ignored', async () => {
      const client = await server.socket('ann')
      client.sendText('[]')
      client.send({ ...HELLO, protocol: 1.5 })
      client.send({ ...HELLO, client: 'me', ref: 'x' })
      expect(await client.next('error', frame => frame.ref === 'x')).toMatchObject({ code: 'bad_request' })
      client.send(HELLO)
      await client.next('session.welcome')
    })

    test('[hello] a second one is bad_request, and the session lives on', async () => {
      const client = await server.client('ann')
      expect(await client.request(HELLO)).toMatchObject({ type: 'error', code: 'bad_request' })
      await expectAlive(client)
      expect(client.frames.filter(frame => frame.type === 'session.welcome')).toHaveLength(1)
    })

    test('[hello] who asks for no inbox gets none; who asks gets changes only', async () => {
      await server.room('inbox', 'ann')
      const [without, withInbox] = [await server.client('ann'), await server.client('ann', { inbox: true })]
      await server.client('ann').then(writer => writer.say('inbox', 'news', 'news'))
      await withInbox.next('inbox', frame => frame.rooms.some(room => room.lastMessage?.clientId === 'news'))
      await without.fence()
      expect(without.frames.filter(frame => frame.type === 'inbox')).toEqual([])
    })

    test('[hello] its rooms are opened; an error about one carries its roomId', async () => {
      const client = await server.client('ann', {
        rooms: [{ roomId: 'none' }, { roomId: 'room' }, { roomId: 'no id at all!' }],
      })
      expect(await client.next('error', frame => frame.roomId === 'none')).toMatchObject({ code: 'not_found' })
      expect(await client.next('error', frame => frame.roomId === 'no id at all!')).toMatchObject({ code: 'not_found' })
      expect(await client.next('room.live')).toMatchObject({ roomId: 'room', seq: 3 })
    })
  })

  describe('shape', () => {
    test.each([
      ['an unknown type', { type: 'nope' }],
      ['no type', {}],
      ['a type that is no string', { type: 7 }],
      ['a missing field', { type: 'room.open' }],
      ['a field of the wrong type', { type: 'room.open', roomId: 7 }],
      ['a number that is no integer', { type: 'room.open', roomId: 'room', window: 1.5 }],
      ['a clientId that cannot be one', { type: 'message.send', roomId: 'room', clientId: 'a b', content: 'x' }],
      ['a reaction key of prototypes', { type: 'reaction.add', roomId: 'room', messageId: 'm', key: '__proto__' }],
    ])('[bad_request] %s, and the session lives on', async (_, frame) => {
      const client = await server.client('ann')
      expect(await client.request(frame)).toMatchObject({ type: 'error', code: 'bad_request', retryable: false })
      await expectAlive(client)
    })

    test.each([
      'nonsense',
      '"text"',
      'null',
      '[null]',
      '[[]]',
      '{"type":"ping"}{"type":"ping"}',
      '[{"type":"ping"},3]',
    ])('[4500] text that is no frame closes: %s', async text => {
      const client = await server.client('ann')
      client.sendText(text)
      expect(await client.closed()).toBe(4500)
    })

    test('[1009] an array counts as a whole', async () => {
      const client = await server.client('ann')
      client.sendText(JSON.stringify(Array.from({ length: 900 }, () => ({ type: 'ping', ref: 'x'.repeat(60) }))))
      expect(await client.closed()).toBe(1009)
    })

    test('an array may hold as many frames as fit a message: each is answered, in order, good or not', async () => {
      const client = await server.client('ann')
      const pings = Array.from({ length: 2_500 }, (_, n) => `{"type":"ping","n":-${n}}`)
      client.sendText(`[${pings.join()}]`)
      await client.next('pong', frame => frame.n === -2_499)
      expect(client.frames.flatMap(frame => (frame.type === 'pong' ? [frame.n] : []))).toEqual(
        pings.map((_, n) => 0 - n),
      )
      client.sendText(`[${Array.from({ length: 20_000 }, () => '{}').join()}]`)
      await client.fence()
      expect(client.frames.filter(frame => frame.type === 'error')).toHaveLength(20_000)
    })

    test('unknown fields are ignored; numbers out of range are clamped; half a cursor is none', async () => {
      const client = await server.client('ann')
      const extra = { roomId: 'room', window: 101, seq: -5, shoeSize: 43 }
      expect(await client.openRoom('room', extra)).toMatchObject({ type: 'room.live' })
      expect(client.frames.some(frame => frame.type === 'room.snapshot')).toBe(true)
    })

    test('ping is answered with its n; signals have no answer but a refusal, presence.watch has its ok', async () => {
      const client = await server.client('ann')
      client.send({ type: 'ping', n: 42 })
      await client.next('pong', frame => frame.n === 42)
      for (const frame of [
        { type: 'typing.start', roomId: 'room' },
        { type: 'typing.stop', roomId: 'room' },
        { type: 'presence.set', status: 'away' },
      ]) {
        client.send({ ref: 'unanswered', ...frame })
      }
      expect(await client.request({ type: 'typing.start', roomId: 'none' })).toMatchObject({ code: 'not_found' })
      expect(await client.request({ type: 'presence.watch', userIds: ['bob'] })).toMatchObject({ type: 'ok' })
      await client.fence()
      expect(client.frames.some(frame => 'ref' in frame && frame.ref === 'unanswered')).toBe(false)
    })
  })

  describe('rooms', () => {
    test('[send] a room need not be open; the answers carry clientId and roomId', async () => {
      const client = await server.client('ben')
      expect(await client.say('room', 'unopened-1', 'hello')).toMatchObject({ type: 'message.ack', roomId: 'room' })
      expect(await client.say('room', 'unopened-1', 'hello')).toMatchObject({ duplicate: true })
      expect(await client.say('room', 'unopened-1', 'other')).toMatchObject({ code: 'conflict', roomId: 'room' })
      expect(await client.say('nowhere', 'unopened-2', 'x')).toMatchObject({ code: 'not_found', roomId: 'nowhere' })
    })

    test.each([
      ['empty', '', 'bad_request'],
      ['white space', ' \n\t', 'bad_request'],
      ['NUL', 'a\0b', 'bad_request'],
      ['half a surrogate pair', 'a\ud800', 'bad_request'],
      ['a byte too long', `${'ä'.repeat(4_096)}x`, 'too_large'],
    ])('[send] content that is %s is refused, for a new message and for an edit', async (_, content, code) => {
      const client = await server.client('ann')
      expect(await client.say('room', `bad-${code}-${content.length}`, content)).toMatchObject({ type: 'error', code })
      expect(await client.request({ type: 'message.edit', roomId: 'room', messageId: 'm', content })).toMatchObject({
        code,
      })
    })

    test('[send] content of exactly the limit is taken; a system message and an attachment are not', async () => {
      const client = await server.client('ann')
      expect(await client.say('room', 'longest', 'ä'.repeat(4_096))).toMatchObject({ type: 'message.ack' })
      expect(await client.say('room', 'system', 'x', { kind: 'system' })).toMatchObject({ code: 'forbidden' })
      expect(await client.say('room', 'file', 'x', { attachments: ['u1'] })).toMatchObject({ code: 'unsupported' })
    })

    test('[order] what one socket sends in one go gets its seqs in that order', async () => {
      const client = await server.client('ann')
      const ids = Array.from({ length: 200 }, (_, i) => `order-${i}`)
      client.sendText(
        JSON.stringify(ids.map(clientId => ({ type: 'message.send', roomId: 'room', clientId, content: clientId }))),
      )
      await client.next('message.ack', frame => frame.clientId === 'order-199')
      const acks = client.frames.filter(frame => frame.type === 'message.ack')
      expect(acks.map(ack => ack.clientId)).toEqual(ids)
      expect(acks.map(ack => ack.seq)).toEqual(acks.map((_, i) => (acks[0]?.seq ?? 0) + i))
    })

    test('[open] opening an open room starts it over: nothing of the old subscription follows', async () => {
      const client = await server.client('ann')
      const other = await server.client('ben')
      const { epoch } = (await client.openRoom('room')) as { epoch: string }
      for (let round = 0; round < 20; round++) {
        for (let i = 0; i < 5; i++)
          other.send({ type: 'message.send', roomId: 'room', clientId: `over-${round}-${i}`, content: 'x' })
        await client.fence()
        const mark = client.frames.length
        const ref = client.ref()
        client.send({ type: 'room.open', ref, roomId: 'room', epoch, seq: 3 })
        await client.next('room.live', frame => frame.ref === ref)
        await other.fence()
        await client.fence()
        // From the new subscription's first event, seq 4, on there is neither gap nor repeat.
        const events = client.frames.slice(mark).flatMap(frame => (frame.type === 'message.event' ? frame.events : []))
        const first = events.findIndex(event => event.seq === 4)
        expect(first).toBeGreaterThanOrEqual(0)
        expect(events.slice(first).map(event => event.seq)).toEqual(events.slice(first).map((_, i) => 4 + i))
      }
    })

    test('[open] a room opened over and over in one go is read once', async () => {
      const client = await server.client('ann')
      const frames = Array.from({ length: 200 }, (_, i) => ({ type: 'room.open', ref: `over-${i}`, roomId: 'room' }))
      client.sendText(JSON.stringify(frames))
      await client.next('room.live', frame => frame.ref === 'over-199')
      expect(client.frames.filter(frame => frame.type === 'room.snapshot')).toHaveLength(1)
    })

    test('[close] nothing of a closed room follows; closing what is not open is ok', async () => {
      const client = await server.client('ann')
      await client.openRoom('room')
      expect(await client.request({ type: 'room.close', roomId: 'room' })).toMatchObject({ type: 'ok', roomId: 'room' })
      expect(await client.request({ type: 'room.close', roomId: 'room' })).toMatchObject({ type: 'ok' })
      await client.say('room', 'after-close', 'x')
      await client.fence()
      expect(
        client
          .events('room')
          .filter(event => event.kind === 'message.created')
          .map(event => event.message.clientId),
      ).not.toContain('after-close')
    })

    test('[open] more rooms than a session may have open are too_large', async () => {
      const client = await server.client('ann')
      const deep = { type: 'public', members: [] }
      await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          server.call('ann', 'POST', '/api/rooms', { id: `many-${i}`, name: 'm', ...deep }),
        ),
      )
      // Rooms that cannot be opened do not count; those being opened do.
      const frames = Array.from({ length: MAX_OPEN_ROOMS + 1 }, (_, i) => ({
        type: 'room.open',
        ref: `o${i}`,
        roomId: `many-${i}`,
      }))
      client.sendText(JSON.stringify(frames.slice(0, 1_000)))
      client.send(frames[MAX_OPEN_ROOMS] ?? {})
      const isAnswer = (ref: string) => client.frames.some(frame => 'ref' in frame && frame.ref === ref)
      await client.until(() => isAnswer(`o${MAX_OPEN_ROOMS}`) && isAnswer('o999'), 'all to be answered')
      expect(client.frames.filter(frame => frame.type === 'room.live')).toHaveLength(20)
    })

    test('[reads] a read position reaches the others as a signal, and room.read has no answer', async () => {
      const [ann, ben] = [await server.client('ann'), await server.client('ben')]
      await ann.openRoom('room')
      ben.send({ type: 'room.read', ref: 'r', roomId: 'room', seq: 4 })
      expect(await ann.next('reads')).toMatchObject({ roomId: 'room', reads: { ben: 4 } })
      await ben.fence()
      expect(ben.frames.some(frame => 'ref' in frame && frame.ref === 'r')).toBe(false)
    })

    test('[cancel] is ok whether or not there was anything to give up', async () => {
      const client = await server.client('ann')
      const cancel = { type: 'message.cancel', roomId: 'room', clientId: 'nothing' }
      expect(await client.request(cancel)).toMatchObject({ type: 'ok', roomId: 'room', clientId: 'nothing' })
    })
  })
})
