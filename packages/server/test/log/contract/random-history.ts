import type { RoomEvent } from '@holdfast/protocol'
import fc from 'fast-check'
import type { Actor } from '../../../src/log/actor.ts'
import type { LogCommand, LogCommandOf } from '../../../src/log/command.ts'
import type { Outcome } from '../../../src/log/outcome.ts'
import { type Harness, person, root } from '../kit.ts'

/** What somebody does next; `pick` chooses among what there is at that moment. */
interface Step {
  readonly what: (typeof WHAT)[number]
  readonly who: number
  readonly room: number
  readonly pick: number
  readonly text: string
  /** How far the clock jumps before it. */
  readonly jump: number
  /** Whether the batch ends with it. */
  readonly ends: boolean
}

const WHAT = [
  ...(['send', 'send', 'send', 'send', 'again', 'edit', 'edit', 'delete', 'react', 'react', 'unreact'] as const),
  ...(['pin', 'unpin', 'join', 'leave', 'put', 'remove', 'ban', 'unban', 'mute', 'update'] as const),
  ...(['read', 'read', 'unread', 'call', 'hide', 'show'] as const),
] as const

const PEOPLE = 4
const KEYS = ['👍', '❤', 'constructor-like', 'k'] as const
const ROLES = ['owner', 'admin', 'member', null] as const

/** Plans of up to 80 steps. */
export const stepsArbitrary: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    what: fc.constantFrom(...WHAT),
    who: fc.nat({ max: PEOPLE - 1 }),
    room: fc.nat({ max: 1 }),
    pick: fc.nat({ max: 1_000 }),
    text: fc.string({ unit: 'grapheme', maxLength: 8 }).filter(text => text.isWellFormed() && !text.includes('\0')),
    jump: fc.oneof(fc.constant(0), fc.integer({ min: -5_000, max: 5_000 })),
    ends: fc.boolean(),
  }),
  { maxLength: 80, size: 'max' },
)

type Send = LogCommandOf<'message.send'>

/** What a plan came to, as its outcomes told. */
export class Happened {
  /** Not in any room, but may see all. */
  readonly admin: Actor = root
  /** The new events of every outcome, in order. */
  readonly rooms = new Map<string, RoomEvent[]>()
  /** The first send of each clientId that was acknowledged. */
  readonly sent: Send[] = []
  readonly acks = new Map<string, { readonly seq: number; readonly messageId: string; readonly at: number }>()
  done = 0
  readonly #reads = new Map<string, number>()
  readonly #shown = new Map<string, number | null>()
  readonly #hiding = new Set<string>()

  /** Where a member's read position has to be: where they joined, or what they read since. */
  readPosition(roomId: string, userId: string): number {
    return this.#reads.get(`${roomId} ${userId}`) ?? 0
  }

  /** How far others see a member to have read; undefined: they show nothing. */
  shownPosition(roomId: string, userId: string): number | undefined {
    return this.#hiding.has(userId) ? undefined : (this.#shown.get(`${roomId} ${userId}`) ?? undefined)
  }

  record(command: LogCommand, outcome: Outcome): void {
    if (!outcome.ok) return
    this.done++
    this.rooms.get(outcome.roomId)?.push(...outcome.events)
    for (const event of outcome.events) {
      if (event.kind !== 'member.joined') continue
      const { userId } = event.member
      this.#reads.set(`${outcome.roomId} ${userId}`, event.seq)
      this.#shown.set(`${outcome.roomId} ${userId}`, this.#hiding.has(userId) ? null : event.seq)
    }
    this.#recordOwn(command, outcome)
    if (command.kind === 'message.send' && outcome.detail.kind === 'ack' && !outcome.detail.duplicate) {
      const { messageId, at } = outcome.detail
      this.sent.push(command)
      this.acks.set(command.clientId, { seq: outcome.seq, messageId, at })
    }
  }

  #recordOwn({ actor: { userId } }: LogCommand, { detail, roomId }: Outcome & { ok: true }): void {
    if (detail.kind === 'read') {
      this.#reads.set(`${roomId} ${userId}`, detail.lastReadSeq)
      this.#shown.set(`${roomId} ${userId}`, detail.shownSeq)
    }
    if (detail.kind !== 'settings') return
    if (detail.settings.readReceipts) this.#hiding.delete(userId)
    else this.#hiding.add(userId)
    if (detail.settings.readReceipts) return
    for (const key of this.#shown.keys()) if (key.endsWith(` ${userId}`)) this.#shown.set(key, null)
  }
}

