import { type Client, createClient, type RoomHandle } from '@holdfast/client'
import type { HistoryPage, Message, Room } from '@holdfast/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Serve, tokenFor } from '../../support/serve.ts'

const ROUNDS = 5
const SENDERS = ['ann', 'bob', 'cyd']
/** A round is killed when so many of its messages are acknowledged and more are on their way. */
const ACKNOWLEDGED_BEFORE_KILL = 40
const SENT_A_ROUND = 100

let serve: Serve

describe.each([1, 2])('with %i threads that serve clients:', workers => {
  beforeAll(async () => {
    serve = await Serve.start({ workers })
  })
  afterAll(() => serve.remove())

  it(`[P2.3] [P2.4] [G2] ${ROUNDS} rounds of kill -9 mid-flight lose no acknowledged message, repeat none, burn no seq`, async () => {
    const room = await api<Room>('ann', 'POST', '/api/rooms', { name: 'killed', type: 'private', members: SENDERS })
    const people = SENDERS.map(name => new Person(name, room.id))
    for (let round = 0; round < ROUNDS; round++) await killDuring(people, round, workers)
    await Promise.all(people.map(person => person.settled()))
    const messages = await wholeHistory(room.id)
    expectEachOnce(messages, people)
    expectEachInOrder(messages, people)
    const { seq } = await api<HistoryPage>('ann', 'GET', `/api/rooms/${room.id}/messages`)
    expect(seq).toBe(messages.length + 1 + SENDERS.length)
    for (const person of people) person.leave()
  })
})

/** Everybody sends; mid-flight the server dies and comes back, and the clients find their way by themselves. */
async function killDuring(people: readonly Person[], round: number, workers: number): Promise<void> {
  const enough = Promise.all(people.map(person => person.send(round)))
  await enough
  await serve.killNine()
  await serve.start({ workers })
  for (const person of people) person.client.connect()
}

class Person {
  readonly client: Client
  readonly name: string
  readonly #room: RoomHandle
  readonly #leave: () => void
  readonly sent: { readonly clientId: string; readonly content: string }[] = []
  readonly acknowledged = new Map<string, number>()
  readonly #all: Promise<unknown>[] = []

  constructor(name: string, roomId: string) {
    this.name = name
    this.client = createClient({ url: serve.url, getToken: () => tokenFor(name) })
    this.client.connect()
    this.#room = this.client.room(roomId)
    this.#leave = this.#room.open()
  }

  /** Sends a round's messages without waiting; resolves when enough of them are acknowledged. */
  send(round: number): Promise<void> {
    let count = 0
    return new Promise(resolve => {
      for (let n = 0; n < SENT_A_ROUND; n++) {
        const content = `${this.name} ${round}.${n}`
        const { clientId, acknowledged } = this.#room.send(content)
        this.sent.push({ clientId, content })
        const noted = acknowledged.then(({ seq }) => {
          this.acknowledged.set(clientId, seq)
          if (++count === ACKNOWLEDGED_BEFORE_KILL) resolve()
        })
        this.#all.push(noted)
      }
    })
  }

  settled(): Promise<unknown> {
    return Promise.all(this.#all)
  }

  leave(): void {
    this.#leave()
    this.client.disconnect()
  }
}

function expectEachOnce(messages: readonly Message[], people: readonly Person[]): void {
  const found = messages.map(message => message.clientId).toSorted()
  expect(found).toEqual(people.flatMap(person => person.sent.map(sent => sent.clientId)).toSorted())
  for (const person of people)
    for (const [clientId, seq] of person.acknowledged)
      expect(messages.find(message => message.seq === seq)?.clientId).toBe(clientId)
}

function expectEachInOrder(messages: readonly Message[], people: readonly Person[]): void {
  for (const person of people) {
    const said = messages.filter(message => message.senderId === person.name).map(message => message.content)
    expect(said).toEqual(person.sent.map(sent => sent.content))
  }
}

async function wholeHistory(roomId: string): Promise<readonly Message[]> {
  const messages: Message[] = []
  for (;;) {
    const after = messages.at(-1)?.seq ?? 0
    const page = await api<HistoryPage>('ann', 'GET', `/api/rooms/${roomId}/messages?after=${after}&limit=100`)
    if (page.messages.length === 0) return messages
    messages.push(...page.messages)
  }
}

async function api<T>(userId: string, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(serve.url + path, {
    method,
    headers: { authorization: `Bearer ${await tokenFor(userId)}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  expect(response.ok).toBe(true)
  return (await response.json()) as T
}
