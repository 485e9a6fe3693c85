import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { type Person, people } from '../src/people.ts'
import { makeRoom, snapshotOf } from '../src/rooms.ts'
import { expectContiguous } from '../src/shape.ts'
import type { Socket } from '../src/socket.ts'
import { unique } from '../src/unique.ts'

/**
 * What is written while the readers do not read: past the 1 MiB that the server may keep, and past what the kernels
 * of both ends take up before the server notices (some 4 MB of send buffer and 6 MB of receive buffer).
 */
const FLOOD_BYTES = 16_000_000

/** Content of one message, and how many fit one frame. */
const CONTENT_BYTES = 8000
const PER_FRAME = 7

/** Protocol §6: a socket that does not drain within 30 s is closed. */
const DRAIN_MS = 30_000

interface Scene {
  readonly roomId: string
  readonly ann: Person
  readonly head: number
  /** Paused sockets with the room open. */
  readonly lagging: Socket
  readonly stuck: Socket
  /** The same user’s socket that reads on. */
  readonly witness: Socket
}

let scene: Scene

async function flood(writer: Socket, roomId: string, bytes: number): Promise<number> {
  let last = 0
  const content = 'x'.repeat(CONTENT_BYTES)
  for (let sent = 0; sent < bytes; sent += PER_FRAME * CONTENT_BYTES) {
    const clientIds = Array.from({ length: PER_FRAME }, () => unique('flood'))
    writer.send(clientIds.map(clientId => ({ type: 'message.send', clientId, roomId, content })))
    const answers = await Promise.all(clientIds.map(clientId => writer.answerTo(clientId)))
    for (const answer of answers) last = answer.type === 'message.ack' ? answer.seq : Number.NaN
  }
  return last
}

beforeAll(async () => {
  const [ann, bob] = await people('ann', 'bob')
  const roomId = await makeRoom(ann, { members: [bob] })
  const [lagging, stuck, witness, writer] = [
    await ann.connect(),
    await ann.connect(),
    await ann.connect(),
    await bob.connect(),
  ]
  for (const socket of [lagging, stuck, witness]) await socket.open(roomId)
  for (const socket of [lagging, stuck]) socket.ws.pause()
  const head = await flood(writer, roomId, FLOOD_BYTES)
  scene = { roomId, ann, head, lagging, stuck, witness }
}, 90_000)

test.concurrent('[P2.7.1] a reader that does not read is detached with lagging once its socket drains', async () => {
  const { lagging, roomId, head } = scene
  lagging.ws.resume()
  expect(await lagging.next('room.detached')).toMatchObject({ roomId, code: 'lagging' })
  const got = lagging.events(roomId)
  expectContiguous(got, 4)
  expect(got.length, 'not all of it was kept for a reader that did not read').toBeLessThan(head - 3)
})

test.concurrent('[P6.slow.1] after lagging the client opens the room again with its cursor and misses nothing', async () => {
  const { ann, roomId, head } = scene
  const socket = await ann.connect()
  const { snapshot, events, live } = await socket.open(roomId, {
    epoch: (await snapshotOf(ann, roomId, 1)).epoch,
    seq: head - 900,
  })
  expect(snapshot).toBeUndefined()
  expectContiguous(events, head - 899)
  expect(live.seq).toBeGreaterThanOrEqual(head)
})

test.concurrent('[P6.slow.2] readers beside a slow one get everything, in order', async () => {
  const { witness, roomId, head } = scene
  await witness.reaches(roomId, head)
  const events = witness.events(roomId)
  expectContiguous(events, 4)
  expect(events.length).toBe(head - 3)
})

test.concurrent('[P6.slow.3] a socket that does not drain within 30 s is closed with 4008', {
  timeout: 2 * DRAIN_MS + 60_000,
}, async () => {
  const { stuck } = scene
  await sleep(DRAIN_MS + 5000)
  stuck.ws.resume()
  expect((await stuck.closes()).code).toBe(4008)
})
