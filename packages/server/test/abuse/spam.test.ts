import { MAX_WATCHED_PEOPLE } from '@holdfast/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { READS_INTERVAL_MS } from '../../src/room/read-signals.ts'
import { TYPING_INTERVAL_MS } from '../../src/room/typing-signals.ts'
import { LiveServer } from '../support/live-server.ts'
import type { RawClient } from '../support/raw-client.ts'

/** Inbox and presence: at most one frame in so many milliseconds (docs/protocol.md §4, §8). */
const SECOND_MS = 1_000
const MESSAGES = 200

/**
 * With every rate limit off, what others are told of somebody's spam is bounded by the pace of each signal alone. How many
 * frames that allows follows from the time that has passed, which is measured and not asserted.
 */
describe('[spam] of signals', () => {
  let server: LiveServer
  beforeAll(async () => {
    server = await LiveServer.start()
    await server.room('room', 'ann', ['eve', 'ben'])
    const sends = Array.from({ length: MESSAGES }, (_, i) => ({
      type: 'message.send',
      roomId: 'room',
      clientId: `m${i}`,
      content: 'x',
    }))
    await server.call('ann', 'POST', '/api/commands', sends)
  })
  afterAll(() => server.close())

  /** What a reader was sent of a signal while `spam` went on and until `isDone`; and the most that its pace allows. */
  async function during(
    type: 'typing' | 'presence' | 'reads' | 'inbox',
    paceMs: number,
    spam: (sockets: readonly RawClient[]) => Promise<void>,
    isDone: (reader: RawClient) => boolean,
  ): Promise<{ readonly told: number; readonly most: number }> {
    const reader = await server.client('ann', { inbox: true })
    await reader.openRoom('room')
    const sockets = [await server.client('eve'), await server.client('eve')]
    await reader.fence()
    const from = reader.frames.length
    const startedMs = performance.now()
    await spam(sockets)
    await reader.until(() => isDone(reader), `the last ${type}`)
    const most = 2 + Math.ceil((performance.now() - startedMs) / paceMs)
    const told = reader.frames.slice(from).filter(frame => frame.type === type).length
    for (const client of [reader, ...sockets]) client.terminate()
    return { told, most }
  }

  test('typing: starts and stops without end, on two sockets and by requests', async () => {
    const pair = [
      { type: 'typing.start', roomId: 'room' },
      { type: 'typing.stop', roomId: 'room' },
    ]
    const { told, most } = await during(
      'typing',
      TYPING_INTERVAL_MS,
      async sockets => {
        for (let i = 0; i < 20; i++) {
          for (const socket of sockets) socket.send(Array.from({ length: 100 }, (_, j) => pair[j % 2]))
          await server.call('eve', 'POST', '/api/commands', pair)
        }
        const ben = await server.client('ben')
        ben.send(pair[0] ?? {})
      },
      reader => reader.frames.some(frame => frame.type === 'typing' && frame.userIds.includes('ben')),
    )
    expect(told).toBeGreaterThan(0)
    expect(told).toBeLessThanOrEqual(most)
  })

  test('presence: another status with every frame', async () => {
    const { told, most } = await during(
      'presence',
      SECOND_MS,
      async sockets => {
        for (let i = 0; i < 50; i++) {
          const wishes = Array.from({ length: 40 }, (_, j) => ({
            type: 'presence.set',
            status: j % 2 === 0 ? 'online' : 'busy',
            customStatus: i === 49 && j === 39 ? 'the last' : `${i}.${j}`,
          }))
          for (const socket of sockets) socket.send(wishes)
        }
      },
      reader => JSON.stringify(reader.frames.at(-1)).includes('the last'),
    )
    expect(told).toBeLessThanOrEqual(most)
  })

  test('read positions: each message read one by one', async () => {
    const { told, most } = await during(
      'reads',
      READS_INTERVAL_MS,
      async ([socket]) => {
        for (let seq = 0; seq < MESSAGES; seq++) {
          await server.call('eve', 'PUT', '/api/rooms/room/read', { seq })
        }
        socket?.send({ type: 'room.read', roomId: 'room', seq: MESSAGES + 4 })
      },
      reader => reader.frames.some(frame => frame.type === 'reads' && frame.reads.eve === MESSAGES + 4),
    )
    expect(told).toBeGreaterThan(0)
    expect(told).toBeLessThanOrEqual(most)
  })

  test('mentions: a message with one to each frame', async () => {
    const { told, most } = await during(
      'inbox',
      SECOND_MS,
      async ([socket]) => {
        const mention = (i: number) => ({
          type: 'message.send',
          roomId: 'room',
          clientId: `e${i}`,
          content: `at you ${i}`,
          mentions: ['ann'],
        })
        socket?.send(Array.from({ length: 300 }, (_, i) => mention(i)))
      },
      reader => reader.frames.some(({ type, ...rest }) => type === 'inbox' && JSON.stringify(rest).includes('you 299')),
    )
    expect(told).toBeLessThanOrEqual(most)
  })

  test('watching: over and over other people; the last ones count, and one is told once of each', async () => {
    const eve = await server.client('eve')
    const userIds = Array.from({ length: MAX_WATCHED_PEOPLE - 1 }, (_, i) => `p${i}`)
    await server.call('eve', 'POST', '/api/rooms', { id: 'crowd', name: 'c', type: 'private', members: userIds })
    const from = eve.frames.length
    const startedMs = performance.now()
    for (let i = 0; i < 300; i++) eve.send({ type: 'presence.watch', ref: `w${i}`, userIds: [...userIds, 'ann'] })
    await eve.next('ok', ({ ref }) => ref === 'w299')
    const ann = await server.client('ann')
    ann.send({ type: 'presence.set', status: 'busy', customStatus: 'still told' })
    await eve.next('presence', ({ users }) => users.some(({ customStatus }) => customStatus === 'still told'))
    const told = eve.frames.slice(from).filter(({ type }) => type === 'presence')
    expect(told.length).toBeLessThanOrEqual(300 + 2 + (performance.now() - startedMs) / SECOND_MS)
    expect(JSON.stringify(told).length).toBeLessThan(32_768 * 2 + (8.192 + 1) * (performance.now() - startedMs))
  })
})

