import { upFrameSchema } from '@holdfast/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../src/http/app.ts'
import { startApp } from '../http/test-app.ts'
import { LiveServer } from '../support/live-server.ts'
import { tokenFor } from '../support/tokens.ts'
import { CALLS_INTO_A_ROOM, COMMANDS_INTO_A_ROOM, OF_A_SESSION, type Target, withoutRoom } from './calls.ts'

const MISSING = 'nowhere'
const OUTSIDERS = ['eve', 'kicked', 'banned', 'left']
/** What is not answered when all is well, and also when there is nothing to take back. */
const SILENT = ['typing.stop', 'presence.set']
const HIDDEN = ['private', 'direct', 'ephemeral', 'deleted']

/** Whoever has no business in a room cannot tell it from one that does not exist, whatever they ask in whatever way. */
describe('[idor] a room that one may not see', () => {
  let server: LiveServer
  const messages = new Map<string, string>()

  beforeAll(async () => {
    server = await LiveServer.startOnDisk()
    const room = (id: string, extra: object) =>
      server.call('ann', 'POST', '/api/rooms', { id, name: 'The secret name', type: 'private', ...extra })
    await room('private', { members: ['ben', 'kicked', 'banned', 'left'] })
    await room('direct', { type: 'direct', members: ['ben'] })
    await room('ephemeral', { ephemeral: true, members: ['ben', 'kicked', 'banned', 'left'] })
    await room('deleted', { members: ['ben', 'kicked', 'banned', 'left'] })
    for (const roomId of HIDDEN) {
      const { body } = await server.call('ann', 'POST', `/api/rooms/${roomId}/messages`, {
        clientId: 'first',
        content: 'The secret text',
      })
      messages.set(roomId, (body as { messageId: string }).messageId)
      if (roomId === 'direct') continue
      await server.call('ann', 'DELETE', `/api/rooms/${roomId}/members/kicked`)
      await server.call('ann', 'PUT', `/api/rooms/${roomId}/bans/banned`, { reason: 'The secret reason' })
      await server.call('left', 'POST', `/api/rooms/${roomId}/leave`)
    }
    await server.call('ann', 'DELETE', '/api/rooms/deleted')
  })
  afterAll(() => server.close())

  const targets = HIDDEN.flatMap(roomId => OUTSIDERS.map(who => ({ roomId, who })))
  const targetOf = (roomId: string, room: string): Target => ({
    roomId: room,
    messageId: messages.get(roomId) ?? '',
    member: 'ben',
  })

  /** An HTTP answer, as bytes and headers. */
  async function answerTo(who: string, method: string, path: string, body: unknown) {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${await tokenFor(who)}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const headers = [...response.headers].filter(([name]) => name !== 'date')
    return { status: response.status, headers, text: await response.text() }
  }

  async function headOf(roomId: string): Promise<unknown> {
    const { body } = await server.call('ann', 'GET', `/api/rooms/${roomId}/sync`)
    const { seq, members, reads } = body as { seq: number; members: unknown; reads: unknown }
    return { seq, members, reads }
  }

  test.each(targets)('over HTTP: $roomId, asked by $who, in every call that names a room', async ({ roomId, who }) => {
    const before = roomId === 'deleted' ? null : await headOf(roomId)
    for (const { method, path, body } of CALLS_INTO_A_ROOM) {
      const [hidden, missing] = [targetOf(roomId, roomId), targetOf(roomId, MISSING)]
      const got = await answerTo(who, method, path(hidden), body?.(hidden))
      expect(got.status, `${method} ${path(hidden)}: ${got.text}`).toBe(404)
      expect(got).toEqual(await answerTo(who, method, path(missing), body?.(missing)))
      expect(got.text).not.toMatch(/secret|private|direct|ephemeral|deleted/)
    }
    if (before !== null) expect(await headOf(roomId)).toEqual(before)
  })

  test.each(targets)('in every frame: $roomId, asked by $who, over a socket and over POST /api/commands', async at => {
    const socket = await server.client(at.who)
    /** What a session was answered to one frame; that it was not is known by what was committed behind it. */
    const overSocket = async (frame: { readonly type: string }) => {
      const from = socket.frames.length
      socket.send(frame)
      const fence = await socket.request({ type: 'message.pin', roomId: 'none', messageId: 'none' })
      const answers = () => socket.frames.slice(from).filter(answer => answer !== fence)
      if (frame.type === 'room.open') await socket.until(() => answers().length > 0, 'the answer to room.open')
      return answers()
    }
    const overHttp = async (frame: object) => (await server.call(at.who, 'POST', '/api/commands', [frame])).body
    for (const frameFor of [...COMMANDS_INTO_A_ROOM, ...OF_A_SESSION]) {
      const [hidden, missing] = [frameFor(targetOf(at.roomId, at.roomId)), frameFor(targetOf(at.roomId, MISSING))]
      const got = [overSocket, overHttp].map(async ask => withoutRoom(await ask(hidden), at.roomId))
      const [bySocket, byHttp] = await Promise.all(got)
      for (const [i, ask] of [overSocket, overHttp].entries()) {
        expect([bySocket, byHttp][i], JSON.stringify(hidden)).toEqual(withoutRoom(await ask(missing), MISSING))
      }
      if (!OF_A_SESSION.includes(frameFor)) expect(bySocket, JSON.stringify(hidden)).toEqual(byHttp)
      if (!SILENT.includes(hidden.type)) expect(bySocket, JSON.stringify(hidden)).toHaveLength(1)
      expect(JSON.stringify([bySocket, byHttp])).not.toMatch(/secret/)
    }
    socket.terminate()
  })

  test.each(targets)('among others: $roomId, asked by $who, in a hello, a sync of many and the lists', async at => {
    const rooms = [{ roomId: at.roomId }, { roomId: MISSING }, { roomId: at.roomId, epoch: 'x', seq: 1 }]
    const session = await server.client(at.who, { rooms, inbox: true, inboxSince: 'from the beginning' })
    await session.fence()
    const refusals = session.frames.filter(({ type }) => type === 'error')
    const [other, ...rest] = [at.roomId, MISSING].map(roomId =>
      withoutRoom(
        refusals.filter(frame => 'roomId' in frame && frame.roomId === roomId),
        roomId,
      ),
    )
    expect(other).toMatchObject([{ code: 'not_found' }])
    expect(rest).toEqual([other])
    expect(JSON.stringify(session.frames)).not.toContain('secret')
    session.terminate()
    const { body } = await server.call(at.who, 'POST', '/api/sync', { rooms })
    expect(body).toEqual({ rooms: rooms.map(({ roomId }) => ({ roomId, kind: 'error', code: 'not_found' })) })
    for (const path of ['/api/rooms', '/api/rooms?discover=true&q=secret', '/api/rooms?discover=true']) {
      expect(await server.call(at.who, 'GET', path)).toMatchObject({ status: 200, body: { rooms: [] } })
    }
  })

  test('of its messages, out of a room of one’s own: as of messages that do not exist', async () => {
    await server.room('mine', 'eve')
    const eve = await server.client('eve')
    const unknown = '01890000-0000-7000-8000-000000000000'
    for (const messageId of [messages.get('private') ?? '', messages.get('ephemeral') ?? '']) {
      const asked = (id: string) => [
        { type: 'message.edit', roomId: 'mine', messageId: id, content: 'x' },
        { type: 'message.delete', roomId: 'mine', messageId: id },
        { type: 'reaction.add', roomId: 'mine', messageId: id, key: 'x' },
        { type: 'reaction.remove', roomId: 'mine', messageId: id, key: 'x' },
        { type: 'message.pin', roomId: 'mine', messageId: id },
        { type: 'message.unpin', roomId: 'mine', messageId: id },
      ]
      for (const [i, frame] of asked(messageId).entries()) {
        const { ref: _, ...got } = await eve.request(frame)
        const { ref: __, ...other } = await eve.request(asked(unknown)[i] ?? {})
        expect(got).toEqual(other)
        expect(got).toMatchObject({ type: 'error', code: 'not_found' })
      }
      const reply = await eve.say('mine', 'reply', 'x', { replyTo: messageId })
      expect(reply).toMatchObject({ type: 'error', code: 'not_found' })
      for (const path of [`?around=${messageId}`, `/${messageId}/seen`]) {
        const got = await answerTo('eve', 'GET', `/api/rooms/mine/messages${path}`, undefined)
        const other = await answerTo(
          'eve',
          'GET',
          `/api/rooms/mine/messages${path.replace(messageId, unknown)}`,
          undefined,
        )
        expect(got).toEqual(other)
        expect(got.status).toBe(404)
      }
    }
  })

  test('by the cursors of those who may see it: nothing of it is read through them elsewhere', async () => {
    await server.room('own', 'eve')
    await server.call('eve', 'POST', '/api/rooms/own/messages', { clientId: 'c', content: 'Mine' })
    for (let i = 0; i < 3; i++) await server.call('ann', 'POST', '/api/rooms', { name: `R${i}`, type: 'private' })
    await server.call('ann', 'POST', '/api/rooms/private/messages', {
      clientId: 'second',
      content: 'The secret sequel',
    })
    const cursorOf = async (path: string) => {
      const { body } = await server.call('ann', 'GET', path)
      const { nextCursor } = body as { nextCursor: string | null }
      expect(nextCursor, path).not.toBeNull()
      return nextCursor ?? ''
    }
    const stolen = await Promise.all(
      ['/api/rooms/private/messages?limit=1', '/api/rooms/private/members?limit=1', '/api/rooms?limit=1'].map(cursorOf),
    )
    for (const cursor of [...stolen, `${stolen[0]}x`, '-1', String(2 ** 53), '__proto__', "' OR 1=1 --", '\u0000']) {
      for (const path of [
        '/api/rooms/own/messages',
        '/api/rooms/own/members',
        '/api/rooms',
        '/api/rooms?discover=true',
      ]) {
        const url = `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`
        const { status, text } = await answerTo('eve', 'GET', url, undefined)
        expect([200, 400], `${url}: ${text}`).toContain(status)
        expect(text).not.toMatch(/secret|"ann"|"ben"/)
      }
    }
  })
})

