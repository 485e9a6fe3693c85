import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { toNodeHandler } from '../../src/http/node-handler.ts'
import { MAX_REQUESTS_PER_PERSON, MAX_SYNCS_PER_PERSON, MAX_UNREAD_BYTES, UnderWay } from '../../src/http/under-way.ts'
import { Listener } from '../../src/listener.ts'
import { LiveServer } from '../support/live-server.ts'
import { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'

const DRIPPING = 1_000

describe('[connections] more of them than anybody needs', () => {
  const servers: LiveServer[] = []
  const listeners: Listener[] = []
  const peers: Socket[] = []
  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.destroy()
    for (const listener of listeners.splice(0)) listener.cut()
    for (const server of servers.splice(0)) await server.close()
  })

  async function start(sendRate: number): Promise<LiveServer> {
    const server = await LiveServer.start({ sendRate })
    servers.push(server)
    return server
  }

  function peer(url: string, text: string): Socket {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(text)
    peers.push(socket)
    return socket
  }

  /** The head of a request whose body does not come. */
  async function headOf(userId: string, path: string): Promise<string> {
    const lines = [
      `POST ${path} HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${await tokenFor(userId)}`,
      'Content-Type: application/json',
      'Content-Length: 10',
    ]
    return `${lines.join('\r\n')}\r\n\r\n`
  }

  test('one person who opens and closes sockets in a loop is told 429 after a burst, and others get in', async () => {
    const server = await start(20)
    const token = await tokenFor('eve')
    const startedMs = performance.now()
    let opened = 0
    let refusal: unknown = null
    while (refusal === null && opened < 5_000) {
      await RawClient.connect(server.url, token).then(
        client => {
          opened++
          client.terminate()
        },
        error => {
          refusal = error
        },
      )
    }
    expect(String(refusal)).toContain('429')
    expect(opened).toBeLessThanOrEqual(500 + (performance.now() - startedMs) / 100 + 1)
    await (await server.client('ann')).fence()
    expect(await server.call('eve', 'GET', '/api/me')).toMatchObject({ status: 200 })
  })

  test.each([
    ['requests', '/api/rooms', MAX_REQUESTS_PER_PERSON],
    ['syncs', '/api/sync', MAX_SYNCS_PER_PERSON],
  ])(
    'one person may have so many %s under way: one more is 429, and one that ends makes room',
    async (_, path, most) => {
      const server = await start(20)
      const head = await headOf('eve', path)
      const held = Array.from({ length: most }, () => peer(server.url, head))
      const refused = async () => {
        const { status } = await server.call('eve', 'POST', path, { rooms: [], name: 'Room', type: 'private' })
        return status === 429
      }
      await expect.poll(refused, { timeout: 10_000 }).toBe(true)
      const extra = peer(server.url, head)
      const [answer] = await once(extra, 'data')
      expect(String(answer)).toMatch(/^HTTP\/1\.1 429 [\s\S]*retry-after: 1\r\n[\s\S]*"code":"rate_limited"/i)
      expect(await server.call('ann', 'POST', '/api/sync', { rooms: [] })).toMatchObject({ status: 200 })
      held[0]?.destroy()
      await expect.poll(refused, { timeout: 10_000 }).toBe(false)
    },
  )

  test('one person who asks without end is told 429 after a burst, and others are answered', async () => {
    const server = await start(20)
    const startedMs = performance.now()
    const ask = async () => (await server.call('eve', 'GET', '/api/me')).status
    const statuses: number[] = []
    while (!statuses.includes(429) && statuses.length < 10_000) {
      statuses.push(...(await Promise.all(Array.from({ length: 50 }, ask))))
    }
    const answered = statuses.filter(status => status === 200).length
    expect(statuses).toContain(429)
    expect(answered).toBeLessThanOrEqual(2_000 + (performance.now() - startedMs) / 5)
    expect(await server.call('ann', 'GET', '/api/me')).toMatchObject({ status: 200 })
  })

  test('the frames of a request count like requests: no detour round the pace of a socket', async () => {
    const server = await start(20)
    const token = await tokenFor('eve', { expiresInS: -60 })
    const frames = Array.from({ length: 200 }, () => ({ type: 'auth.refresh', ref: 'r', token }))
    const startedMs = performance.now()
    let taken = 0
    let answer = await server.call('eve', 'POST', '/api/commands', frames)
    for (
      ;
      answer.status === 200 && taken < 50_000;
      answer = await server.call('eve', 'POST', '/api/commands', frames)
    ) {
      expect(answer.body).toHaveLength(frames.length)
      taken += frames.length
    }
    expect(answer).toMatchObject({ status: 429, body: { code: 'rate_limited', retryAfterMs: expect.any(Number) } })
    expect(taken).toBeGreaterThanOrEqual(1_800)
    expect(taken).toBeLessThanOrEqual(2_000 + (performance.now() - startedMs) / 5)
    expect(await server.call('ann', 'POST', '/api/commands', frames)).toMatchObject({ status: 200 })
  })

  test('with rate limits off nobody is counted', async () => {
    const server = await start(0)
    const head = await headOf('eve', '/api/sync')
    for (let i = 0; i < 20; i++) peer(server.url, head)
    for (let i = 0; i < 20; i++) {
      expect(await server.call('eve', 'POST', '/api/sync', { rooms: [] })).toMatchObject({ status: 200 })
    }
  })

  test('what is counted is forgotten when it is over, also when the peer had gone before', () => {
    const underWay = new UnderWay(2)
    const ends: (() => void)[] = []
    const open = { closed: false, writableLength: 0, once: (_: 'close', end: () => void) => ends.push(end) }
    expect([1, 2, 3].map(() => underWay.enter('eve', { ...open }))).toEqual([true, true, false])
    expect(underWay.enter('ann', { ...open, closed: true })).toBe(true)
    expect(underWay.size).toBe(1)
    for (const end of ends) end()
    expect(underWay.size).toBe(0)
  })

  test('who leaves too many bytes of answers unread gets no more of them, until some are read', () => {
    const underWay = new UnderWay(100)
    const answer = (writableLength: number) => ({ closed: false, writableLength, once: () => {} })
    const large = answer(MAX_UNREAD_BYTES - 1)
    expect(underWay.enter('eve', large)).toBe(true)
    expect(underWay.enter('eve', answer(1))).toBe(true)
    expect(underWay.enter('eve', answer(0))).toBe(false)
    expect(underWay.enter('ann', answer(0))).toBe(true)
    large.writableLength = 0
    expect(underWay.enter('eve', answer(0))).toBe(true)
  })

  test.each([
    ['handshakes', 'GET /api/socket HTTP/1.1\r\n', 'X-Drip: x\r\n'],
    ['connections that say nothing', '', ''],
    ['bodies', null, '1'],
  ])('1,000 %s that drip are ended by their deadline, and others are served meanwhile', async (_, first, drip) => {
    const server = await start(0)
    const { holdfast } = server
    const times = { headersMs: 1_000, requestMs: 1_500, checkMs: 50 }
    const upgrade = holdfast.handleUpgrade.bind(holdfast)
    const listener = new Listener(toNodeHandler(holdfast), upgrade, times)
    listeners.push(listener)
    const { url } = await listener.listen({ host: '127.0.0.1', port: 0 })
    // Before the others: in one process with them nobody gets in within the second that is given to a handshake.
    const ann = await RawClient.open(url, await tokenFor('ann'))
    const text = first ?? (await headOf('eve', '/api/rooms')).replace('Length: 10', 'Length: 1000')
    const slow: Socket[] = []
    while (slow.length < DRIPPING) {
      // A few at a time: the kernel lets no more wait to be accepted.
      const some = Array.from({ length: 100 }, () => peer(url, text))
      await Promise.all(some.map(socket => once(socket, 'connect')))
      slow.push(...some)
    }
    let answers = ''
    for (const socket of slow) socket.on('data', data => (answers = String(data)))
    const dripping = setInterval(() => {
      for (const socket of slow) if (drip !== '' && socket.writable) socket.write(drip)
    }, 100)
    await ann.fence()
    await Promise.all(slow.map(gone))
    clearInterval(dripping)
    expect(answers).toMatch(/^HTTP\/1\.1 408 /)
    await ann.fence()
    ann.terminate()
  })
})

/** Resolves when a connection is gone, in whatever way. */
function gone(socket: Socket): Promise<unknown> {
  return socket.closed ? Promise.resolve() : new Promise(resolve => socket.once('close', resolve))
}
