import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { InboxDeps } from '../../src/inbox/deps.ts'
import type { LogCommand } from '../../src/log/command.ts'
import { type RoomLog, StoreUnavailable } from '../../src/log/room-log.ts'
import type { FakePlatform } from '../support/fake-platform.ts'
import { actorOf } from '../support/fake-reader.ts'
import { InboxReader } from './inbox-reader.ts'
import { InboxWorld } from './inbox-world.ts'
import { LaggingBus } from './lagging-bus.ts'

const ROOMS = ['a', 'b', 'c'] as const

/** A log each of whose reads begins, shows its moment, and is answered or fails only when the test says so. */
class SteppedLog {
  #steps: ((isFailing: boolean) => void)[] = []
  #isFree = false

  watch(log: RoomLog): InboxDeps['log'] {
    return {
      history: request => log.history(request),
      inboxCursor: () => log.inboxCursor(),
      inboxSince: (userId, cursor, limit) => this.#read(() => log.inboxSince(userId, cursor, limit)),
      roomIdsOf: (userId, limit) => this.#read(() => log.roomIdsOf(userId, limit)),
      inboxOf: (userId, roomIds) => this.#read(() => log.inboxOf(userId, roomIds)),
    }
  }

  /** One read, chosen by `pick`, goes on: to its moment, and then to its end. */
  step(pick: number, isFailing: boolean): void {
    const [go] = this.#steps.splice(pick % Math.max(1, this.#steps.length), 1)
    go?.(isFailing)
  }

  /** No read waits any more. */
  free(): void {
    this.#isFree = true
    for (const go of this.#steps.splice(0)) go(false)
  }

  async #read<T>(read: () => Promise<T>): Promise<T> {
    await this.#turn()
    const value = await read()
    await this.#turn()
    return value
  }

  async #turn(): Promise<void> {
    if (this.#isFree) return
    const isFailing = await new Promise<boolean>(resolve => this.#steps.push(resolve))
    if (isFailing) throw new StoreUnavailable('read', new Error('a fault of the test'))
  }
}

const WHAT = [
  ...(['begin', 'begin', 'begin', 'end', 'send', 'send', 'send', 'read', 'join', 'leave', 'leave'] as const),
  ...(['go on', 'go on', 'go on', 'go on', 'fail', 'pass', 'pass'] as const),
] as const

interface Step {
  readonly what: (typeof WHAT)[number]
  readonly pick: number
  /** Whether all that was set off happens before the next step. */
  readonly isSettled: boolean
}

const steps = fc.array(
  fc.record({ what: fc.constantFrom(...WHAT), pick: fc.nat({ max: 1_200 }), isSettled: fc.boolean() }),
  { minLength: 3, maxLength: 60, size: 'max' },
)

/** One person's devices come and go while things happen in their rooms, and none of them lists anything. */
class Loading {
  readonly log = new SteppedLog()
  readonly world: InboxWorld
  readonly live = new Map<InboxReader, ReadonlyMap<string, number>>()
  #count = 0

  /** `lagMs`: how long after its commit a message of the bus comes. */
  constructor(lagMs: number) {
    const bus = ({ scheduler }: FakePlatform) => new LaggingBus(scheduler, lagMs)
    this.world = new InboxWorld({ watch: log => this.log.watch(log), ...(lagMs > 0 && { bus }) })
  }

  async run(plan: readonly Step[]): Promise<void> {
    for (const roomId of ROOMS) await this.world.room(roomId, ['ann', 'bob'])
    for (const step of plan) {
      await this.#take(step)
      if (step.isSettled) await this.world.platform.advance(0)
    }
    await this.world.drain()
    this.log.free()
    await this.world.platform.advance(10_000)
  }

  /** What each device has to have been told: every room of bob's in which anything happened since it began, and what is gone. */
  async check(): Promise<number> {
    const now = new Map((await this.world.list('bob')).map(entry => [entry.roomId, entry]))
    let told = 0
    for (const [reader, seqs] of this.live) {
      for (const roomId of ROOMS) {
        const entry = now.get(roomId)
        const events = (this.world.events.get(roomId) ?? []).slice(seqs.get(roomId))
        const wasLost = events.some(event => event.kind === 'member.left' && event.userId === 'bob')
        if (entry === undefined && !wasLost) continue
        if (entry !== undefined && events.length === 0) continue
        expect(reader.lines.get(roomId), `${reader.sessionId} and ${roomId}`).toEqual(entry)
        if (entry === undefined) expect(reader.told.some(({ frame }) => frame.gone?.includes(roomId))).toBe(true)
        told++
      }
    }
    return told
  }

  async #take({ what, pick }: Step): Promise<void> {
    const roomId = ROOMS[pick % ROOMS.length] ?? 'a'
    const bob = { actor: actorOf('bob'), roomId }
    const [first] = this.live.keys()
    if (what === 'begin' && this.live.size < 4) this.#begin()
    else if (what === 'end' && first !== undefined) this.#end(first)
    else if (what === 'send') this.#submit(this.world.sending(pick % 2 === 0 ? 'ann' : 'bob', roomId, ['bob']))
    else if (what === 'read') this.#submit({ kind: 'room.read', ...bob, seq: pick, readRevision: null })
    else if (what === 'join') this.#submit({ kind: 'member.join', ...bob })
    else if (what === 'leave') this.#submit({ kind: 'member.leave', ...bob })
    else if (what === 'go on' || what === 'fail') this.log.step(pick, what === 'fail')
    else if (what === 'pass') await this.world.platform.advance(pick)
  }

  #begin(): void {
    const reader = new InboxReader(`s${++this.#count}`, 'bob', this.world.platform.clock)
    this.live.set(reader, new Map(ROOMS.map(roomId => [roomId, this.world.events.get(roomId)?.length ?? 0])))
    this.world.inboxes.begin(reader)
  }

  #end(reader: InboxReader): void {
    this.live.delete(reader)
    this.world.inboxes.end(reader.sessionId)
  }

  #submit(command: LogCommand): void {
    void this.world.submit(command)
  }
}

test('[inbox] whatever is committed while a device begins, and however late its reads come or fail, it is told of it', async () => {
  let told = 0
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(0, 0, 1, 300), async (plan, lagMs) => {
      const loading = new Loading(lagMs)
      await loading.run(plan)
      told += await loading.check()
      await loading.world.close()
    }),
    { numRuns: 300 },
  )
  expect(told, 'there was something to tell').toBeGreaterThan(200)
}, 60_000)
