import { type DownFrame, emptyRoomState, type Message, type RoomEvent, reduce } from '@holdfast/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RoomView } from '../src/index.ts'
import { assertConverged, type FakeRoom, settle } from '../src/testing.ts'
import { clientIds, ROOM, World } from './support/world.ts'

function messagesOf(view: RoomView): readonly Message[] {
  return view.timeline.flatMap(entry => (entry.kind === 'message' ? [entry.message] : []))
}

/** The log as it was told: what is deleted later was there when it was. */
class Told {
  readonly #log: FakeRoom
  readonly #events: RoomEvent[] = []

  constructor(log: FakeRoom) {
    this.#log = log
  }

  /** To be called before anything else is written. */
  listen(): void {
    this.#events.push(...this.#log.events.slice(this.#events.length))
  }

  /** What everybody who holds the log up to `seq` must see. */
  upTo(seq: number): readonly Message[] {
    this.listen()
    return reduce(emptyRoomState(this.#log.id, this.#log.epoch), this.#events.slice(0, seq)).messages
  }
}

/** Everything of a room but how it is being read: equal for all who hold the same log. */
function contentOf(view: RoomView) {
  const { room, members, memberCount, continuity } = view
  return { room, members, memberCount, messages: messagesOf(view), epoch: continuity.epoch, seq: continuity.seq }
}

function changeOf(log: FakeRoom, kind: 'edit' | 'delete' | 'react', pick: number): RoomEvent | null {
  const { messages } = log.state
  const message = messages[pick % Math.max(1, messages.length)]
  if (message === undefined || message.deletedAt !== null) return null
  const about = { by: 'bob', messageId: message.id }
  if (kind === 'edit')
    return log.append({ kind: 'message.edited', ...about, content: `edited ${pick}`, editedAt: pick })
  if (kind === 'delete') return log.append({ kind: 'message.deleted', ...about, deletedAt: pick })
  return log.append({ kind: 'reaction.added', ...about, key: `k${pick % 3}`, userId: 'bob' })
}

type Op =
  | { readonly do: 'send' | 'say' | 'drop' | 'hold' | 'wait' }
  | { readonly do: 'edit' | 'delete' | 'react'; readonly pick: number }
  | {
      readonly do: 'flush'
      readonly shuffle: readonly number[]
      readonly lose: readonly boolean[]
      readonly repeat: readonly boolean[]
    }

const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ do: 'send' } as const) },
  { weight: 6, arbitrary: fc.constant({ do: 'say' } as const) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('edit', 'delete', 'react'), pick: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.constant({ do: 'hold' } as const) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('flush' as const),
      shuffle: fc.array(fc.nat(9), { minLength: 10, maxLength: 10 }),
      lose: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
      repeat: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'drop' } as const) },
  { weight: 2, arbitrary: fc.constant({ do: 'wait' } as const) },
)

type Messages = readonly (readonly DownFrame[])[]

/** What the network does to frames that were on their way: loses some, repeats some, changes their order. */
function mangle(messages: Messages, how: Extract<Op, { do: 'flush' }>): Messages {
  return messages
    .filter((_, i) => !how.lose[i % 10])
    .flatMap((message, i) => (how.repeat[i % 10] ? [message, message] : [message]))
    .map((message, i) => ({ message, at: how.shuffle[i % 10] ?? 0 }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ message }) => message)
}

async function perform(world: World, step: Op, send: () => void): Promise<void> {
  const log = world.server.room(ROOM)
  const { last } = world.server
  switch (step.do) {
    case 'send':
      send()
      return
    case 'say':
      world.server.say(ROOM, 'bob', `bob at ${log.seq}`)
      return
    case 'edit':
    case 'delete':
    case 'react': {
      const event = changeOf(log, step.do, step.pick)
      if (event !== null) world.server.publish(ROOM, event)
      return
    }
    case 'hold':
      last.isHeld = true
      return
    case 'flush':
      last.isHeld = false
      last.flush(messages => mangle(messages, step))
      return
    case 'drop':
      last.end(1006)
      return
    case 'wait':
      return world.time.advance(16_000)
  }
}

describe('convergence', () => {
  test('whatever frames are lost, repeated or reordered: nothing wrong is ever shown, and in the end all is there once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(op, { maxLength: 40 }), fc.boolean(), async (steps, isFarBehind) => {
        const world = new World(isFarBehind ? { limits: { delta: 2 } } : {})
        const log = world.server.room(ROOM)
        const told = new Told(log)
        const { client, room } = await world.join('ann')
        let sent = 0
        room.subscribe(() => {
          const view = room.getSnapshot()
          expect(messagesOf(view)).toEqual(told.upTo(view.continuity.seq))
          expect(new Set(clientIds(view)).size).toBe(clientIds(view).length)
        })
        for (const step of steps) {
          told.listen()
          await perform(world, step, () => room.send(`ann ${sent++}`))
          await settle()
        }
        world.server.last.isHeld = false
        world.server.last.end(1006)
        await world.time.advance(60_000)

        const { room: fresh } = await world.join('ann')
        expect(room.getSnapshot().status).toBe('live')
        expect(contentOf(room.getSnapshot())).toEqual(contentOf(fresh.getSnapshot()))
        const own = messagesOf(room.getSnapshot()).filter(message => message.senderId === 'ann')
        expect(own).toHaveLength(sent)
        client.disconnect()
      }),
      { numRuns: 150 },
    )
  })

  test('a client that dropped and resumed 50 times equals one that never left, and equals a fresh snapshot', async () => {
    const world = new World()
    const { client: never } = await world.join('bob')
    const { client, room } = await world.join('ann')
    const own = () => world.server.connections.filter(connection => connection.userId === 'ann').at(-1)
    const log = world.server.room(ROOM)
    for (let round = 0; round < 50; round++) {
      room.send(`ann ${round}`)
      if (round % 3 === 0) await settle()
      own()?.end(1006)
      world.server.say(ROOM, 'bob', `bob ${round}`)
      for (const kind of ['edit', 'react', 'delete'] as const) {
        const event = round % 5 === 0 || kind !== 'delete' ? changeOf(log, kind, round * 7) : null
        if (event !== null) world.server.publish(ROOM, event)
      }
      await world.time.advance(30_000)
    }
    expect(world.server.connections.length).toBeGreaterThanOrEqual(52)
    expect(messagesOf(room.getSnapshot())).toHaveLength(100)
    const fresh = () => world.client('ann').client
    await assertConverged([never, client], ROOM, { time: world.time, fresh })
  })
})
