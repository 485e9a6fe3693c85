import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { StoreUnavailable } from '../../src/log/room-log.ts'
import type { VisitRequest, Visits } from '../../src/log/visit.ts'
import { Admission, type AdmissionDeps, type Admitted, READERS_A_READ, SLICE_MS } from '../../src/room/admission.ts'
import { Subscription } from '../../src/room/subscription.ts'
import { DEFAULT_TAIL } from '../../src/room/tail.ts'
import { FakePlatform } from '../support/fake-platform.ts'
import { FakeReader } from '../support/fake-reader.ts'

const HEAD = { epoch: 'e', seq: 7 }

/** Lets everybody in. */
function everybody({ visitors }: VisitRequest): Visits {
  return { head: HEAD, shared: null, events: [], visits: visitors.map(() => ({ kind: 'events', standing: null })) }
}

/** Admission whose reads of the log a test answers, and what became of those who asked. */
class World {
  readonly platform = new FakePlatform()
  readonly reads: VisitRequest[] = []
  readonly admission: Admission
  /** How the log answers, and how long that takes the processor. */
  answer: (request: VisitRequest) => Visits | Promise<Visits> = everybody
  readMs = 0
  /** How often others have had their turn. */
  turns = 0
  #workedMs = 0

  constructor() {
    const { clock, scheduler } = this.platform
    const deps: Pick<AdmissionDeps, 'clock' | 'scheduler' | 'delta' | 'tail'> = {
      clock: { wallMs: () => clock.wallMs(), monoMs: () => clock.monoMs() + this.#workedMs },
      scheduler: {
        after: (ms, task) => scheduler.after(ms, task),
        soon: task => {
          scheduler.soon(() => {
            this.turns++
            task()
          })
        },
      },
      delta: 100,
      tail: DEFAULT_TAIL,
    }
    const visit = async (request: VisitRequest) => {
      this.reads.push(request)
      this.#workedMs += this.readMs
      return this.answer(request)
    }
    this.admission = new Admission({ ...deps, log: { visit } as AdmissionDeps['log'] })
  }

  /** Somebody comes to a room. */
  come(
    roomId: string,
    userId: string,
  ): { readonly subscription: Subscription; readonly done: Promise<Admitted | null> } {
    const room = { delivered: () => {}, ended: () => {} }
    const subscription = new Subscription(new FakeReader(userId, { ...HEAD, seq: 1 }).request(roomId), room)
    return { subscription, done: this.admission.enter(subscription, () => false) }
  }

  crowd(roomId: string, count: number) {
    return Array.from({ length: count }, (_, i) => this.come(roomId, `${roomId}-${i}`))
  }

  /** Rooms in the order in which the log was asked about them. */
  get order(): readonly string[] {
    return this.reads.map(({ roomId }) => roomId)
  }
}

describe('admission', () => {
  test('[admission] those who come together are asked about in one read, and those beyond in the next', async () => {
    const world = new World()
    const crowd = world.crowd('r', 2 * READERS_A_READ + 1)
    await world.platform.advance(0)
    expect(world.reads.map(({ visitors }) => visitors.length)).toEqual([READERS_A_READ, READERS_A_READ, 1])
    expect((await Promise.all(crowd.map(({ done }) => done))).map(admitted => admitted?.head)).toEqual(
      crowd.map(() => HEAD),
    )
    expect(world.admission.size).toBe(0)
  })

  test('[admission] the rooms have their turn one after the other, however many wait in one of them', async () => {
    const world = new World()
    world.crowd('full', 3 * READERS_A_READ)
    world.crowd('a', 1)
    world.crowd('b', 2)
    await world.platform.advance(0)
    expect(world.order).toEqual(['full', 'a', 'b', 'full', 'full'])
  })

  test('[admission] while a room is read those who come to it wait for the next read: nobody is let in by what was read before', async () => {
    const world = new World()
    const gate = Promise.withResolvers<void>()
    world.answer = request => gate.promise.then(() => everybody(request))
    const early = world.come('r', 'early')
    await world.platform.advance(0)
    const late = [world.come('r', 'late'), world.come('r', 'later')]
    await world.platform.advance(10)
    expect(world.reads).toHaveLength(1)
    gate.resolve()
    await world.platform.advance(0)
    await Promise.all([early, ...late].map(({ done }) => done))
    expect(world.reads.map(({ visitors }) => visitors.map(({ actor }) => actor.userId))).toEqual([
      ['early'],
      ['late', 'later'],
    ])
  })

  test('[admission] a room whose reading hangs holds up no other', async () => {
    const world = new World()
    world.answer = request => (request.roomId === 'stuck' ? new Promise(() => {}) : everybody(request))
    world.come('stuck', 'ann')
    const other = world.come('fine', 'ben')
    await world.platform.advance(0)
    expect(await other.done).toMatchObject({ head: HEAD })
  })

  test('[admission] everything else has its turn after each slice, and a slice ends with the read that fills it', async () => {
    const world = new World()
    world.readMs = 3
    for (let i = 0; i < 30; i++) world.crowd(`r${i}`, 5)
    const slices: number[] = []
    let turns = 0
    world.answer = request => {
      if (world.turns !== turns) slices.push(0)
      turns = world.turns
      slices.push((slices.pop() ?? 0) + world.readMs)
      return everybody(request)
    }
    await world.platform.advance(0)
    expect(world.reads).toHaveLength(30)
    expect(Math.max(...slices)).toBeLessThan(SLICE_MS + world.readMs)
    expect(slices.length).toBe(10)
  })

  test('[admission] who has given up is not asked about', async () => {
    const world = new World()
    const [gone, here] = [world.come('r', 'gone'), world.come('r', 'here')]
    gone.subscription.end()
    await world.platform.advance(0)
    expect([await gone.done, (await here.done)?.head]).toEqual([null, HEAD])
    expect(world.reads.map(({ visitors }) => visitors.length)).toEqual([1])
  })

  test('[admission] what cannot be read for one spares the others; with the store away all are told', async () => {
    const world = new World()
    const isBad = ({ visitors }: VisitRequest) => visitors.some(({ actor }) => actor.userId === 'r-3')
    world.answer = request => (isBad(request) ? Promise.reject(new StoreUnavailable('read', null)) : everybody(request))
    const crowd = world.crowd('r', 8)
    const outcomes = Promise.allSettled(crowd.map(({ done }) => done))
    await world.platform.advance(0)
    expect((await outcomes).map(({ status }) => status === 'fulfilled')).toEqual(crowd.map((_, i) => i !== 3))
    world.answer = () => Promise.reject(new StoreUnavailable('read', null))
    const away = Promise.allSettled(world.crowd('r', 3).map(({ done }) => done))
    await world.platform.advance(0)
    expect((await away).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(world.admission.size).toBe(0)
  })

  test('[admission] where the shared read fails, everything else has its turn between those who are then asked about alone, and so have other rooms', async () => {
    const world = new World()
    world.readMs = 3
    const readsATurn = new Map<number, number>()
    world.answer = request => {
      readsATurn.set(world.turns, (readsATurn.get(world.turns) ?? 0) + 1)
      return request.visitors.length > 1 ? Promise.reject(new Error('damaged')) : everybody(request)
    }
    const crowd = world.crowd('damaged', READERS_A_READ)
    const other = world.come('fine', 'ann')
    await world.platform.advance(0)
    expect((await Promise.all(crowd.map(({ done }) => done))).map(admitted => admitted?.head)).toEqual(
      crowd.map(() => HEAD),
    )
    expect(await other.done).toMatchObject({ head: HEAD })
    expect(world.order.slice(0, 3)).toEqual(['damaged', 'fine', 'damaged'])
    expect(world.reads).toHaveLength(READERS_A_READ + 2)
    expect(Math.max(...readsATurn.values())).toBeLessThanOrEqual(Math.ceil(SLICE_MS / world.readMs))
    expect(world.admission.size).toBe(0)
  })

  test('[admission] a log that takes long to fail does so for all who are asked about alone at once', async () => {
    const world = new World()
    const failMs = 1_000
    world.answer = () => new Promise((_, fail) => world.platform.scheduler.after(failMs, () => fail(new Error('away'))))
    const crowd = Promise.allSettled(world.crowd('r', READERS_A_READ).map(({ done }) => done))
    await world.platform.advance(2 * failMs)
    const late = world.come('r', 'late')
    world.answer = everybody
    await world.platform.advance(0)
    expect((await crowd).every(({ status }) => status === 'rejected')).toBe(true)
    expect(await late.done).toMatchObject({ head: HEAD })
    expect(world.admission.size).toBe(0)
  })

  test('[admission] whoever comes when, each is asked about once, by a read that begins after they came', async () => {
    const coming = fc.record({ room: fc.constantFrom('a', 'b', 'c'), afterMs: fc.nat(3), isGone: fc.boolean() })
    const property = fc.asyncProperty(fc.array(coming, { maxLength: 40 }), fc.nat(4), async (comings, answerMs) => {
      const world = new World()
      const cameAt = new Map<string, number>()
      const asked: string[] = []
      world.answer = async request => {
        for (const { actor } of request.visitors) {
          expect(cameAt.get(actor.userId)).toBeLessThanOrEqual(world.platform.clock.monoMs())
          asked.push(actor.userId)
        }
        await new Promise<void>(go => world.platform.scheduler.after(answerMs, go))
        return everybody(request)
      }
      const all = []
      for (const [i, { room, afterMs, isGone }] of comings.entries()) {
        await world.platform.advance(afterMs)
        cameAt.set(`u${i}`, world.platform.clock.monoMs())
        const { subscription, done } = world.come(room, `u${i}`)
        if (isGone) subscription.end()
        all.push(done.then(admitted => [`u${i}`, admitted !== null]))
      }
      await world.platform.advance(1_000)
      expect(await Promise.all(all)).toEqual(comings.map(({ isGone }, i) => [`u${i}`, !isGone]))
      expect(asked.toSorted()).toEqual(comings.flatMap(({ isGone }, i) => (isGone ? [] : [`u${i}`])).toSorted())
      expect(world.admission.size).toBe(0)
    })
    await fc.assert(property, { numRuns: 60 })
  })
})
