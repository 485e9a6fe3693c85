import { TYPING_TTL_MS } from '@holdfast/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TYPING_INTERVAL_LARGE_MS, TYPING_INTERVAL_MS } from '../../src/room/typing-signals.ts'
import { actorOf, type FakeReader } from '../support/fake-reader.ts'
import { type Fate, FaultyBus } from '../support/faulty-bus.ts'
import { OWNER, ROOM, RoomWorld, type WorldOptions } from '../support/room-world.ts'
import { TypingScreen } from '../support/typing-screen.ts'

const PEOPLE = ['ann', 'ben', 'cy', 'dan']
const NODES = 2
/** The longest that the bus keeps a message here. Milliseconds. */
const LONGEST_DELAY_MS = 3_000

/** One step of a run; `who` picks a person, `node` where their session is. */
type Step =
  | { kind: 'start' | 'stop' | 'end'; who: number; session: number; node: number }
  | { kind: 'send' | 'kick' | 'put'; who: number }
  | { kind: 'open'; who: number; node: number }
  | { kind: 'close' | 'deafen'; which: number }
  | { kind: 'wait'; ms: number }
  | { kind: 'clock'; byMs: number }

const who = fc.nat({ max: PEOPLE.length - 1 })
const node = fc.nat({ max: NODES - 1 })
const at = { who, node, session: fc.nat({ max: 1 }) }
const one = <K extends string>(...kinds: K[]) => fc.constantFrom(...kinds)

function steps(clockSteps: boolean): fc.Arbitrary<Step[]> {
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: one('start'), ...at }) },
    { weight: 3, arbitrary: fc.record({ kind: one('stop', 'end'), ...at }) },
    { weight: 2, arbitrary: fc.record({ kind: one('send', 'kick', 'put'), who }) },
    { weight: 3, arbitrary: fc.record({ kind: one('open'), who, node }) },
    { weight: 1, arbitrary: fc.record({ kind: one('close', 'deafen'), which: fc.nat() }) },
    {
      weight: 8,
      arbitrary: fc.record({ kind: one('wait'), ms: fc.constantFrom(0, 1, 240, 900, 1_000, 2_000, 4_900) }),
    },
    {
      weight: clockSteps ? 2 : 0,
      arbitrary: fc.record({ kind: one('clock'), byMs: fc.constantFrom(-3_600_000, -2_000, 1_500, 9_000_000) }),
    },
  )
  return fc.array(step, { minLength: 15, maxLength: 60, size: 'max' })
}

const lostOrRepeated: readonly Fate[] = [[], [0, 0]]
const late: readonly Fate[] = [[40], [1_200], [0, 700], [LONGEST_DELAY_MS, 5], [LONGEST_DELAY_MS]]

function fates(faults: readonly Fate[]): fc.Arbitrary<Fate[]> {
  const fate = fc.oneof(
    { weight: 2, arbitrary: fc.constant<Fate>([0]) },
    { weight: 1, arbitrary: fc.constantFrom(...faults) },
  )
  return fc.array(fate, { minLength: 10, maxLength: 150, size: 'max' })
}

interface Watched {
  readonly reader: FakeReader
  readonly screen: TypingScreen
  checked: number
  mayMissFrames: boolean
}

class Run {
  readonly world: RoomWorld
  readonly watched: Watched[] = []
  /** When each person's session last asked to be shown typing, by the monotonic clock. */
  readonly lastStartMs = new Map<string, number>()
  /** How much longer than TYPING_TTL_MS an indicator may last, in milliseconds. */
  readonly slackMs: number
  shown = 0

  constructor(world: RoomWorld, slackMs: number) {
    this.world = world
    // Stamps of one millisecond are told apart by thousandths.
    this.slackMs = slackMs + 0.1
  }

