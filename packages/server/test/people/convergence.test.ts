import type { PresenceUser } from '@holdfast/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { INTERVAL_MS } from '../../src/people/audience.ts'
import type { PersonView } from '../../src/people/person.ts'
import type { PresenceAudience } from '../../src/people/viewer.ts'
import { actorOf, PresenceWorld, TestPeer } from './presence-world.ts'

const PEOPLE = ['ann', 'bob', 'cy', 'dee', 'eve', 'flo']
const ROOMS = { lobby: PEOPLE, den: ['ann', 'bob', 'cy'] }

const somebody = fc.constantFrom(...PEOPLE)
const index = fc.nat(30)
const op = fc.oneof(
  fc.record({ kind: fc.constant('begin' as const), userId: somebody, device: fc.constantFrom(null, 'phone') }),
  fc.record({ kind: fc.constant('end' as const), index }),
  fc.record({
    kind: fc.constant('set' as const),
    index,
    status: fc.constantFrom('online' as const, 'away' as const, 'busy' as const, 'offline' as const),
    customStatus: fc.constantFrom(undefined, null, 'lunch', 'café'),
    currentRoom: fc.constantFrom(undefined, null, 'lobby', 'den'),
  }),
  fc.record({ kind: fc.constant('request' as const), userId: somebody }),
  fc.record({ kind: fc.constant('hide' as const), userId: somebody, appearOffline: fc.boolean() }),
  fc.record({ kind: fc.constant('join' as const), userId: somebody, room: fc.constantFrom('lobby', 'den') }),
  fc.record({ kind: fc.constant('leave' as const), index }),
  fc.record({ kind: fc.constant('back' as const), index }),
  fc.record({ kind: fc.constant('deaf' as const), index, isDeaf: fc.boolean() }),
  fc.record({ kind: fc.constant('member' as const), userId: somebody, isIn: fc.boolean() }),
  fc.record({ kind: fc.constant('fault' as const), isAway: fc.boolean() }),
)
const script = fc.array(
  fc.tuple(op, fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000 }), fc.constant(5_000))),
  {
    minLength: 20,
    maxLength: 80,
  },
)
type Op = typeof op extends fc.Arbitrary<infer T> ? T : never

/** One place in front of one audience, with the picture that it was told. */
interface Seat {
  readonly room: string
  readonly audience: PresenceAudience
  readonly peer: TestPeer
  isIn: boolean
  /** The moments at which it joined: each may bring a first frame. */
  readonly joins: number[]
}

class Run {
  readonly world: PresenceWorld
  readonly sessions: TestPeer[] = []
  readonly seats: Seat[] = []
  readonly lobby = new Set(PEOPLE)
  isStoreAway = false

  constructor() {
    const world: PresenceWorld = new PresenceWorld(ROOMS, {
      store: {
        change: (userId, change) => world.store.change(userId, change),
        read: userIds => (this.isStoreAway ? Promise.reject(new Error('away')) : world.store.read(userIds)),
      },
    })
    this.world = world
  }

  async do(op: Op): Promise<void> {
    const { world } = this
    switch (op.kind) {
      case 'begin':
        this.sessions.push(world.begin(op.userId, op.device))
        return
      case 'end': {
        const [peer] = this.sessions.splice(op.index % Math.max(1, this.sessions.length), 1)
        if (peer !== undefined) world.end(peer)
        return
      }
      case 'set': {
        const peer = this.sessions[op.index % Math.max(1, this.sessions.length)]
        const { status, customStatus, currentRoom } = op
        if (peer === undefined) return
        await world.set(peer, {
          status,
          ...(customStatus !== undefined && { customStatus }),
          ...(currentRoom !== undefined && { currentRoom }),
        })
        return
      }
      case 'request':
        await world.service.set(
          { sessionId: null, actor: actorOf(op.userId) },
          { type: 'presence.set', status: 'busy' },
        )
        return
      case 'hide':
        world.settle(op.userId, { appearOffline: op.appearOffline })
        return
      case 'fault':
        this.isStoreAway = op.isAway
        return
      case 'member':
        this.#member(op.userId, op.isIn)
        return
      default:
        this.#seat(op)
    }
  }

