import { describe, expect, test } from 'vitest'
import { ask, askUntilAnswered } from '../src/asking.ts'
import { type Ending, pass } from '../src/chaos/action.ts'
import { ChaosProxy } from '../src/chaos/proxy.ts'
import { cutStreamAt } from '../src/chaos/script.ts'
import type { Direction } from '../src/chaos/unit.ts'
import type { Ack, Cursor, RoomEvent } from '../src/contract.ts'
import { person } from '../src/people.ts'
import { Resuming } from '../src/resuming.ts'
import { logOf, makeRoom, roomPath, snapshotOf } from '../src/rooms.ts'
import { identityOf } from '../src/shape.ts'
import { target } from '../src/target.ts'
import { unique } from '../src/unique.ts'

/** The cuts are shared out among so many rooms, side by side: each then stays within the events that a resume may bring. */
const ROOMS = 6

/** All bytes take a while on a slow machine; this bounds a hang. */
const CUTS_MS = 600_000

const ENDINGS: readonly Ending[] = ['reset', 'finish']

/** What came of conversations in one room, one after another, each cut behind another byte. */
interface Cuts {
  readonly log: readonly RoomEvent[]
  readonly from: number
  /** The acks of each message, by `clientId`, in the order in which they were first sent. */
  readonly acks: ReadonlyMap<string, readonly Ack[]>
  /** What the clients applied, one after another, each from where the one before it ended. */
  readonly events: readonly RoomEvent[]
  readonly breaches: readonly string[]
}

/** Cuts the next connection behind this byte; the function returned tells whether there was such a byte. */
function cutNext(proxy: ChaosProxy, direction: Direction, byte: number, ending: Ending): () => boolean {
  const next = proxy.connections
  const before = proxy.faults.length
  const cut = cutStreamAt(direction, byte, ending)
  proxy.follow(place => (place.connection === next ? cut(place) : pass))
  return () => proxy.faults.length > before
}

/** The bytes of one room: every `ROOMS`th, each with either ending. */
function* cutsFrom(first: number): Generator<readonly [byte: number, ending: Ending]> {
  for (let byte = first; ; byte += ROOMS) for (const ending of ENDINGS) yield [byte, ending]
}

/** Says hello, opens a room, sends a message, again and again, each time cut behind another byte, until none is left. */
async function converse(direction: Direction, first: number): Promise<Cuts> {
  const ann = await person('ann')
  const roomId = await makeRoom(ann)
  const { epoch, seq: from } = await snapshotOf(ann, roomId)
  const proxy = await ChaosProxy.start(target().url)
  const acks = new Map<string, readonly Ack[]>()
  const [events, breaches]: [RoomEvent[], string[]] = [[], []]
  let cursor: Cursor = { epoch, seq: from }
  for (const [byte, ending] of cutsFrom(first)) {
    const wasCut = cutNext(proxy, direction, byte, ending)
    const client = new Resuming(ann, { url: proxy.url, roomId, cursor, opensBy: 'open' })
    const clientId = client.say(`cut behind byte ${byte}`)
    await client.settles().finally(() => client.stop())
    acks.set(clientId, client.acks.get(clientId) ?? [])
    events.push(...client.events)
    breaches.push(...client.breaches)
    cursor = client.cursor
    if (!wasCut() || breaches.length > 0) break
  }
  await proxy.close()
  return { log: await logOf(ann, roomId), from, acks, events, breaches }
}

const runs = new Map<Direction, Promise<readonly Cuts[]>>()

/** All bytes of one direction; the tests share it. */
function cutsOf(direction: Direction): Promise<readonly Cuts[]> {
  const known = runs.get(direction)
  if (known !== undefined) return known
  const run = Promise.all(Array.from({ length: ROOMS }, (_, first) => converse(direction, first)))
  runs.set(direction, run)
  return run
}

describe.each(['up', 'down'] as const)(
  'hello, open and send, cut behind every byte that goes %s',
  {
    timeout: CUTS_MS,
  },
  direction => {
    test('[P2.6.7] resumed after a cut behind any byte a client has each event once, and no snapshot', async () => {
      for (const { log, from, events, breaches } of await cutsOf(direction)) {
        expect(breaches).toEqual([])
        expect(events.map(identityOf)).toEqual(log.slice(from).map(identityOf))
      }
    })

    test('[P2.4.11] sent again after a cut behind any byte a message is in the log once, where its acks say', async () => {
      for (const { log, from, acks } of await cutsOf(direction)) {
        expect(acks.size, 'all of the conversation was cut').toBeGreaterThan(100)
        expect(log.slice(from).map(event => event.message?.clientId)).toEqual([...acks.keys()])
        for (const [clientId, own] of acks) {
          expect(own.length, `${clientId} was acknowledged`).toBeGreaterThan(0)
          for (const { seq, messageId, at } of own) {
            expect(log[seq - 1]).toMatchObject({ seq, at, message: { id: messageId, clientId } })
          }
        }
      }
    })
  },
)

test.each(['up', 'down'] as const)(
  '[P2.4.12] asked over HTTP and cut behind any byte that goes %s, a message asked for again is there once',
  { timeout: CUTS_MS },
  async direction => {
    const ann = await person('ann')
    const roomId = await makeRoom(ann)
    const proxy = await ChaosProxy.start(target().url)
    const told: [clientId: string, ack: Ack][] = []
    for (let byte = 0; ; byte += 1) {
      const wasCut = cutNext(proxy, direction, byte, ENDINGS[byte % 2] ?? 'reset')
      const body = { clientId: unique('c'), content: `cut behind byte ${byte}` }
      const first = await ask<Ack>(proxy.url, ann, roomPath(roomId, '/messages'), body).catch(() => undefined)
      const again = await askUntilAnswered<Ack>(proxy.url, ann, roomPath(roomId, '/messages'), body)
      told.push([body.clientId, again.body])
      if (first !== undefined) expect({ ...again.body, duplicate: false }).toEqual(first.body)
      if (!wasCut()) break
    }
    await proxy.close()
    const log = await logOf(ann, roomId)
    expect(told.length, 'all of it was cut').toBeGreaterThan(100)
    expect(log.slice(-told.length).map(event => event.message?.clientId)).toEqual(told.map(([clientId]) => clientId))
    for (const [clientId, { seq, messageId }] of told) {
      expect(log[seq - 1]).toMatchObject({ message: { id: messageId, clientId } })
    }
  },
)