  async take(step: Step): Promise<void> {
    const { platform, typing } = this.world
    switch (step.kind) {
      case 'start': {
        const { userId, session } = sessionOf(step)
        const refusal = await typing[step.node]?.start(session, actorOf(userId), ROOM)
        if (refusal === null) this.lastStartMs.set(userId, platform.clock.monoMs())
        return
      }
      case 'stop':
        typing[step.node]?.stop(sessionOf(step).session, actorOf(sessionOf(step).userId), ROOM)
        return
      case 'end':
        typing[step.node]?.end(sessionOf(step).session)
        return
      case 'send':
        void this.world.send(person(step.who))
        return
      case 'kick':
      case 'put': {
        const fields = { actor: actorOf(OWNER), roomId: ROOM, userId: person(step.who) }
        if (step.kind === 'kick') void this.world.submit({ kind: 'member.remove', ...fields })
        else void this.world.submit({ kind: 'member.put', ...fields, role: null })
        return
      }
      case 'open': {
        const reader = this.world.open(person(step.who), null, step)
        const screen = new TypingScreen(reader, platform.clock)
        this.watched.push({ reader, screen, checked: 0, mayMissFrames: false })
        return
      }
      case 'close':
        this.#pick(step.which)?.reader.close()
        return
      case 'deafen': {
        const picked = this.#pick(step.which)
        if (picked === undefined) return
        picked.reader.isDeaf = !picked.reader.isDeaf
        picked.mayMissFrames = true
        return
      }
      case 'clock':
        platform.setWall(platform.clock.wallMs() + step.byMs)
        return
      case 'wait':
        for (let left = step.ms; left >= 0; left -= 50) {
          await platform.advance(Math.min(50, left))
          this.check()
        }
    }
  }

  /** Nobody is shown longer than they may be: by what the frames say, and by what a screen shows that knows no times. */
  check(): void {
    const nowMs = this.world.platform.clock.monoMs()
    for (const watched of this.watched) {
      const { reader, screen } = watched
      const { userId } = reader.actor
      expect(reader.breaches).toEqual([])
      for (const { atMs, frame } of screen.frames.slice(watched.checked)) {
        const { userIds, remainingMs = [] } = frame
        expect(userIds).not.toContain(userId)
        expect(new Set(userIds).size).toBe(userIds.length)
        expect(remainingMs).toHaveLength(userIds.length)
        userIds.forEach((name, i) => {
          this.shown++
          expect(remainingMs[i]).toBeGreaterThan(0)
          expect(remainingMs[i]).toBeLessThanOrEqual(TYPING_TTL_MS)
          expect(atMs + (remainingMs[i] ?? 0)).toBeLessThanOrEqual(this.#lastMs(name))
        })
      }
      watched.checked = screen.frames.length
      if (watched.mayMissFrames || reader.ended !== null || reader.subscription?.state !== 'live') continue
      for (const name of screen.namesWithoutTimes) expect(nowMs).toBeLessThanOrEqual(this.#lastMs(name) + 1)
    }
  }

  #lastMs(name: string): number {
    return (this.lastStartMs.get(name) ?? Number.NEGATIVE_INFINITY) + TYPING_TTL_MS + this.slackMs
  }

  #pick(which: number): Watched | undefined {
    return this.watched[which % Math.max(1, this.watched.length)]
  }
}

function person(index: number): string {
  return PEOPLE[index] ?? OWNER
}

function sessionOf({ who: index, session, node: where }: { who: number; session: number; node: number }) {
  const userId = person(index)
  return { userId, session: `${userId}-${session}-${where}` }
}

async function play(actions: readonly Step[], options: WorldOptions, slackMs: number): Promise<Run> {
  const run = new Run(await RoomWorld.withRoom(PEOPLE, options), slackMs)
  for (const index of PEOPLE.keys()) await run.take({ kind: 'open', who: index, node: index % NODES })
  await run.take({ kind: 'wait', ms: 1 })
  for (const action of actions) await run.take(action)
  await run.take({ kind: 'wait', ms: TYPING_TTL_MS + LONGEST_DELAY_MS + TYPING_INTERVAL_LARGE_MS })
  return run
}

