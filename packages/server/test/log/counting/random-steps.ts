import type { Actor } from '../../../src/log/actor.ts'
import type { LogCommand } from '../../../src/log/command.ts'
import { type Harness, person, root } from '../kit.ts'
import type { Recount, RecountedRoom } from './recount.ts'

/** How often each is done, of all that is done. */
const WEIGHTS = {
  send: 34,
  call: 9,
  edit: 3,
  delete: 8,
  read: 12,
  readStale: 4,
  readHuge: 1,
  unread: 5,
  join: 9,
  leave: 3,
  kick: 2,
  ban: 2,
  unban: 3,
  hide: 1,
  show: 2,
  mute: 1,
  rename: 1,
} as const
type What = keyof typeof WEIGHTS

const TOTAL = Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0)
/** How many of the latest messages somebody is likely to change. */
const RECENT = 60

/** Chance that is the same in every run with the same seed (mulberry32). */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** An integer from 0 to below `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end)
  }

  one<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)]
    if (item === undefined) throw new Error('the list is empty')
    return item
  }

  some<T>(list: readonly T[]): readonly T[] {
    return list.filter(() => this.below(3) === 0)
  }
}

/** Who does what where, by chance, knowing what there is. Some of it is refused. */
export class RandomSteps {
  readonly people: readonly Actor[]
  readonly roomIds: readonly string[]
  readonly #h: Harness
  readonly #chance: Chance
  readonly #recount: Recount

  constructor(h: Harness, chance: Chance, recount: Recount) {
    this.#h = h
    this.#chance = chance
    this.#recount = recount
    this.people = Array.from({ length: 6 }, (_, i) => person(`u${i}`))
    this.roomIds = ['r0', 'r1', 'r2']
  }

  creations(): readonly LogCommand[] {
    const members = this.people.slice(1, 4).map(one => one.userId)
    return this.roomIds.map(roomId => this.#h.creation(this.#actor(0), roomId, { members }))
  }

  next(): LogCommand {
    const roomId = this.#chance.one(this.roomIds)
    return this.#command(this.#what(), roomId, this.#recount.room(roomId), this.#chance.one(this.people))
  }

  #what(): What {
    let left = this.#chance.below(TOTAL)
    for (const [what, weight] of Object.entries(WEIGHTS)) {
      if (left < weight) return what as What
      left -= weight
    }
    throw new Error('the weights make up their total')
  }

  #command(what: What, roomId: string, room: RecountedRoom, actor: Actor): LogCommand {
    const about = { actor, roomId } as const
    const byAdmin = { actor: root, roomId, userId: actor.userId } as const
    switch (what) {
      case 'send':
        return this.#h.sending(actor, roomId, 'hello', { mentions: this.#mentions() })
      case 'call':
      case 'edit':
        return this.#edit(roomId, room, what === 'call' ? this.#mentions() : null)
      case 'delete':
        return { kind: 'message.delete', actor: root, roomId, messageId: this.#said(room).id }
      case 'read':
        return { kind: 'room.read', ...about, seq: room.seq - this.#chance.below(8), readRevision: null }
      case 'readStale':
        return { kind: 'room.read', ...about, seq: this.#chance.below(room.seq), readRevision: this.#chance.below(12) }
      case 'readHuge':
        return { kind: 'room.read', ...about, seq: Number.MAX_SAFE_INTEGER, readRevision: null }
      case 'unread':
        return { kind: 'room.unread', ...about, seq: Math.max(0, room.seq + 2 - this.#chance.below(150)) }
      case 'join':
        return { kind: 'member.join', ...about }
      case 'leave':
        return { kind: 'member.leave', ...about }
      case 'kick':
        return { kind: 'member.remove', ...byAdmin }
      case 'ban':
        return { kind: 'ban.put', ...byAdmin, reason: null, until: null }
      case 'unban':
        return { kind: 'ban.remove', ...byAdmin }
      case 'hide':
      case 'show':
        return { kind: 'user.settings', actor, changes: { readReceipts: what === 'show' } }
      case 'mute':
        return { kind: 'room.notifications', ...about, muted: this.#chance.below(2) === 0 }
      case 'rename':
        return { kind: 'room.update', actor: root, roomId, changes: { name: `name ${this.#chance.below(9)}` } }
    }
  }

  #edit(roomId: string, room: RecountedRoom, mentions: readonly string[] | null): LogCommand {
    const { id: messageId, senderId } = this.#said(room)
    const content = `edited ${this.#chance.below(1_000)}`
    return { kind: 'message.edit', actor: person(senderId), roomId, messageId, content, mentions }
  }

  #said({ said }: RecountedRoom): { readonly id: string; readonly senderId: string } {
    const recent = this.#chance.below(4) > 0 ? said.slice(-RECENT) : said
    return recent.length === 0 ? { id: 'none', senderId: 'u0' } : this.#chance.one(recent)
  }

  #mentions(): readonly string[] {
    return this.#chance.some(this.people).map(one => one.userId)
  }

  #actor(index: number): Actor {
    return this.people[index] ?? root
  }
}
