import fc from 'fast-check'
import { expect } from 'vitest'
import type { InboxDeps } from '../../src/inbox/deps.ts'
import type { LogCommand } from '../../src/log/command.ts'
import { type RoomLog, StoreUnavailable } from '../../src/log/room-log.ts'
import type { FakePlatform } from '../support/fake-platform.ts'
import { actorOf } from '../support/fake-reader.ts'
import type { InboxReader } from './inbox-reader.ts'
import type { InboxWorld, InboxWorldOptions } from './inbox-world.ts'
import { isMemberAt, naiveLine } from './naive-line.ts'

const WHAT = [
  ...(['send', 'send', 'send', 'send', 'burst', 'edit', 'edit', 'delete', 'delete', 'react', 'pin', 'rename'] as const),
  ...(['join', 'join', 'leave', 'kick', 'read', 'read', 'read', 'unread', 'mute', 'remove'] as const),
  ...(['begin', 'begin', 'resume', 'resume', 'end', 'full', 'empty', 'empty', 'wait', 'wait', 'wait'] as const),
] as const

/** What happens next; `pick` chooses among what there is at that moment. */
interface Step {
  readonly what: (typeof WHAT)[number]
  readonly who: number
  readonly room: number
  readonly pick: number
  /** Time that passes after it, in milliseconds; null: the next happens at the same time. */
  readonly waitMs: number | null
}

export const PEOPLE = ['ann', 'bob', 'cy', 'dee'] as const
const ROOMS = ['r0', 'r1', 'r2'] as const

export const stepsArbitrary: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    what: fc.constantFrom(...WHAT),
    who: fc.nat({ max: PEOPLE.length - 1 }),
    room: fc.nat({ max: ROOMS.length - 1 }),
    pick: fc.nat({ max: 1_000 }),
    waitMs: fc.constantFrom(null, null, null, 0, 0, 1, 40, 400, 1_000, 1_700),
  }),
  { minLength: 20, maxLength: 120, size: 'max' },
)

/** How long a read of the log takes before and after the moment that it shows, in milliseconds; null: it fails. */
export type Latency = readonly [beforeMs: number, afterMs: number] | null

export const latenciesArbitrary: fc.Arbitrary<readonly Latency[]> = fc.array(
  fc.constantFrom<Latency>([0, 0], [0, 0], [0, 0], [3, 0], [0, 3], [20, 30], [0, 700], [1_500, 0], null),
  { maxLength: 40, size: 'max' },
)

/** The log as somebody sees it for whom reads take their time, and sometimes fail. */
export function slowed(log: RoomLog, platform: FakePlatform, latencies: readonly Latency[]): InboxDeps['log'] {
  const left = [...latencies]
  const wait = (ms: number) => new Promise<void>(resolve => void platform.scheduler.after(ms, resolve))
  const slow = async <T>(read: () => Promise<T>): Promise<T> => {
    const latency = left.shift()
    if (latency === null) throw new StoreUnavailable('read', new Error('a fault of the test'))
    if (latency === undefined) return read()
    if (latency[0] > 0) await wait(latency[0])
    const value = await read()
    if (latency[1] > 0) await wait(latency[1])
    return value
  }
  return {
    history: request => slow(() => log.history(request)),
    inboxCursor: () => slow(() => log.inboxCursor()),
    inboxOf: (userId, roomIds) => slow(() => log.inboxOf(userId, roomIds)),
    inboxSince: (userId, cursor, limit) => slow(() => log.inboxSince(userId, cursor, limit)),
    roomIdsOf: (userId, limit) => slow(() => log.roomIdsOf(userId, limit)),
  }
}

/** Plays a history in a world of its own; `readers` are the sessions, those that have ended too. */
export class History {
  readonly world: InboxWorld
  readonly readers: InboxReader[] = []
  readonly #live = new Set<InboxReader>()
  /** What somebody's device kept when its session ended. */
  readonly #kept = new Map<string, InboxReader>()
  readonly #deleted = new Set<string>()
  readonly #withEphemeral: boolean

  /** `withEphemeral`: one of the rooms is ephemeral. */
  constructor(world: InboxWorld, withEphemeral = false) {
    this.world = world
    this.#withEphemeral = withEphemeral
  }

  get live(): readonly InboxReader[] {
    return [...this.#live]
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const [i, roomId] of ROOMS.entries()) {
      const people = [...PEOPLE.slice(i, 3), ...PEOPLE.slice(0, i)]
      const ephemeral = this.#withEphemeral && i === 1
      await this.world.room(roomId, people, { type: i === 0 ? 'private' : 'public', ephemeral })
    }
    for (const step of steps) {
      await this.#step(step)
      if (step.waitMs !== null) await this.world.platform.advance(step.waitMs)
    }
  }

  /** Lets all that is under way come to its end, and gives everybody room. */
  async settle(ms: number): Promise<void> {
    for (const reader of this.readers) reader.isFull = false
    await this.world.drain()
    await this.world.platform.advance(ms)
  }

