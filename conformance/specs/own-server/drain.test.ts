import { afterAll, expect, test } from 'vitest'
import { bounded, eventually } from '../../src/bounded.ts'
import { Api } from '../../src/http.ts'
import { DRAIN_MS } from '../../src/limits.ts'
import { type OwnServer, startServer } from '../../src/own-server.ts'
import { person } from '../../src/people.ts'
import { history, makeRoom } from '../../src/rooms.ts'
import type { Sent } from '../../src/socket.ts'

/** Messages in flight when the signal comes: few enough for one page of history. */
const IN_FLIGHT = 80

/** Codes after which a client reconnects (protocol §4); 1006 is a connection that just ended. */
const RECONNECT_CODES = [1001, 1006, 1011, 1012]

const servers: OwnServer[] = []

async function start(options?: Parameters<typeof startServer>[0]): Promise<OwnServer> {
  const server = await startServer(options)
  servers.push(server)
  return server
}

afterAll(() => Promise.all(servers.map(server => server.dispose())))

test.each(['SIGTERM', 'SIGINT'] as const)(
  '[P6.drain.1] on %s: session.draining, a close that lets clients reconnect, exit 0 within 30 s',
  async signal => {
    const server = await start()
    const ann = await person('ann', server)
    const socket = await ann.connect()
    server.process.signal(signal)
    const { reconnectWithinMs } = await socket.next('session.draining')
    expect(Number.isInteger(reconnectWithinMs) && reconnectWithinMs >= 0).toBe(true)
    const { code } = await socket.closes(DRAIN_MS)
    expect(RECONNECT_CODES.includes(code) || (code >= 4000 && code < 4500), `code ${code}`).toBe(true)
    const exit = await bounded(server.process.exited, () => 'the server to exit', DRAIN_MS)
    expect(exit).toEqual({ code: 0, signal: null })
  },
)

test('[P6.drain.2] what is in flight is answered, and what was acknowledged is there after the restart', async () => {
  const server = await start()
  const ann = await person('ann', server)
  const roomId = await makeRoom(ann)
  const socket = await ann.connect()
  const outcomes: Sent[] = []
  const sends = Array.from({ length: IN_FLIGHT }, (_, index) =>
    socket.say(roomId, `in flight ${index}`).then(answer => outcomes.push(answer)),
  )
  await sends[0]
  server.process.signal('SIGTERM')
  await Promise.all(sends)
  await bounded(server.process.exited, () => 'the server to exit', DRAIN_MS)
  const again = await start({ dataDir: server.dataDir, secret: server.secret })
  const ids = (await history({ ...ann, api: new Api(again, ann.token) }, roomId, '?limit=100')).messages.map(
    one => one.id,
  )
  const acked = outcomes.flatMap(answer => (answer.type === 'message.ack' ? [answer.messageId] : []))
  expect(acked.length).toBeGreaterThan(0)
  expect(ids).toEqual(acked)
  for (const answer of outcomes) if (answer.type === 'error') expect(answer.retryable).toBe(true)
})

test('[P6.drain.3] a draining node accepts no more', async () => {
  const server = await start()
  const ann = await person('ann', server)
  const socket = await ann.connect()
  server.process.signal('SIGTERM')
  await socket.next('session.draining')
  await expect(ann.connect()).rejects.toThrow()
  const ready = async () =>
    (await ann.api.get('/readyz').catch(() => ({ status: 503 }))).status === 503 ? true : undefined
  await eventually(ready, '/readyz to say that the node is going away')
  await bounded(server.process.exited, () => 'the server to exit', DRAIN_MS)
})
