import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Ack, Cursor, RoomEvent, SyncAnswer } from '../../src/contract.ts'
import { Api, expectBody } from '../../src/http.ts'
import { makeDataDir, type OwnServer, startServer } from '../../src/own-server.ts'
import { type Person, person, withToken } from '../../src/people.ts'
import { logOf, makeRoom, roomPath, snapshotOf } from '../../src/rooms.ts'
import { expectContiguous } from '../../src/shape.ts'
import { unique } from '../../src/unique.ts'

const ROUNDS = 3
const WRITERS = 3

/** Acknowledged messages of one round after which the server is killed, the others being in flight. */
const KILL_AFTER = 25
const SENDS_PER_WRITER = 40

interface Acked {
  readonly clientId: string
  readonly content: string
  readonly ack: Ack
}

let server: OwnServer

beforeAll(async () => {
  server = await startServer({ dataDir: await makeDataDir() })
})

afterAll(() => server.dispose())

/** The same user on the server as it runs now. */
function at(who: Person): Person {
  return withToken(who.id, who.token, server, who.name)
}

interface Outcome {
  readonly acked: readonly Acked[]
  /** What a reader had received live before the end. */
  readonly delivered: readonly RoomEvent[]
}

/** Writers send all at once; after `KILL_AFTER` acks the process is killed. */
async function sendUntilKilled(ann: Person, roomId: string): Promise<Outcome> {
  const acked: Acked[] = []
  const reader = await at(ann).connect()
  await reader.open(roomId, { window: 1 })
  const sockets = await Promise.all(Array.from({ length: WRITERS }, () => at(ann).connect()))
  const killed = Promise.all(sockets.map(socket => socket.closed))
  for (const socket of sockets) {
    for (let index = 0; index < SENDS_PER_WRITER; index += 1) {
      const clientId = unique('c')
      const content = `content of ${clientId}`
      const note = (ack: Ack) => {
        acked.push({ clientId, content, ack })
        if (acked.length === KILL_AFTER) server.process.signal('SIGKILL')
      }
      socket.say(roomId, content, { clientId }).then(
        answer => answer.type === 'message.ack' && note(answer),
        () => undefined,
      )
    }
  }
  await killed
  await server.process.exited
  return { acked, delivered: reader.events(roomId) }
}

test('[P2.3.3] kill -9 loses no acknowledged message, burns no seq and keeps the epoch', {
  timeout: 120_000,
}, async () => {
  const ann = await person('ann', server)
  const roomId = await makeRoom(at(ann))
  const acked: Acked[] = []
  const delivered: RoomEvent[] = []
  let cursor: Cursor = { epoch: (await snapshotOf(at(ann), roomId)).epoch, seq: 0 }
  for (let round = 0; round < ROUNDS; round += 1) {
    const outcome = await sendUntilKilled(ann, roomId)
    acked.push(...outcome.acked)
    delivered.push(...outcome.delivered)
    server = await startServer({ dataDir: server.dataDir, secret: server.secret })
    const query = `?epoch=${encodeURIComponent(cursor.epoch)}&seq=${cursor.seq}`
    const answer = await new Api(server, ann.token).get<SyncAnswer>(roomPath(roomId, `/sync${query}`))
    const delta = expectBody(answer, 200)
    if (delta.kind !== 'delta') throw new Error(`the cursor was lost: ${delta.kind}`)
    expectContiguous(delta.events, cursor.seq + 1)
    cursor = { epoch: delta.epoch, seq: delta.seq }
  }
  expect(acked.length).toBeGreaterThanOrEqual(ROUNDS * KILL_AFTER)
  const bySeq = new Map((await logOf(at(ann), roomId)).map(event => [event.seq, event.message]))
  for (const { clientId, content, ack } of acked) {
    expect(bySeq.get(ack.seq)).toMatchObject({ id: ack.messageId, clientId, content })
  }
  for (const event of delivered)
    expect(bySeq.get(event.seq)?.id, 'nothing was shown that is not kept').toBe(event.message?.id)
  const [last] = acked.slice(-1)
  const { clientId, content } = last ?? { clientId: '', content: '' }
  const again = await at(ann).api.post<Ack>(roomPath(roomId, '/messages'), { clientId, content })
  expect(expectBody(again, 200)).toMatchObject({ messageId: last?.ack.messageId, seq: last?.ack.seq, duplicate: true })
})
