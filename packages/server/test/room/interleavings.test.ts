import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { actorOf, type FakeReader } from '../support/fake-reader.ts'
import { type Fate, FaultyBus } from '../support/faulty-bus.ts'
import { OWNER, ROOM, RoomWorld } from '../support/room-world.ts'

const PEOPLE = ['ann', 'ben', 'cy']

/** One step of a run; `who` picks a person, `node` a node. */
type Step =
  | { kind: 'send'; who: number; count: number }
  | { kind: 'open'; who: number; node: number; behind: number | null; limit: number }
  | { kind: 'close' | 'drain'; which: number }
  | { kind: 'kick' | 'put'; who: number }
  | { kind: 'wait'; ms: number }

const who = fc.nat({ max: PEOPLE.length - 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('send' as const), who, count: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('open' as const),
      who,
      node: fc.nat({ max: 1 }),
      behind: fc.option(fc.nat({ max: 12 })),
      limit: fc.constantFrom(1_000, 4_000, 1_000_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('close' as const, 'drain' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('kick' as const, 'put' as const), who }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 4, 6, 30) }) },
)
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([0]) },
  { weight: 1, arbitrary: fc.constantFrom<Fate>([], [3], [20], [0, 0], [0, 7], [40, 2]) },
)

/** What a reader may have been shown of, by when it was authorised: at some moment from its request to its first frame. */
interface Watched {
  readonly reader: FakeReader
  readonly askedAt: number
  firstFrameAt: number | null
}

class Run {
  readonly world: RoomWorld
  readonly watched: Watched[] = []
  readonly leftAt = new Map<string, number>()

  constructor(world: RoomWorld) {
    this.world = world
  }

  async take(action: Step): Promise<void> {
    switch (action.kind) {
      case 'send':
        for (let i = 0; i < action.count; i++) void this.world.send(person(action.who))
        return
      case 'open': {
        const { epoch, seq } = await this.world.head()
        const cursor = action.behind === null ? null : { epoch, seq: Math.max(0, seq - action.behind) }
        const reader = this.world.open(person(action.who), cursor, action)
        this.watched.push({ reader, askedAt: seq, firstFrameAt: null })
        return
      }
      case 'close':
        this.#pick(action.which)?.close()
        return
      case 'drain':
        this.#pick(action.which)?.drain()
        return
      case 'kick':
        void this.world.submit({
          kind: 'member.remove',
          actor: actorOf(OWNER),
          roomId: ROOM,
          userId: person(action.who),
        })
        return
      case 'put': {
        const fields = { roomId: ROOM, userId: person(action.who), role: null }
        void this.world.submit({ kind: 'member.put', actor: actorOf(OWNER), ...fields })
        return
      }
      case 'wait':
        await this.world.platform.advance(action.ms)
    }
  }

  #pick(which: number): FakeReader | undefined {
    return this.watched[which % Math.max(1, this.watched.length)]?.reader
  }
}

function person(index: number): string {
  return PEOPLE[index] ?? OWNER
}

async function play(steps: readonly Step[], fates: readonly Fate[], tailEvents: number): Promise<Run> {
  const bus: { made?: FaultyBus } = {}
  const world = await RoomWorld.withRoom(PEOPLE, {
    nodes: 2,
    tail: { events: tailEvents, size: 100_000 },
    bus: platform => {
      bus.made = new FaultyBus(platform.scheduler, fates)
      return bus.made
    },
  })
  const run = new Run(world)
  for (const action of steps) await run.take(action)
  // Everybody reads on, and every bus message that was delayed arrives.
  for (let round = 0; round < 50; round++) {
    for (const { reader } of run.watched) reader.drain()
    await world.platform.advance(200)
  }
  return run
}

describe('joins raced against commits, kicks and a bus that loses, repeats and reorders', () => {
  test('[open] every reader sees contiguous seqs, none twice; all who may end at the head; nobody gets what follows their leaving', async () => {
    const seen = { snapshots: 0, catchUps: 0, kicked: 0, lagged: 0, runs: 0 }
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }),
        fc.array(fate, { minLength: 10, maxLength: 80, size: 'max' }),
        fc.integer({ min: 1, max: 30 }),
        async (steps, fates, tailEvents) => {
          const run = await play(steps, fates, tailEvents)
          const { seq: head } = await run.world.head()
          const log = await run.world.log.events(ROOM, 0, head)
          const membersNow = new Set([OWNER])
          for (const event of log) {
            if (event.kind === 'member.joined') membersNow.add(event.member.userId)
            if (event.kind === 'member.left') membersNow.delete(event.userId)
          }
          for (const { reader, askedAt } of run.watched) {
            const { userId } = reader.actor
            expect(reader.failure).toBeNull()
            expect(reader.breaches).toEqual([])
            if (reader.ended === null) {
              expect(membersNow).toContain(userId)
              expect(reader.seq).toBe(head)
              expect(reader.liveAt).not.toBeNull()
            }
            if (reader.ended === 'kicked') seen.kicked++
            if (reader.ended === 'lagged') seen.lagged++
            if (reader.snapshotAt === null) seen.catchUps++
            else seen.snapshots++
            // Authorised at the request or later, so that a leaving before it was known of and a leaving after `room.live` was not.
            const from = reader.liveAt ?? reader.snapshotAt ?? head
            const leave = log.find(event => event.kind === 'member.left' && event.userId === userId && event.seq > from)
            if (leave !== undefined) {
              expect(reader.seq ?? 0).toBeLessThanOrEqual(leave.seq)
              if (reader.seq === leave.seq) expect(reader.ended).toBe('kicked')
            }
            if (reader.liveAt !== null) expect(reader.liveAt).toBeGreaterThanOrEqual(askedAt)
            if (!membersNow.has(userId)) {
              const last = log.findLast(event => event.kind === 'member.left' && event.userId === userId)
              expect(reader.seq ?? 0).toBeLessThanOrEqual(last?.seq ?? 0)
            }
            const delivered = reader.events.map(event => [event.seq, event.kind])
            expect(delivered).toEqual(
              log
                .slice((delivered[0]?.[0] as number) - 1, reader.seq ?? 0)
                .map(e => [e.seq, e.kind])
                .slice(0, delivered.length),
            )
          }
          seen.runs++
        },
      ),
      { numRuns: 300 },
    )
    // That the runs were about something.
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(20)
  })
})