/** Plays a plan in rooms and by people of its own, which `name` tells from those of others. */
export async function play(h: Harness, plan: readonly Step[], name: string): Promise<Happened> {
  const happened = new Happened()
  const people = Array.from({ length: PEOPLE }, (_, i) => person(`p${i}-${name}`))
  const [owner, second] = people
  if (owner === undefined || second === undefined) throw new Error('there are several people')
  const creations = [
    h.creation(owner, `a-${name}`, { members: people.slice(1, 3).map(one => one.userId) }),
    h.creation(second, `b-${name}`, { type: 'private', members: people.map(one => one.userId) }),
  ]
  for (const { roomId } of creations) happened.rooms.set(roomId, [])
  let batch: LogCommand[] = [...creations]
  const commit = async () => {
    const outcomes = await h.log.commit(batch)
    for (const [i, outcome] of outcomes.entries()) {
      const command = batch[i]
      if (command !== undefined) happened.record(command, outcome)
    }
    batch = []
  }
  for (const step of plan) {
    h.platform.now += step.jump
    const command = commandOf(h, step, happened, people)
    if (command !== null) batch.push(command)
    if (step.ends) await commit()
  }
  await commit()
  return happened
}

function commandOf(h: Harness, step: Step, happened: Happened, people: readonly Actor[]): LogCommand | null {
  const { who, pick, text } = step
  const roomId = [...happened.rooms.keys()][step.room] ?? ''
  const actor = at(people, who)
  const userId = at(people, pick).userId
  const ids = (happened.rooms.get(roomId) ?? []).flatMap(one =>
    one.kind === 'message.created' ? [one.message.id] : [],
  )
  const messageId = ids.length === 0 ? 'none' : at(ids, pick)
  const about = { actor, roomId }
  switch (step.what) {
    case 'send': {
      const mentions = pick % 3 === 0 ? [userId, actor.userId] : []
      const replyTo = pick % 5 === 0 && ids.length > 0 ? messageId : null
      return h.sending(actor, roomId, text, { mentions, replyTo })
    }
    case 'again':
      return happened.sent.length === 0 ? null : at(happened.sent, pick)
    case 'edit':
      return { kind: 'message.edit', ...about, messageId, content: text, mentions: null }
    case 'call': {
      const mentions = [[], [userId], [userId, actor.userId]][pick % 3] ?? []
      return { kind: 'message.edit', ...about, messageId, content: text, mentions }
    }
    case 'delete':
      return { kind: 'message.delete', ...about, messageId }
    case 'react':
      return { kind: 'reaction.add', ...about, messageId, key: at(KEYS, pick) }
    case 'unreact':
      return { kind: 'reaction.remove', ...about, messageId, key: at(KEYS, pick) }
    case 'pin':
      return { kind: 'message.pin', ...about, messageId }
    case 'unpin':
      return { kind: 'message.unpin', ...about, messageId }
    case 'join':
      return { kind: 'member.join', actor: person(actor.userId, { name: `name ${pick % 3}` }), roomId }
    case 'leave':
      return { kind: 'member.leave', ...about }
    case 'put':
      return { kind: 'member.put', ...about, userId, role: at(ROLES, pick >> 2) }
    case 'remove':
      return { kind: 'member.remove', ...about, userId }
    case 'ban':
      return { kind: 'ban.put', ...about, userId, reason: null, until: pick % 2 === 0 ? null : h.platform.now + pick }
    case 'unban':
      return { kind: 'ban.remove', ...about, userId }
    case 'mute':
      return { kind: 'mute.put', ...about, userId, until: h.platform.now + pick }
    case 'read':
      return { kind: 'room.read', ...about, seq: pick % 60, readRevision: null }
    case 'unread':
      return { kind: 'room.unread', ...about, seq: pick % 60 }
    case 'hide':
    case 'show':
      return { kind: 'user.settings', actor, changes: { readReceipts: step.what === 'show' } }
    case 'update':
      return { kind: 'room.update', ...about, changes: { topic: text, slowModeMs: pick % 2 } }
    default:
      throw new Error('there is no such step')
  }
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length]
  if (item === undefined) throw new Error('the list is empty')
  return item
}
