import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAX_EVENTS_FRAME } from '../../src/room/tail.ts'
import { LiveServer } from '../support/live-server.ts'
import { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'

const READERS = 1_000
/** More than the largest frame of events: an empty queue takes one frame whatever its size. */
const QUEUE_BYTES = 2 * MAX_EVENTS_FRAME
const FRAME_BYTES = 65_536

/**
 * Peers come in through a Unix socket, of which the kernel holds little, and whose near ends the test has in hand: so what the
 * server itself holds for each of them can be counted.
 */
describe('[slow] peers that stall', () => {
  let server: LiveServer
  let door: Server
  let folder: string
  let doorUrl: string
  const nearEnds: Socket[] = []
  const peers: RawClient[] = []

  beforeAll(async () => {
    server = await LiveServer.start({ limits: { sendQueueBytes: QUEUE_BYTES, slowReaderMs: 300_000 } })
    folder = await mkdtemp(join(tmpdir(), 'holdfast-abuse-'))
    door = createServer()
    door.on('upgrade', (request, socket: Socket, head) => {
      nearEnds.push(socket)
      server.holdfast.handleUpgrade(request, socket, head)
    })
    door.listen(join(folder, 'door'))
    await once(door, 'listening')
    doorUrl = `ws+unix:${join(folder, 'door')}:`
  })
  afterAll(async () => {
    for (const peer of peers) peer.terminate()
    await server.close()
    door.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function enter(userId: string): Promise<RawClient> {
    const peer = await RawClient.open(doorUrl, await tokenFor(userId))
    peers.push(peer)
    return peer
  }

  /** So many, a few at a time: the kernel lets no more wait to be accepted. */
  async function enterAll(count: number, userId: string): Promise<RawClient[]> {
    const entered: RawClient[] = []
    while (entered.length < count) {
      const batch = Math.min(100, count - entered.length)
      entered.push(...(await Promise.all(Array.from({ length: batch }, () => enter(userId)))))
    }
    return entered
  }

  /** Reads on until so many events of the room are there. All run in one process: who reads may fall behind too, and comes back. */
  async function follow(reader: RawClient, epoch: string, events: number): Promise<void> {
    const last = (type: string) => reader.frames.findLastIndex(frame => frame.type === type)
    const isDetached = () => last('room.detached') > last('room.live')
    const isThere = () => reader.events('hot').length >= events
    while (!isThere()) {
      await reader.until(() => isThere() || isDetached(), 'events, or to be detached')
      const seq = reader.events('hot').at(-1)?.seq
      if (isDetached()) await reader.openRoom('hot', { epoch, seq })
    }
  }

  const held = () => nearEnds.reduce((sum, socket) => sum + socket.writableLength, 0)

  async function say(count: number, name: string): Promise<void> {
    const sender = await server.client('ann')
    for (let i = 0; i < count; i++) await sender.say('hot', `${name}${i}`, 'x'.repeat(8_000))
    sender.terminate()
  }

  test('1,000 readers that stall hold no more than their budget each, others are served, and it is given back', async () => {
    await server.room('hot', 'ann', ['ben', 'cy'])
    const readers = await enterAll(READERS, 'ben')
    for (const reader of readers) {
      await reader.openRoom('hot')
      reader.ws.pause()
    }
    const cy = await server.client('cy')
    const { epoch } = (await cy.openRoom('hot')) as { epoch: string }
    let sent = 0
    const sayMore = async () => {
      await say(40, `${sent}-`)
      sent += 40
      await follow(cy, epoch, sent)
      return held()
    }
    // How much the kernel takes is its own affair: until no reader takes any more.
    let before = -1
    for (let now = 0; now !== before || now < (READERS * QUEUE_BYTES) / 3; now = await sayMore()) {
      before = now
      expect(sent, 'the readers to stall at all').toBeLessThan(400)
    }
    expect(Math.max(...nearEnds.map(socket => socket.writableLength))).toBeLessThanOrEqual(QUEUE_BYTES)
    expect(await sayMore()).toBe(before)
    const seqs = cy.events('hot').map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i))
    expect(await server.call('cy', 'GET', '/api/rooms/hot/messages?limit=1')).toMatchObject({ status: 200 })

    for (const reader of readers.slice(0, 50)) reader.ws.resume()
    for (const reader of readers.slice(0, 50)) {
      expect(await reader.next('room.detached')).toMatchObject({ roomId: 'hot', code: 'lagging' })
    }
    for (const reader of readers) reader.terminate()
    await Promise.all(nearEnds.map(gone))
    expect(held()).toBe(0)
  })

  test('messages that never end hold no more than one frame each, and others are served', async () => {
    const drips = await enterAll(100, 'eve')
    for (const { ws } of drips) {
      for (let i = 0; i < 32; i++) ws.send('x'.repeat(FRAME_BYTES / 32 - (i === 0 ? 1 : 0)), { fin: false })
    }
    await Promise.all(drips.map(({ ws }) => once(ws.ping() ?? ws, 'pong')))
    const ann = await server.client('ann')
    await ann.fence()
    // One byte less than a frame is held; two more are too many.
    for (const drip of drips) drip.ws.send('xx', { fin: false })
    for (const drip of drips) expect(await drip.closed()).toBe(1009)
  })

  test('a message in more fragments than any client needs closes, however small they are', async () => {
    const drips = await enterAll(20, 'eve')
    for (const { ws } of drips) for (let i = 0; i < 65; i++) ws.send('', { fin: false })
    for (const drip of drips) expect(await drip.closed()).toBe(1008)
  })

  test('who pings without reading the answers is cut, and holds next to nothing until then', async () => {
    const before = nearEnds.length
    const flooders = await enterAll(20, 'eve')
    const most: number[] = []
    const watch = setInterval(() => most.push(held()), 1)
    for (const { ws } of flooders) {
      ws.pause()
      for (let i = 0; i < 20_000; i++) ws.ping(Buffer.alloc(125))
    }
    await Promise.all(nearEnds.slice(before).map(gone))
    clearInterval(watch)
    expect(Math.max(0, ...most)).toBeLessThanOrEqual(flooders.length * QUEUE_BYTES)
    const ann = await server.client('ann')
    await ann.fence()
  })

  test('pongs that nobody asked for, and control frames that are too long, cost nothing or close', async () => {
    const chatty = await enter('eve')
    for (let i = 0; i < 5_000; i++) chatty.ws.pong(Buffer.alloc(125))
    await chatty.fence()
    const broken = await enter('eve')
    const { _socket: raw } = broken.ws as unknown as { _socket: Socket }
    raw.write(Buffer.concat([Buffer.from([0x89, 0xfe, 0, 126, 0, 0, 0, 0]), Buffer.alloc(126)]))
    expect(await broken.closed()).toBe(1002)
    expect(chatty.isClosed).toBe(false)
  })
})

/** Resolves when a connection is gone, in whatever way. */
function gone(socket: Socket): Promise<unknown> {
  return socket.closed ? Promise.resolve() : new Promise(resolve => socket.once('close', resolve))
}
