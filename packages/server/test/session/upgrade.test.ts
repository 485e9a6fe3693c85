import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { UPGRADES_A_TURN } from '../../src/session/upgrade.ts'
import { FakePlatform } from '../support/fake-platform.ts'
import { LiveServer } from '../support/live-server.ts'
import { tokenFor } from '../support/tokens.ts'

interface Attempt {
  readonly headers?: Record<string, string>
  readonly protocols?: string[]
  readonly path?: string
}

/** The outcome of an upgrade: 101, or the HTTP status that refused it. */
async function upgrade(
  url: string,
  attempt: Attempt,
): Promise<{ status: number; headers: IncomingMessage['headers']; protocol: string }> {
  const ws = new WebSocket(`${url.replace(/^http/, 'ws')}${attempt.path ?? '/api/socket'}`, attempt.protocols ?? [], {
    headers: attempt.headers ?? {},
  })
  ws.on('error', () => {})
  return new Promise((resolve, reject) => {
    ws.once('upgrade', response => {
      ws.once('open', () => {
        resolve({ status: 101, headers: response.headers, protocol: ws.protocol })
        ws.terminate()
      })
    })
    ws.once('unexpected-response', (_, response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, headers: response.headers, protocol: '' })
    })
    setTimeout(() => reject(new Error('the upgrade was not answered')), 10_000).unref()
  })
}

describe('an upgrade', () => {
  let server: LiveServer
  let token: string
  beforeAll(async () => {
    server = await LiveServer.start({ allowedOrigins: ['https://app.example.com'] })
    token = await tokenFor('ann')
  })
  afterAll(() => server.close())

  async function ticket(): Promise<string> {
    const { body } = await server.call('ann', 'POST', '/api/tickets')
    return (body as { ticket: string }).ticket
  }

  test('[3] the three credentials let in; the subprotocol is answered without the token', async () => {
    expect(await upgrade(server.url, { headers: { authorization: `Bearer ${token}` } })).toMatchObject({
      status: 101,
      protocol: '',
    })
    const offered = await upgrade(server.url, { protocols: ['holdfast.v1', `bearer.${token}`] })
    expect(offered).toMatchObject({ status: 101, protocol: 'holdfast.v1' })
    expect(JSON.stringify(offered.headers)).not.toContain(token)
    expect(await upgrade(server.url, { path: `/api/socket?ticket=${await ticket()}` })).toMatchObject({ status: 101 })
  })

  test.each<[string, () => Attempt]>([
    ['no credential', () => ({})],
    ['a bad token', () => ({ headers: { authorization: 'Bearer nonsense' } })],
    ['another scheme', () => ({ headers: { authorization: `Basic ${token}` } })],
    ['a token in the query', () => ({ path: `/api/socket?token=${token}` })],
    ['an unknown ticket', () => ({ path: '/api/socket?ticket=unknown' })],
    ['the subprotocol without ours', () => ({ protocols: [`bearer.${token}`] })],
  ])('[401] %s gets no socket', async (_, attempt) => {
    expect(await upgrade(server.url, attempt())).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
    })
  })

  test('[ticket] is good once: of many at the same time one gets in', async () => {
    const path = `/api/socket?ticket=${await ticket()}`
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => upgrade(server.url, { path })))
    expect(outcomes.filter(({ status }) => status === 101)).toHaveLength(1)
    expect(outcomes.filter(({ status }) => status === 401)).toHaveLength(7)
  })

  test.each(['https://evil.example', 'https://app.example.com.evil.io', 'http://app.example.com', 'null'])(
    '[403] a page of %s gets no socket, whatever it shows',
    async origin => {
      expect(await upgrade(server.url, { headers: { origin, authorization: `Bearer ${token}` } })).toMatchObject({
        status: 403,
      })
    },
  )

  test.each(['https://app.example.com', 'http://HOST'])('a page of %s gets one', async origin => {
    const headers = { origin: origin.replace('http://HOST', server.url), authorization: `Bearer ${token}` }
    expect(await upgrade(server.url, { headers })).toMatchObject({ status: 101 })
  })

  test('[mount] paths that are not ours are left alone, for the host’s own sockets', async () => {
    const host = createServer()
    const foreign: string[] = []
    host.on('upgrade', (request, socket, head) => {
      if (server.holdfast.handleUpgrade(request, socket, head)) return
      expect(socket.listenerCount('error')).toBe(0)
      foreign.push(request.url ?? '')
      socket.end('HTTP/1.1 418 Own\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    })
    host.listen(0, '127.0.0.1')
    await once(host, 'listening')
    const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
    for (const path of ['/', '/chat', '/api/socket/', '/api/socketx', '/x/api/socket']) {
      expect(await upgrade(url, { path, headers: { authorization: `Bearer ${token}` } })).toMatchObject({ status: 418 })
    }
    expect(foreign).toHaveLength(5)
    expect(await upgrade(url, { headers: { authorization: `Bearer ${token}` } })).toMatchObject({ status: 101 })
    host.close()
  })

  test('by itself the server answers 404 to sockets that are not its own', async () => {
    expect(await upgrade(server.url, { path: '/other' })).toMatchObject({ status: 404 })
  })

  test.each([
    ['leaves', ''],
    ['says more than a handshake', '\x81\x00garbage that is not masked'],
  ])('a peer that %s while its token is looked at harms nobody', async (_, rest) => {
    for (let i = 0; i < 20; i++) {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
      socket.on('error', () => {})
      await once(socket, 'connect')
      socket.write(
        `GET /api/socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
          `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer ${token}\r\n\r\n${rest}`,
      )
      if (rest === '') socket.resetAndDestroy()
      else await once(socket, 'data')
      socket.destroy()
    }
    const client = await server.client('ann')
    await client.fence()
  })
})

test('a crowd that asks at once is let in by turns, and who asks when it is quiet at once', async () => {
  const platform = new FakePlatform({ wallMs: Date.now() })
  const server = await LiveServer.start({ platform })
  const authorization = `Bearer ${await tokenFor('ann')}`
  const path = `${server.url.replace(/^http/, 'ws')}/api/socket`
  let opened = 0
  const sockets = Array.from({ length: 2 * UPGRADES_A_TURN + 1 }, () => {
    const ws = new WebSocket(path, { headers: { authorization } })
    ws.on('error', () => {})
    ws.once('open', () => opened++)
    return ws
  })
  await vi.waitFor(() => expect(opened).toBe(UPGRADES_A_TURN), { timeout: 30_000 })
  // Plain requests do not wait for them.
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  expect(opened).toBe(UPGRADES_A_TURN)
  const turning = setInterval(() => void platform.advance(1_000), 5)
  await vi.waitFor(() => expect(opened).toBe(sockets.length), { timeout: 30_000 })
  expect(await upgrade(server.url, { headers: { authorization } })).toMatchObject({ status: 101 })
  for (const ws of sockets) ws.terminate()
  await server.close()
  clearInterval(turning)
})
