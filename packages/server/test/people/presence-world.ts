import {
  decodeDown,
  type PersonSettings,
  type PresenceSet,
  type PresenceUser,
  presenceSchema,
  SNAPSHOT_MEMBERS,
} from '@holdfast/protocol'
import * as v from 'valibot'
import { LocalBus } from '../../src/bus/local.ts'
import { noSuchRoom } from '../../src/log/access.ts'
import type { Actor } from '../../src/log/actor.ts'
import { silentLogger } from '../../src/observe/logger.ts'
import type { PresencePeer } from '../../src/people/local-session.ts'
import { MemoryPresence } from '../../src/people/memory-presence.ts'
import { type PresenceDeps, PresenceService } from '../../src/people/presence-service.ts'
import type { PresenceAudience } from '../../src/people/viewer.ts'
import type { SharedText } from '../../src/transport/shared-text.ts'
import { FakePlatform, settle } from '../support/fake-platform.ts'

/** When a frame came, and what it said. */
export interface Received {
  readonly atMs: number
  readonly message: SharedText
  readonly users: readonly PresenceUser[]
}

/** A session that keeps the picture it was told. */
export class TestPeer implements PresencePeer {
  readonly actor: Actor
  readonly sessionId: string
  readonly device: string | null
  readonly received: Received[] = []
  readonly picture = new Map<string, PresenceUser>()
  /** Whether it takes a frame now. */
  takes: () => boolean = () => true
  readonly #platform: FakePlatform

  constructor(platform: FakePlatform, userId: string, sessionId: string, device: string | null) {
    this.#platform = platform
    this.actor = actorOf(userId)
    this.sessionId = sessionId
    this.device = device
  }

