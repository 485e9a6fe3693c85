import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { MAX_REQUESTS_PER_PERSON, MAX_UNREAD_BYTES } from '../../src/http/under-way.ts'
import { MAX_EVENTS_FRAME } from '../../src/room/tail.ts'
import { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'
import { clientFrame, OPCODE } from '../support/wire.ts'
import { WireClient } from '../support/wire-client.ts'
import { type Footprint, MeasuredServer } from './measured.ts'

const PEERS = 1_000
/** A thousand peers of a process beside this one are work for a machine that has other work. */
const TIMEOUT_MS = 180_000
/** More than the largest frame of events: an empty queue takes one frame whatever its size. */
const QUEUE_BYTES = 2 * MAX_EVENTS_FRAME
const FRAME_BYTES = 65_536
const MIB = 1_048_576
const SEND_RATE = 20
/** A page of the longest messages, with what is about them. */
const PAGE_BYTES = 100 * 9_000
/** What a server may hold more than before for no fault of the attack: code that ran for the first time, caches with a limit. */
const NOISE = 12 * MIB
/** The same of what the system gives, which it takes back when it likes. */
const RSS_NOISE = 64 * MIB

/** The server has a process of its own here, and is measured from outside. */
describe('[memory] of a server under attack', () => {
  const servers: MeasuredServer[] = []
  const peers: RawClient[] = []
  const wires: WireClient[] = []
  afterEach(async () => {
    for (const peer of [...peers.splice(0)]) peer.terminate()
    for (const wire of wires.splice(0)) wire.destroy()
    for (const server of servers.splice(0)) await server.close()
  })

  async function start(sendRate = 0): Promise<MeasuredServer> {
    const server = await MeasuredServer.start(QUEUE_BYTES, sendRate)
    servers.push(server)
    return server
  }

  /** So many of `one`, a few at a time: the kernel lets no more wait to be accepted. */
  async function many<T>(one: () => Promise<T>): Promise<T[]> {
    const all: T[] = []
    while (all.length < PEERS) all.push(...(await Promise.all(Array.from({ length: 100 }, one))))
    return all
  }

  async function enter(url: string, userId: string): Promise<RawClient> {
    const peer = await RawClient.open(url, await tokenFor(userId))
    peers.push(peer)
    return peer
  }

  test('1,000 readers that stall while others chat: what is held does not grow with what they miss', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const server = await start()
    const room = { id: 'hot', name: 'Hot', type: 'private', members: ['ben', 'cy'] }
    expect(await server.call('ann', 'POST', '/api/rooms', room)).toMatchObject({ status: 201 })
    const readers = await many(() => enter(server.doorUrl, 'ben'))
    for (const reader of readers) {
      await reader.openRoom('hot')
      reader.ws.pause()
    }
    const [ann, cy] = [await enter(server.url, 'ann'), await enter(server.url, 'cy')]
    await cy.openRoom('hot')
    const before = await server.footprint()
    let said = 0
    const chat = async (): Promise<Footprint> => {
      for (let i = 0; i < 40; i++) await ann.say('hot', `m${said++}`, 'x'.repeat(8_000))
      await cy.until(() => cy.events('hot').length === said, 'all that was said')
      return server.footprint()
    }
    let full = await chat()
    for (let next = await chat(); next.unsent !== full.unsent; next = await chat()) {
      full = next
      expect(said, 'the readers to stall at all').toBeLessThan(400)
    }
    expect(full.most).toBeLessThanOrEqual(QUEUE_BYTES)
    expect(full.live - before.live).toBeLessThan(PEERS * QUEUE_BYTES)
    const after: Footprint[] = []
    for (let i = 0; i < 5; i++) after.push(await chat())
    for (const { unsent, live, rss } of after) {
      expect(unsent).toBe(full.unsent)
      expect(live - full.live).toBeLessThan(NOISE)
      expect(rss - full.rss).toBeLessThan(RSS_NOISE)
    }
    const seqs = cy.events('hot').map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i))

    for (const reader of readers) reader.terminate()
    const gone = await server.footprintWhen(({ sockets, live }) => sockets === 0 && live - before.live < NOISE)
    expect(gone.sockets).toBe(0)
    expect(gone.live - before.live).toBeLessThan(NOISE)
  })

  test('1,000 messages that never end: each holds what it sent and no more, others are served, and it is given back', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const server = await start()
    const before = await server.footprint()
    const token = await tokenFor('eve')
    wires.push(...(await many(() => WireClient.open(server.url, token))))
    const entered = await server.footprint()
    const part = clientFrame({ opcode: OPCODE.text, payload: 'x'.repeat(2_047), fin: false })
    const more = clientFrame({ opcode: OPCODE.continuation, payload: 'x'.repeat(2_047), fin: false })
    for (let sent = 0; sent < 32; sent++) for (const wire of wires) wire.write(sent === 0 ? part : more)
    await Promise.all(
      wires.map(wire => {
        wire.write(clientFrame({ opcode: OPCODE.ping }))
        return wire.until(() => wire.ofOpcode(OPCODE.pong).length === 1, 'the pong')
      }),
    )
    const full = await server.footprint()
    expect(full.live - entered.live).toBeLessThan(PEERS * 2 * FRAME_BYTES)
    await (await enter(server.url, 'ann')).fence()
    for (const wire of wires) wire.destroy()
    const gone = await server.footprintWhen(({ live }) => live - before.live < NOISE)
    expect(gone.live - before.live).toBeLessThan(NOISE)
  })

  test('one person who asks for more than they read, all at once, is held to so many bytes, and it is given back', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const server = await start(SEND_RATE)
    expect(await server.call('eve', 'POST', '/api/rooms', { id: 'own', name: 'Own', type: 'private' })).toMatchObject({
      status: 201,
    })
    const eve = await enter(server.url, 'eve')
    for (let i = 0; i < 100; i++) await eve.say('own', `m${i}`, 'x'.repeat(8_000))
    const before = await server.footprint()
    const path = '/api/rooms/own/messages?limit=100'
    const lines = [`GET ${path} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${await tokenFor('eve')}`]
    const sockets = Array.from({ length: 4 }, () => connect(Number(new URL(server.url).port), '127.0.0.1'))
    for (const socket of sockets) {
      socket.on('error', () => {})
      socket.pause()
      socket.write(`${lines.join('\r\n')}\r\n\r\n`.repeat(MAX_REQUESTS_PER_PERSON))
    }
    const isRefused = async () => (await server.call('eve', 'GET', path)).status === 429
    await expect.poll(isRefused, { timeout: 30_000 }).toBe(true)
    const full = await server.footprint()
    expect(full.live - before.live).toBeLessThan(MAX_UNREAD_BYTES + 10 * PAGE_BYTES + NOISE)
    expect(await server.call('ann', 'GET', '/api/me')).toMatchObject({ status: 200 })
    for (const socket of sockets) socket.destroy()
    const gone = await server.footprintWhen(({ live }) => live - before.live < NOISE)
    expect(gone.live - before.live).toBeLessThan(NOISE)
    expect(await isRefused()).toBe(false)
  })
})