  #member(userId: string, isIn: boolean): void {
    const audience = this.world.audience('lobby')
    if (isIn) {
      this.lobby.add(userId)
      audience.add(userId)
    } else {
      this.lobby.delete(userId)
      audience.remove(userId)
      for (const { room, peer } of this.seats) if (room === 'lobby') peer.picture.delete(userId)
    }
  }

  #seat(op: Extract<Op, { kind: 'join' | 'leave' | 'back' | 'deaf' }>): void {
    const now = this.world.platform.clock.monoMs()
    if (op.kind === 'join') {
      const peer = new TestPeer(this.world.platform, op.userId, `seat-${this.seats.length}`, null)
      const audience = this.world.audience(op.room)
      audience.join(peer)
      this.seats.push({ room: op.room, audience, peer, isIn: true, joins: [now] })
      return
    }
    const seat = this.seats[op.index % Math.max(1, this.seats.length)]
    if (seat === undefined) return
    if (op.kind === 'deaf') seat.peer.takes = () => !op.isDeaf
    else if (op.kind === 'leave') {
      seat.audience.leave(seat.peer)
      seat.isIn = false
    } else if (!seat.isIn) {
      seat.audience.join(seat.peer)
      seat.isIn = true
      seat.joins.push(now)
    }
  }

  /** Nothing happens any more, and everybody listens. */
  async quiet(): Promise<void> {
    this.isStoreAway = false
    for (const { peer } of this.seats) peer.takes = () => true
    await this.world.after(200_000)
  }

  /** What somebody in front of a room should see of a person there. */
  async truth(seat: Seat, userId: string): Promise<Partial<PresenceUser>> {
    const [views] = await this.world.store.read([userId])
    if (views === undefined) throw new Error('the store gives one answer each')
    return told(views.shown, seat.room)
  }
}

function told({ status, lastSeen, customStatus, dndUntil, device, currentRoom }: PersonView, room: string): object {
  return { status, lastSeen, customStatus, dndUntil, device, isHere: currentRoom === room }
}

function seen(user: PresenceUser | undefined, isThere: boolean, room: string): object {
  return {
    status: user?.status ?? 'offline',
    lastSeen: isThere ? null : (user?.lastSeen ?? null),
    customStatus: user?.customStatus ?? null,
    dndUntil: user?.dndUntil ?? null,
    device: user?.device ?? null,
    isHere: user?.currentRoom === room,
  }
}

test('[presence] once it is quiet every viewer sees what is, whatever happened, was refused, or failed', async () => {
  await fc.assert(
    fc.asyncProperty(script, async ops => {
      const run = new Run()
      for (const [op, ms] of ops) {
        await run.do(op)
        await run.world.after(ms)
      }
      await run.quiet()
      for (const seat of run.seats.filter(({ isIn }) => isIn)) {
        const people = seat.room === 'lobby' ? run.lobby : ROOMS.den
        const { picture, actor } = seat.peer
        if (seat.room === 'den' && !ROOMS.den.includes(actor.userId)) {
          expect(picture.size, 'of one who has not joined').toBe(0)
          continue
        }
        for (const userId of people) {
          // Of oneself, hidden, one is told by the mirror alone, which knows sessions: a seat here is none.
          if (userId === actor.userId && run.world.settings.has(userId)) continue
          const truth = await run.truth(seat, userId)
          const user = picture.get(userId)
          if (user === undefined) expect(truth.status, userId).toBe('offline')
          else expect(seen(user, truth.status !== 'offline', seat.room), userId).toEqual(truth)
        }
      }
      for (const peer of run.sessions) {
        const { userId } = peer.actor
        if (run.world.settings.get(userId)?.appearOffline !== true) continue
        const [views] = await run.world.store.read([userId])
        expect(peer.statusOf(userId)).toBe(views?.own.status)
      }
    }),
    { numRuns: 300 },
  )
})

test('[presence] a viewer gets at most one frame a second, and a first one for each time it joins', async () => {
  await fc.assert(
    fc.asyncProperty(script, async ops => {
      const run = new Run()
      for (const [op, ms] of ops) {
        await run.do(op)
        await run.world.after(ms)
      }
      await run.quiet()
      for (const { peer, joins } of run.seats) {
        const times = peer.received.map(({ atMs }) => atMs)
        for (const at of times) {
          const within = times.filter(other => other >= at && other < at + INTERVAL_MS).length
          const firsts = joins.filter(join => join > at - INTERVAL_MS && join < at + INTERVAL_MS).length
          expect(within).toBeLessThanOrEqual(1 + firsts)
        }
      }
    }),
    { numRuns: 200 },
  )
})