describe('[spam] under rate limits', () => {
  let server: LiveServer
  beforeAll(async () => {
    server = await LiveServer.start({ sendRate: 1 })
    await server.room('room', 'ann')
  })
  afterAll(() => server.close())

  test('starts of typing are a person’s changes: past their pace no room is asked for, in whichever way they come', async () => {
    const eve = await server.client('eve')
    const startedMs = performance.now()
    const start = (i: number) => ({ type: 'typing.start', ref: `t${i}`, roomId: `room-${i}` })
    eve.send(Array.from({ length: 100 }, (_, i) => start(i)))
    await eve.fence()
    const { body } = await server.call(
      'eve',
      'POST',
      '/api/commands',
      Array.from({ length: 100 }, (_, i) => start(i)),
    )
    const refusals = eve.frames.filter(({ type }) => type === 'error').length + (body as unknown[]).length
    expect(refusals).toBeGreaterThan(0)
    // Five times the rate of messages, five times as many at once.
    expect(refusals).toBeLessThanOrEqual(25 + ((performance.now() - startedMs) / 1_000) * 5 + 1)
  })

  test('a room of a thousand members counts as the changes that it is', async () => {
    const busy = await LiveServer.start({ sendRate: 20 })
    const members = Array.from({ length: 1_000 }, (_, i) => `member-${i}`)
    const startedMs = performance.now()
    const make = (name: string) => busy.call('eve', 'POST', '/api/rooms', { name, type: 'private', members })
    const statuses = await Promise.all(Array.from({ length: 40 }, async (_, i) => (await make(`room ${i}`)).status))
    const made = statuses.filter(status => status === 201).length
    expect(statuses.filter(status => status === 429)).toHaveLength(40 - made)
    // 51 of 500 changes at once, and of 100 a second.
    expect(made).toBeGreaterThanOrEqual(9)
    expect(made).toBeLessThanOrEqual((500 + (performance.now() - startedMs) / 10) / 51)
    await busy.close()
  })

  test('a new connection has the rate that the old one had', async () => {
    const startedMs = performance.now()
    let acks = 0
    for (let i = 0; i < 20; i++) {
      const socket = await server.client('ann')
      const answer = await socket.say('room', `a${i}`, 'x')
      if (answer.type === 'message.ack') acks++
      else expect(answer.code).toBe('rate_limited')
      socket.terminate()
    }
    expect(acks).toBeGreaterThanOrEqual(5)
    expect(acks).toBeLessThanOrEqual(5 + (performance.now() - startedMs) / 1_000)
  })
})