  async #step(step: Step): Promise<void> {
    const userId = PEOPLE[step.who] ?? 'ann'
    const reader = at(this.live, step.pick)
    switch (step.what) {
      case 'begin':
        if (this.#live.size < 8) this.#started(await this.world.begin(userId))
        return
      case 'resume': {
        const before = this.#kept.get(userId)
        if (before !== undefined) this.#started(await this.world.begin(userId, { before }))
        this.#kept.delete(userId)
        return
      }
      case 'end':
        if (reader !== undefined) this.#end(reader)
        return
      case 'full':
        if (reader !== undefined) reader.isFull = true
        return
      case 'empty':
        for (const each of this.#live) each.isFull = false
        return
      case 'wait':
        await this.world.platform.advance(step.pick)
        return
      default:
        for (const command of this.#commands(step, userId)) void this.world.submit(command)
    }
  }

  #started(reader: InboxReader): void {
    this.readers.push(reader)
    this.#live.add(reader)
  }

  /** A device that has a cursor comes back with it. */
  #end(reader: InboxReader): void {
    this.#live.delete(reader)
    this.world.inboxes.end(reader.sessionId)
    if (reader.cursor !== null) this.#kept.set(reader.actor.userId, reader)
  }

  #commands({ what, room, pick }: Step, userId: string): readonly LogCommand[] {
    const roomId = ROOMS[room] ?? 'r0'
    const about = { actor: actorOf(userId), roomId }
    const other = at(PEOPLE, pick) ?? 'ann'
    const mentions = pick % 2 === 0 ? [other, userId] : []
    const messageId = at(this.#messageIds(roomId), pick) ?? 'none'
    switch (what) {
      case 'send':
        return [this.world.sending(userId, roomId, mentions)]
      case 'burst':
        return Array.from({ length: pick % 250 }, (_, i) =>
          this.world.sending(userId, roomId, i % 50 === 0 ? mentions : []),
        )
      case 'edit':
        return [
          { kind: 'message.edit', ...about, messageId, content: `${pick}`, mentions: pick % 3 === 0 ? null : mentions },
        ]
      case 'delete':
        return [{ kind: 'message.delete', ...about, messageId }]
      case 'react':
        return [{ kind: 'reaction.add', ...about, messageId, key: 'k' }]
      case 'pin':
        return [{ kind: 'message.pin', ...about, messageId }]
      case 'rename':
        return [{ kind: 'room.update', ...about, changes: { name: `name ${pick}` } }]
      case 'join':
        return [{ kind: 'member.join', ...about }]
      case 'leave':
        return [{ kind: 'member.leave', ...about }]
      case 'kick':
        return [{ kind: 'member.remove', ...about, userId: other }]
      case 'read':
        return [{ kind: 'room.read', ...about, seq: pick % 2 === 0 ? 1_000_000 : pick, readRevision: null }]
      case 'unread':
        return [{ kind: 'room.unread', ...about, seq: pick }]
      case 'mute':
        return [{ kind: 'room.notifications', ...about, muted: pick % 2 === 0 }]
      case 'remove':
        if (pick % 10 !== 0 || this.#deleted.size > 0) return []
        this.#deleted.add(roomId)
        return [{ kind: 'room.delete', ...about }]
      default:
        throw new Error('there is no such step')
    }
  }

  #messageIds(roomId: string): readonly string[] {
    const events = this.world.events.get(roomId) ?? []
    return events.flatMap(event => (event.kind === 'message.created' ? [event.message.id] : [])).slice(-30)
  }
}

/** Each line is right as of its own seq when a session gets it, and is of a room that the person was in then. */
export const CHECKED: Pick<InboxWorldOptions, 'onLine'> = {
  onLine(world, userId, entry) {
    const events = world.events.get(entry.roomId) ?? []
    expect(entry).toEqual(naiveLine(events, userId, entry))
    expect(isMemberAt(events, userId, entry.seq), `${userId} was in the room as of what they are told`).toBe(true)
  },
}

/** Once all is quiet, each session has put together what the log has. */
export async function expectAllRight(history: History): Promise<void> {
  for (const reader of history.live) {
    const lines = await history.world.list(reader.actor.userId)
    expect(sorted([...reader.lines.values()]), `${reader.sessionId} of ${reader.actor.userId}`).toEqual(sorted(lines))
  }
}

function sorted<T extends { readonly roomId: string }>(lines: readonly T[]): readonly T[] {
  return [...lines].sort((a, b) => (a.roomId < b.roomId ? -1 : 1))
}

function at<T>(list: readonly T[], index: number): T | undefined {
  return list[index % list.length]
}

/** Nobody is told more than once a second, and no recount differs. How many frames there were. */
export async function expectPaced(history: History): Promise<number> {
  for (const reader of history.readers) expect(reader.leastPauseMs).toBeGreaterThanOrEqual(1_000)
  expect(await history.world.metric('unread_differences_total')).toBe(0)
  return history.readers.reduce((sum, reader) => sum + reader.told.length, 0)
}