describe('no indicator is older than five seconds after its last start', () => {
  test.each([
    { name: 'messages lost, repeated and late', faults: [...lostOrRepeated, ...late], clockSteps: false, slackMs: 0 },
    { name: 'messages lost and repeated, and clocks that jump', faults: lostOrRepeated, clockSteps: true, slackMs: 0 },
    // A clock set back hides how late a message is: by so much, and no more, may it be shown longer.
    { name: 'all of it', faults: [...lostOrRepeated, ...late], clockSteps: true, slackMs: LONGEST_DELAY_MS },
  ])('[typing] through stops and ends that never come, removals, $name', async ({ faults, clockSteps, slackMs }) => {
    const seen = { shown: 0, faults: 0 }
    await fc.assert(
      fc.asyncProperty(steps(clockSteps), fates(faults), fc.constantFrom(200, 2), async (actions, luck, largeRoom) => {
        const made: FaultyBus[] = []
        const bus = (platform: RoomWorld['platform']) => {
          made.push(new FaultyBus(platform.scheduler, luck))
          return made[0] as FaultyBus
        }
        const run = await play(actions, { nodes: NODES, largeRoom, bus }, slackMs)
        for (const { screen } of run.watched) expect(screen.names).toEqual([])
        seen.shown += run.shown
        seen.faults += made[0]?.faults ?? 0
      }),
      { numRuns: 60 },
    )
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(150)
  })
})

/** Who types by the rules alone, from what was accepted. */
class Model {
  readonly #startedMs = new Map<string, Map<string, number>>()

  start(userId: string, session: string, nowMs: number): void {
    const sessions = this.#startedMs.get(userId) ?? new Map<string, number>()
    this.#startedMs.set(userId, sessions.set(session, nowMs))
  }

  stop(userId: string, session: string): void {
    this.#startedMs.get(userId)?.delete(session)
  }

  end(userId: string): void {
    this.#startedMs.delete(userId)
  }

  /** Those who type at least until `untilMs`. */
  typing(untilMs: number): string[] {
    const isTyping = (sessions: Map<string, number>) => [...sessions.values()].some(ms => ms + TYPING_TTL_MS > untilMs)
    return [...this.#startedMs].filter(([, sessions]) => isTyping(sessions)).map(([userId]) => userId)
  }
}

test('[typing] while nothing is lost every reader is shown exactly who types, one interval later', async () => {
  let shown = 0
  await fc.assert(
    fc.asyncProperty(steps(false), async actions => {
      const world = await RoomWorld.withRoom(PEOPLE, { nodes: NODES })
      const run = new Run(world, 0)
      const model = new Model()
      for (const index of PEOPLE.keys()) await run.take({ kind: 'open', who: index, node: index % NODES })
      for (const action of actions) {
        const nowMs = world.platform.clock.monoMs()
        if (action.kind === 'deafen' || action.kind === 'clock') continue
        let accepted = 0
        const off = world.bus.subscribe(({ kind }) => {
          if (kind === 'typing') accepted++
        })
        await run.take(action)
        off()
        if (action.kind === 'send' || action.kind === 'kick') await world.platform.advance(0)
        if (action.kind === 'start' && accepted > 0)
          model.start(sessionOf(action).userId, sessionOf(action).session, nowMs)
        if (action.kind === 'stop' || action.kind === 'end')
          model.stop(sessionOf(action).userId, sessionOf(action).session)
        if (action.kind === 'send' || action.kind === 'kick') model.end(person(action.who))
        if (action.kind !== 'wait') continue
        await run.take({ kind: 'wait', ms: TYPING_INTERVAL_MS })
        for (const { reader, screen } of run.watched) {
          if (reader.ended !== null || reader.liveAt === null) continue
          const others = (names: readonly string[]) => names.filter(name => name !== reader.actor.userId).sort()
          const endMs = world.platform.clock.monoMs()
          const sure = others(model.typing(endMs + TYPING_INTERVAL_MS))
          shown += sure.length
          expect([...screen.names].sort()).toEqual(expect.arrayContaining(sure))
          expect(others(model.typing(endMs))).toEqual(expect.arrayContaining([...screen.names]))
        }
      }
    }),
    { numRuns: 80 },
  )
  expect(shown).toBeGreaterThan(500)
})