describe('[idor] the sweep', () => {
  test('asks every call of the server that names a room', async () => {
    const app = await startApp()
    const routes = createApp(app.deps).routes.filter(({ path, method }) => path.includes(':id') && method !== 'ALL')
    const asked = CALLS_INTO_A_ROOM.map(({ method, path }) => {
      const text = path({ roomId: ':id', messageId: ':messageId', member: ':userId' }).replace(/\?.*/, '')
      return `${method} ${decodeURIComponent(text)}`
    })
    const missed = new Set(
      routes.map(({ method, path }) => `${method} ${path}`).filter(route => !asked.includes(route)),
    )
    // Files are not built: their address answers `unsupported` whatever it names.
    expect([...missed]).toEqual(['GET /api/files/:id'])
    await app.close()
  })

  test('sends every frame that there is, but for those that name neither room nor message', () => {
    const types = upFrameSchema.options.map(({ entries }) => entries.type.literal)
    const target = { roomId: 'r', messageId: 'm', member: 'u' }
    const sent = [...COMMANDS_INTO_A_ROOM, ...OF_A_SESSION].map(frameFor => frameFor(target).type)
    const missed = types.filter(type => !sent.includes(type))
    expect(missed).toEqual(['session.hello', 'presence.watch', 'auth.refresh', 'ping'])
  })
})
