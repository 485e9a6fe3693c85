import type { ErrorCode } from '@holdfast/protocol'
import { expect } from 'vitest'
import type { Actor } from '../../src/log/actor.ts'
import type { LogCommand, LogCommandOf } from '../../src/log/command.ts'
import type { Outcome } from '../../src/log/outcome.ts'
import type { Answer, RoomLog } from '../../src/log/room-log.ts'
import { SendLane } from '../../src/log/send-lane.ts'

/** A clock that a test sets, and bytes that differ each time but are the same in every run. */
export class TestPlatform {
  now = 1_700_000_000_000
  #drawn = 1

  readonly clock = { wallMs: () => this.now }
  readonly random = {
    bytes: (count: number) => {
      const bytes = new Uint8Array(count)
      for (let i = 0; i < count; i++) {
        this.#drawn = (this.#drawn * 48_271) % 2_147_483_647
        bytes[i] = this.#drawn & 0xff
      }
      return bytes
    },
  }
}

export function person(userId: string, fields: Partial<Actor> = {}): Actor {
  return { userId, name: userId.toUpperCase(), isAdmin: false, ...fields }
}

export const ann = person('ann')
export const bob = person('bob')
export const cy = person('cy')
/** The token says that this one administers the server. */
export const root = person('root', { isAdmin: true })

export type Done = Outcome & { ok: true }

/** A log under test, with one verb for each command; all rooms are of the kind under test. */
export class Harness {
  readonly log: RoomLog
  readonly platform: TestPlatform
  readonly #ephemeral: boolean
  #clientIds = 0

  constructor(parts: { readonly log: RoomLog; readonly platform: TestPlatform; readonly ephemeral: boolean }) {
    this.log = parts.log
    this.platform = parts.platform
    this.#ephemeral = parts.ephemeral
  }

  async run(command: LogCommand): Promise<Outcome> {
    const [outcome] = await this.log.commit([command])
    if (outcome === undefined) throw new Error('a commit gives one outcome a command')
    return outcome
  }

  create(actor: Actor, roomId: string, fields: Partial<LogCommandOf<'room.create'>> = {}): Promise<Done> {
    return done(this.run(this.creation(actor, roomId, fields)))
  }

  creation(actor: Actor, roomId: string, fields: Partial<LogCommandOf<'room.create'>> = {}) {
    const base = {
      name: roomId,
      type: 'public',
      topic: '',
      ephemeral: this.#ephemeral,
      metadata: {},
      members: [],
    } as const
    return { kind: 'room.create', actor, roomId, ...base, ...fields } as const
  }

  send(
    actor: Actor,
    roomId: string,
    content: string,
    fields: Partial<LogCommandOf<'message.send'>> = {},
  ): Promise<Outcome> {
    return this.run(this.sending(actor, roomId, content, fields))
  }

  sending(actor: Actor, roomId: string, content: string, fields: Partial<LogCommandOf<'message.send'>> = {}) {
    const lane = fields.lane ?? new SendLane()
    const clientId = fields.clientId ?? `c${++this.#clientIds}`
    const draft = { type: 'text', content, replyTo: null, mentions: [], seen: null } as const
    return {
      kind: 'message.send',
      actor,
      roomId,
      clientId,
      ...draft,
      lane,
      ticket: lane.takeTicket(),
      ...fields,
    } as const
  }

  /** Sends and gives the id of the message. */
  async say(actor: Actor, roomId: string, content: string, fields: Partial<LogCommandOf<'message.send'>> = {}) {
    const { detail } = await done(this.send(actor, roomId, content, fields))
    if (detail.kind !== 'ack') throw new Error('a send is answered by an ack')
    return detail.messageId
  }

  /** Tells a read position, of the revision that one knows of or without. */
  read(actor: Actor, roomId: string, seq: number, readRevision: number | null = null): Promise<Done> {
    return done(this.run({ kind: 'room.read', actor, roomId, seq, readRevision }))
  }

  /** Marks the messages from `seq` on as unread again. */
  unread(actor: Actor, roomId: string, seq: number): Promise<Done> {
    return done(this.run({ kind: 'room.unread', actor, roomId, seq }))
  }

  edit(actor: Actor, roomId: string, messageId: string, mentions: readonly string[] | null, content = 'edited') {
    return done(this.run({ kind: 'message.edit', actor, roomId, messageId, content, mentions }))
  }

  /** Settles something for oneself. */
  settle(actor: Actor, changes: LogCommandOf<'user.settings'>['changes']): Promise<Done> {
    return done(this.run({ kind: 'user.settings', actor, changes }))
  }

  /** All of a person's rooms as their list shows them. */
  async list(actor: Actor) {
    const { rooms } = await given(this.log.rooms({ actor, cursor: null, limit: 100 }))
    return rooms
  }

  async events(roomId: string, after = 0) {
    return this.log.events(roomId, after, 100_000)
  }

  async snapshot(actor: Actor, roomId: string, window = 100) {
    const opened = await given(this.log.open({ roomId, actor, cursor: null, window, delta: 1_000 }))
    if (opened.kind !== 'snapshot') throw new Error('without a cursor a room opens with a snapshot')
    return opened.snapshot
  }

  async delta(actor: Actor, roomId: string, seq: number, delta = 100_000) {
    const head = await this.log.head(roomId)
    const cursor = { epoch: head?.epoch ?? '', seq }
    const opened = await given(this.log.open({ roomId, actor, cursor, window: 100, delta }))
    if (opened.kind !== 'delta') throw new Error('a near cursor is answered with events')
    return opened.events
  }
}

/** The outcome, which must be ok. */
export async function done(outcome: Promise<Outcome>): Promise<Done> {
  const answer = await outcome
  expect(answer, 'the outcome').toMatchObject({ ok: true })
  return answer as Done
}

/** The outcome or answer must be a refusal with this code. */
export async function refusedWith(code: ErrorCode, outcome: Promise<Outcome> | Promise<Answer<unknown>>) {
  expect(await outcome).toMatchObject({ ok: false, refusal: { code } })
}

/** The answer's value, which must be given. */
export async function given<T>(answer: Promise<Answer<T>>): Promise<T> {
  const is = await answer
  expect(is, 'the answer').toMatchObject({ ok: true })
  return (is as { value: T }).value
}