  presence(message: SharedText): boolean {
    if (!this.takes()) return false
    const users = usersOf(message)
    this.received.push({ atMs: this.#platform.clock.monoMs(), message, users })
    for (const user of users) this.picture.set(user.userId, user)
    return true
  }

  /** How available it was told somebody is. */
  statusOf(userId: string): PresenceUser['status'] {
    return this.picture.get(userId)?.status ?? 'offline'
  }

  /** What it was told of somebody, in order. */
  toldOf(userId: string): readonly PresenceUser[] {
    return this.received.flatMap(({ users }) => users.filter(user => user.userId === userId))
  }
}

/** Each message is looked at once, however many get it. */
const read = new WeakMap<SharedText, readonly PresenceUser[]>()

function usersOf(message: SharedText): readonly PresenceUser[] {
  let users = read.get(message)
  if (users === undefined) {
    users = v.parse(presenceSchema, decodeDown(message.text)?.[0]).users
    read.set(message, users)
  }
  return users
}

export function actorOf(userId: string): Actor {
  return { userId, name: userId, isAdmin: false }
}

/** Nodes with presence over one store and one bus, and rooms that everybody may open. */
export class PresenceWorld {
  readonly platform = new FakePlatform({ wallMs: 1_750_000_000_000 })
  readonly bus = new LocalBus(error => {
    throw error
  })
  readonly store = new MemoryPresence(this.platform.clock)
  readonly rooms = new Map<string, string[]>()
  readonly settings = new Map<string, PersonSettings>()
  readonly audiences = new Map<string, PresenceAudience>()
  /** Rooms that may be read without having joined. */
  readonly open = new Set<string>()
  /** Whether the log answers now. */
  isLogAway = false
  /** What the log has found is told once this has resolved. */
  answered: Promise<void> | null = null
  readonly service: PresenceService
  /** What the nodes are told of rooms. */
  readonly log: PresenceDeps['log'] = this.#newLog()
  #sessions = 0

  /** `rooms`: who is in each. `parts` replaces what the node is given. */
  constructor(rooms: Readonly<Record<string, readonly string[]>> = {}, parts: Partial<PresenceDeps> = {}) {
    for (const [roomId, userIds] of Object.entries(rooms)) this.rooms.set(roomId, [...userIds])
    this.service = this.node(parts)
  }

  /** One more node. */
  node(parts: Partial<PresenceDeps> = {}): PresenceService {
    const { clock, scheduler } = this.platform
    const { bus, store } = this
    const { log } = this
    const publish = bus.publish.bind(bus)
    const service = new PresenceService({ store, clock, scheduler, log, publish, logger: silentLogger, ...parts })
    bus.subscribe(message => service.receive(message))
    return service
  }

  /** A session that has said hello. */
  begin(userId: string, device: string | null = null, service: PresenceService = this.service): TestPeer {
    const peer = new TestPeer(this.platform, userId, `session-${++this.#sessions}`, device)
    service.begin(peer)
    return peer
  }

  end(peer: TestPeer): void {
    this.service.end(peer.sessionId)
  }

  set(peer: TestPeer, wish: Omit<PresenceSet, 'type'>): ReturnType<PresenceService['set']> {
    return this.service.set(peer, { type: 'presence.set', ...wish })
  }

  /** The audience of a room, as its hub would keep it. */
  audience(roomId: string): PresenceAudience {
    let audience = this.audiences.get(roomId)
    if (audience === undefined) {
      audience = this.service.newAudience(roomId)
      audience.show((this.rooms.get(roomId) ?? []).slice(0, SNAPSHOT_MEMBERS))
      this.audiences.set(roomId, audience)
    }
    return audience
  }

  /** A session of `userId` that has the room open. */
  reader(userId: string, roomId: string, device: string | null = null): TestPeer {
    const peer = this.begin(userId, device)
    this.audience(roomId).join(peer)
    return peer
  }

  /** `PATCH /api/me`. */
  settle(userId: string, settings: Partial<PersonSettings>): void {
    const all = { readReceipts: true, appearOffline: false, ...this.settings.get(userId), ...settings }
    this.settings.set(userId, all)
    this.bus.publish({ kind: 'settings', userId, settings: all })
  }

  leaveRoom(userId: string, roomId: string): void {
    this.rooms.set(
      roomId,
      (this.rooms.get(roomId) ?? []).filter(other => other !== userId),
    )
    this.audiences.get(roomId)?.remove(userId)
    const event = { seq: 9, at: 0, by: userId, kind: 'member.left', userId, reason: 'left' } as const
    this.bus.publish({ kind: 'events', roomId, epoch: 'e', events: [event] })
  }

  /** Lets so much time pass. */
  async after(ms: number): Promise<void> {
    await this.platform.advance(ms)
  }

  /** Lets what can be done without time passing be done. */
  now(): Promise<void> {
    return settle()
  }

  #newLog(): PresenceDeps['log'] {
    const answer = <T>(value: () => T | Promise<T>): Promise<T> =>
      this.isLogAway ? Promise.reject(new Error('away')) : Promise.resolve().then(value)
    const room = { id: 'r', name: 'r', type: 'private', topic: '', ephemeral: false, slowModeMs: 0 } as const
    return {
      access: (roomId, { userId }) =>
        answer(async () => {
          const { answered } = this
          const isMember = this.rooms.get(roomId)?.includes(userId) === true
          const face = { ...room, metadata: {}, createdBy: 'x', createdAt: 0 }
          await answered
          return isMember
            ? { ok: true, value: { room: face, epoch: 'e', seq: 1, role: 'member', standing: null } }
            : { ok: false, refusal: noSuchRoom() }
        }),
      acquainted: (userId, userIds) =>
        answer(async () => {
          const { answered } = this
          const mine = [...this.rooms.values()].filter(people => people.includes(userId))
          const found = userIds.filter(other => other === userId || mine.some(people => people.includes(other)))
          await answered
          return found
        }),
      membersAmong: (roomId, { userId }, userIds) =>
        answer(async () => {
          const people = this.rooms.get(roomId)
          const isReadable = people?.includes(userId) === true || this.open.has(roomId)
          const found = userIds.filter(other => people?.includes(other) === true)
          await this.answered
          return isReadable ? { ok: true, value: found } : { ok: false, refusal: noSuchRoom() }
        }),
      people: (roomId, limit) =>
        answer(() => {
          const userIds = this.rooms.get(roomId)
          return userIds === undefined
            ? null
            : { epoch: 'e', seq: 1, count: userIds.length, userIds: userIds.slice(0, limit) }
        }),
      settings: userId => answer(() => this.settings.get(userId) ?? { readReceipts: true, appearOffline: false }),
    }
  }
}
