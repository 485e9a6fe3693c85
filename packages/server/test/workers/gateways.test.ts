import type { DownFrame, MessageAck } from '@holdfast/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { StoreUnavailable } from '../../src/log/room-log.ts'
import type { RawClient } from '../support/raw-client.ts'
import { Gateways, type GatewaysOptions, type TestGateway } from './gateway-kit.ts'

const SENDS = 2_000
/** Every so manyth message is sent again, over the other gateway. */
const DUPLICATED = 5

let gateways: Gateways
afterEach(() => gateways.close())

async function start(options: GatewaysOptions = {}): Promise<readonly [TestGateway, TestGateway]> {
  gateways = await Gateways.start(options)
  return [gateways.a, gateways.b]
}

function find<T extends DownFrame['type']>(client: RawClient, type: T) {
  return client.frames.filter((frame): frame is Extract<DownFrame, { type: T }> => frame.type === type)
}

describe('two gateways of one owner:', () => {
  test('2,000 concurrent sends over both, duplicates among them: the same order everywhere, without a gap, once each', async () => {
    const [a, b] = await start()
    await a.room('room', 'ann', ['bob'])
    const readers = [await a.client('ann'), await b.client('bob')] as const
    for (const reader of readers) await reader.openRoom('room')
    const writers = [await a.client('ann'), await b.client('ann')] as const
    const answers = new Map<string, MessageAck[]>()
    const say = async (way: number, n: number) => {
      const ack = await writers[way % 2 === 0 ? 0 : 1].say('room', `m${n}`, `message ${n}`)
      if (ack.type !== 'message.ack') throw new Error(`refused; ${JSON.stringify(ack)}`)
      answers.set(`m${n}`, [...(answers.get(`m${n}`) ?? []), ack])
    }
    const sends: Promise<void>[] = []
    for (let n = 0; n < SENDS; n++) {
      sends.push(say(n, n))
      if (n % DUPLICATED === 0) sends.push(say(n + 1, n))
    }
    await Promise.all(sends)

    const last = 3 + SENDS
    for (const reader of readers) await reader.until(() => reader.events('room').at(-1)?.seq === last, 'all events')
    const [atA, atB] = readers.map(reader => reader.events('room'))
    expect(atA?.map(({ seq }) => seq)).toEqual(Array.from({ length: SENDS }, (_, i) => i + 4))
    expect(atB).toEqual(atA)
    const acked = [...answers.values()].flatMap(acks => acks.map(({ seq, messageId }) => `${seq} ${messageId}`))
    expect(new Set(acked).size).toBe(SENDS)
  })

  test('a ticket that one has issued is good at the other, once', async () => {
    const [a, b] = await start()
    const { body } = await a.call('ann', 'POST', '/api/tickets')
    const { ticket } = body as { ticket: string }
    const enter = async (at: TestGateway) => {
      const ws = new WebSocket(`${at.url.replace(/^http/, 'ws')}/api/socket?ticket=${ticket}`)
      const { promise, resolve } = Promise.withResolvers<string>()
      ws.onopen = () => resolve('in')
      ws.onerror = () => resolve('out')
      const is = await promise
      ws.close()
      return is
    }
    expect((await Promise.all([enter(b), enter(a), enter(b)])).toSorted()).toEqual(['in', 'out', 'out'])
  })

  test('typing, read positions, presence and the inbox of one are told at the other', async () => {
    const [a, b] = await start()
    await a.room('room', 'ann', ['bob'])
    const bob = await b.client('bob', { inbox: true })
    await bob.openRoom('room')
    const ann = await a.client('ann')
    await ann.openRoom('room')
    await bob.next('presence', ({ users }) =>
      users.some(({ userId, status }) => userId === 'ann' && status === 'online'),
    )
    ann.send({ type: 'typing.start', roomId: 'room' })
    await bob.next('typing', ({ userIds }) => userIds.includes('ann'))
    const ack = await ann.say('room', 'c1', 'hello')
    await bob.next('inbox', ({ rooms }) => rooms.some(room => room.roomId === 'room' && room.unread === 1))
    bob.send({ type: 'room.read', roomId: 'room', seq: (ack as MessageAck).seq })
    await ann.next('reads', ({ reads }) => reads.bob === (ack as MessageAck).seq)
  })

  test('who is banned over one reads on at none, member or not', async () => {
    const [a, b] = await start()
    await a.room('room', 'ann', ['bob'], 'public')
    const readers = [await a.client('bob'), await b.client('bob'), await a.client('guest'), await b.client('guest')]
    for (const reader of readers) await reader.openRoom('room')
    for (const userId of ['bob', 'guest']) {
      const { status } = await a.call('ann', 'PUT', `/api/rooms/room/bans/${userId}`, {})
      expect(status).toBeLessThan(300)
    }
    for (const reader of readers) await reader.next('room.detached')
    for (const reader of readers) expect(find(reader, 'room.detached')[0]?.code).toBe('banned')
  })

  test('an ephemeral room of one is there at the other, from the moment that its maker knows of it', async () => {
    const [a, b] = await start()
    const made = await a.call('ann', 'POST', '/api/rooms', {
      ...{ id: 'passing', name: 'passing', type: 'private', ephemeral: true, members: ['bob'] },
    })
    expect(made.status).toBe(201)
    const bob = await b.client('bob')
    expect(await bob.openRoom('passing')).toMatchObject({ type: 'room.live' })
    const ann = await a.client('ann')
    await ann.say('passing', 'c1', 'hello')
    await bob.next('message.event', ({ roomId }) => roomId === 'passing')
    const { body } = await b.call('bob', 'GET', '/api/rooms')
    expect(body).toMatchObject({ rooms: [{ id: 'passing', unread: 1 }] })
  })

  test('whoever comes to one with a place that it was not told of yet goes on from there', async () => {
    const held: (() => void)[] = []
    let isHeld = false
    const carry = (arrive: () => void) => void (isHeld ? held.push(arrive) : setImmediate(arrive))
    const [a, b] = await start({ carry: [undefined, carry] })
    await a.room('room', 'ann', ['bob'])
    // It reads the room, and so has a tail that is behind.
    const bob = await b.client('bob')
    const live = await bob.openRoom('room')
    isHeld = true
    const ann = await a.client('ann')
    const ack = (await ann.say('room', 'c1', 'one')) as MessageAck
    const epoch = live.type === 'room.live' ? live.epoch : ''
    const again = await b.client('ann')
    const resumed = await again.openRoom('room', { epoch, seq: ack.seq })
    expect(resumed).toMatchObject({ type: 'room.live', epoch, seq: ack.seq })
    expect(find(again, 'room.snapshot')).toEqual([])
    isHeld = false
    for (const arrive of held) setImmediate(arrive)
    await ann.say('room', 'c2', 'two')
    await bob.until(() => bob.events('room').length === 2, 'both messages')
    await again.until(() => again.events('room').length > 0, 'the second message')
    expect(again.events('room').map(({ seq }) => seq)).toEqual([ack.seq + 1])
    expect(bob.events('room').map(({ seq }) => seq)).toEqual([ack.seq, ack.seq + 1])
  })

  test('whoever is banned, member or not, is given nothing written since by a gateway that has not heard of the ban', async () => {
    const held: (() => void)[] = []
    let isHeld = false
    const carry = (arrive: () => void) => void (isHeld ? held.push(arrive) : setImmediate(arrive))
    const [a, b] = await start({ carry: [undefined, carry] })
    await a.room('room', 'ann', ['bob'], 'public')
    const guest = await b.client('guest')
    await guest.openRoom('room')
    const bob = await b.client('bob')
    const ann = await a.client('ann')
    isHeld = true
    const { status } = await a.call('ann', 'PUT', '/api/rooms/room/bans/guest', {})
    expect(status).toBeLessThan(300)
    await ann.say('room', 'c1', 'without the guest')
    // His visit shows how far the log is: what the room's other readers there lack is read from it.
    const before = held.length
    await bob.openRoom('room')
    await expect.poll(() => held.length > before || guest.events('room').length > 0).toBe(true)
    isHeld = false
    for (const arrive of held) setImmediate(arrive)
    await guest.next('room.detached')
    expect(find(guest, 'room.detached')[0]?.code).toBe('banned')
    expect(guest.events('room')).toEqual([])
    await ann.say('room', 'c2', 'and after')
    await bob.until(() => bob.events('room').at(-1)?.seq === 5, 'what came after')
  })

  test('when one dies, who was there alone is offline, and the other goes on', async () => {
    const [a, b] = await start()
    await a.room('room', 'ann', ['bob'])
    const bob = await b.client('bob')
    await bob.openRoom('room')
    await a.client('ann')
    await bob.next('presence', ({ users }) =>
      users.some(({ userId, status }) => userId === 'ann' && status === 'online'),
    )
    await a.die()
    await bob.next('presence', ({ users }) =>
      users.some(({ userId, status }) => userId === 'ann' && status === 'offline'),
    )
    expect(await bob.say('room', 'c1', 'still here')).toMatchObject({ type: 'message.ack' })
  })

  test('neither is ready while the owner cannot write, though both can read', async () => {
    let isAway = false
    const check = async () => {
      if (isAway) throw new StoreUnavailable('write', new Error('disk full'))
    }
    const [a, b] = await start({
      wrap: log => new Proxy(log, { get: (target, name) => (name === 'check' ? check : bound(target, name)) }),
    })
    await a.room('room', 'ann', ['bob'])
    for (const at of [a, b]) expect((await fetch(`${at.url}/readyz`)).status).toBe(200)
    isAway = true
    for (const at of [a, b]) {
      expect((await fetch(`${at.url}/readyz`)).status).toBe(503)
      expect((await at.call('ann', 'GET', '/api/rooms/room/messages')).status).toBe(200)
    }
  })

  test('either tells what all have measured, added up', async () => {
    const [a, b] = await start()
    await a.room('room', 'ann', ['bob'])
    for (const at of [a, a, b]) await at.client('ann')
    for (const at of [a, b]) {
      const text = await (await fetch(`${at.url}/metrics`)).text()
      expect(text).toMatch(/^holdfast_sessions 3$/m)
      expect(text.match(/^# TYPE holdfast_sessions /gm)).toHaveLength(1)
    }
  })
})

function bound(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name)
  return typeof value === 'function' ? value.bind(target) : value
}
