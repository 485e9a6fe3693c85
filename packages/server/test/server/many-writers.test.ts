import type { MessageAck, RoomEvent } from '@holdfast/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'
import type { RawClient } from '../support/raw-client.ts'

const USERS = ['ann', 'ben', 'cy', 'dee', 'eli', 'fay']
const SENDS = 2_000
/** Every so manyth message is sent again, over another way. */
const DUPLICATED = 5

/** One message to send: whose, and by which of the three ways of its sender. */
interface Send {
  readonly user: string
  readonly clientId: string
  readonly content: string
  readonly way: number
}

function plan(): Send[] {
  const sends: Send[] = []
  for (let i = 0; sends.length < SENDS; i++) {
    const user = USERS[i % USERS.length] ?? ''
    const send = { user, clientId: `m${i}`, content: `message ${i} of ${user}`, way: Math.floor(i / USERS.length) % 3 }
    sends.push(send)
    if (i % DUPLICATED === 0) sends.push({ ...send, way: (send.way + 1) % 3 })
  }
  return sends
}

type Result = Pick<MessageAck, 'messageId' | 'seq' | 'at' | 'duplicate'>

describe.each([
  ['in memory', () => LiveServer.start()],
  ['on SQLite', () => LiveServer.startOnDisk()],
])('many writers %s', (_, start) => {
  let server: LiveServer
  afterEach(() => server.close())

  async function byHttp({ user, clientId, content }: Send): Promise<Result> {
    const { status, body } = await server.call(user, 'POST', '/api/rooms/room/messages', { clientId, content })
    expect([200, 201]).toContain(status)
    return body as Result
  }

  async function bySocket(client: RawClient, { clientId, content }: Send): Promise<Result> {
    const answer = await client.say('room', clientId, content)
    if (answer.type !== 'message.ack') throw new Error(`refused; ${JSON.stringify(answer)}`)
    return answer
  }

  test('2,000 concurrent sends by 6 users over 12 sockets and HTTP, duplicates among them: contiguous, identical everywhere, once each', async () => {
    server = await start()
    await server.room('room', 'ann', USERS.slice(1))
    const sockets = new Map<string, RawClient[]>()
    for (const user of USERS) {
      const own = [await server.client(user), await server.client(user)]
      for (const client of own) await client.openRoom('room')
      sockets.set(user, own)
    }
    const first = 2 + USERS.length
    const sends = plan()
    const results = await Promise.all(
      sends.map(send => {
        const client = sockets.get(send.user)?.[send.way]
        return client === undefined ? byHttp(send) : bySocket(client, send)
      }),
    )

    const distinct = new Map<string, Result[]>()
    sends.forEach(({ user, clientId }, i) => {
      const result = results[i]
      if (result !== undefined)
        distinct.set(`${user} ${clientId}`, [...(distinct.get(`${user} ${clientId}`) ?? []), result])
    })
    for (const answers of distinct.values()) {
      expect(new Set(answers.map(({ messageId, seq, at }) => `${messageId} ${seq} ${at}`)).size).toBe(1)
      expect(answers.filter(({ duplicate }) => !duplicate).length).toBe(1)
    }
    const head = first - 1 + distinct.size
    const wanted = Array.from({ length: distinct.size }, (_, i) => first + i)
    let seen: RoomEvent[] | null = null
    for (const client of [...sockets.values()].flat()) {
      await client.until(() => client.events('room').at(-1)?.seq === head, 'the last event')
      const events = client.events('room')
      expect(events.map(event => event.seq)).toEqual(wanted)
      seen ??= events
      expect(events).toEqual(seen)
    }
    const { body } = await server.call('ann', 'GET', '/api/rooms/room/sync')
    const sync = await server.call(
      'ann',
      'GET',
      `/api/rooms/room/sync?epoch=${(body as { epoch: string }).epoch}&seq=${head - 900}`,
    )
    expect((sync.body as { events: RoomEvent[] }).events).toEqual(seen?.slice(-900))
    // Each socket's own messages stand in the order in which it sent them.
    for (const user of USERS) {
      for (const way of [0, 1]) {
        const seqs = sends.flatMap((send, i) => {
          const result = results[i]
          return send.user === user && send.way === way && result?.duplicate === false ? [result.seq] : []
        })
        expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
      }
    }
  })
})
