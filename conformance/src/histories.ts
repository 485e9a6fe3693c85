import { expect } from 'vitest'
import { eventually } from './bounded.ts'
import type { InboxEntry, Message } from './contract.ts'
import { expectSuccess } from './http.ts'
import { isSameLine, listOf, untilInbox } from './inbox.ts'
import { type Person, people } from './people.ts'
import type { Random } from './random.ts'
import { markRead } from './reading.ts'
import { allMessages, recount } from './recount.ts'
import { erase, fill, grant, headOf, join, kick, leave, logOf, makeRoom, post, roomPath, snapshotOf } from './rooms.ts'
import type { Socket } from './socket.ts'

/** One user with two devices, both told of the inbox; the first has every room open. */
interface Player {
  readonly person: Person
  readonly devices: readonly [Socket, Socket]
  /** The read position by room, as the contract's words make it; none in a room that is not theirs. */
  readonly positions: Map<string, number>
}

/** A room whose owner stays, so that its history can always be read. */
interface Place {
  readonly id: string
  readonly isPublic: boolean
}

type Step = (world: World, player: Player, place: Place) => Promise<void>

/** What people do, as often as listed. */
const STEPS: readonly Step[] = [
  ...Array.from({ length: 6 }, (): Step => (world, player, place) => world.send(player, place)),
  ...Array.from({ length: 4 }, (): Step => (world, player, place) => world.read(player, place)),
  (world, _player, place) => world.sendTogether(place),
  (world, player, place) => world.edit(player, place),
  (world, player, place) => world.erase(player, place),
  (world, player, place) => world.erase(player, place),
  (world, player, place) => world.react(player, place),
  (world, player, place) => world.come(player, place),
  (world, player, place) => world.come(player, place),
  async (world, player, place) => {
    if (world.random.hits(0.2)) await world.sendMany(player, place)
  },
]

/** Several users in several rooms, and what each of them must be told of it. */
export class World {
  readonly random: Random
  readonly #steps: readonly Step[]
  readonly #players: readonly Player[]
  readonly #places: readonly Place[]
  #step = 0

  private constructor(random: Random, steps: readonly Step[], players: readonly Player[], places: readonly Place[]) {
    this.random = random
    this.#steps = steps
    this.#players = players
    this.#places = places
  }

  /** The first user owns a public and two private rooms, in which all are. `more` are steps beside those of the contract. */
  static async begin(random: Random, more: readonly Step[] = []): Promise<World> {
    const [owner, ...others] = await people('owner', 'bob', 'cy')
    const places: Place[] = []
    for (const type of ['public', 'private', 'private'] as const) {
      places.push({ id: await makeRoom(owner, { type, members: others }), isPublic: type === 'public' })
    }
    const players = await Promise.all([owner, ...others].map(person => enter(person, places)))
    return new World(random, [...STEPS, ...more], players, places)
  }

  /** `count` steps; after each a user picked at random is compared with the recount, now and then all of them in all ways. */
  async run(count: number, thoroughEvery: number): Promise<void> {
    for (let step = 1; step <= count; step += 1) {
      this.#step = step
      const [player, place] = [this.random.pick(this.#players), this.random.pick(this.#places)]
      if (player === undefined || place === undefined) throw new Error('an empty world')
      await this.random.pick(this.#steps)?.(this, player, place)
      if (step % thoroughEvery === 0) await this.#checkAll()
      else await this.#checkList(this.random.pick(this.#players) ?? player)
    }
  }

  async send(player: Player, place: Place): Promise<void> {
    if (!player.positions.has(place.id)) return
    const mentions = this.#someone()
    if (this.random.hits(0.5)) await post(player.person, place.id, `step ${this.#step}`, { mentions })
    else await this.#device(player).say(place.id, `step ${this.#step}`, { mentions })
  }

  async sendMany(player: Player, place: Place): Promise<void> {
    if (player.positions.has(place.id)) await fill(player.person, place.id, 40)
  }

  async sendTogether(place: Place): Promise<void> {
    await Promise.all(this.#players.map(player => this.send(player, place)))
  }

  async edit(player: Player, place: Place, extra: object = {}): Promise<void> {
    const message = this.random.pick(await this.#own(player, place))
    if (message === undefined) return
    const path = roomPath(place.id, `/messages/${message.id}`)
    expectSuccess(await player.person.api.patch(path, { content: `edited in ${this.#step}`, ...extra }))
  }

  /** Ours: an edit that changes whom the message mentions. */
  async editMentions(player: Player, place: Place): Promise<void> {
    await this.edit(player, place, { mentions: this.#someone() })
  }

  /** Ours: a message, and those behind it, are unread again. */
  async markUnread(player: Player, place: Place): Promise<void> {
    const before = player.positions.get(place.id)
    if (before === undefined) return
    const head = await headOf(player.person, place.id)
    const from = this.random.int(head + 5) - 1
    player.positions.set(place.id, Math.max(0, Math.min(before, from - 1, head)))
    expectSuccess(await player.person.api.put(roomPath(place.id, '/unread'), { seq: from }))
  }

  async erase(player: Player, place: Place): Promise<void> {
    const message = this.random.pick(await this.#own(player, place))
    if (message !== undefined) await erase(player.person, place.id, message.id)
  }

  async react(player: Player, place: Place): Promise<void> {
    const message = this.random.pick(await allMessages(this.#owner.person, place.id))
    if (message === undefined || message.deletedAt !== null || !player.positions.has(place.id)) return
    const frame = { type: 'reaction.add', roomId: place.id, messageId: message.id, key: '👍' }
    expect(await this.#device(player).request(frame)).toMatchObject({ type: 'ok' })
  }

  /** Reads as far as anywhere, beyond the end too, on either device or by a request. */
  async read(player: Player, place: Place): Promise<void> {
    const before = player.positions.get(place.id)
    if (before === undefined) return
    const head = await headOf(player.person, place.id)
    const seq = this.random.int(head + 5)
    const position = Math.max(before, Math.min(seq, head))
    player.positions.set(place.id, position)
    if (this.random.hits(0.5)) return await markRead(player.person, place.id, seq)
    this.#device(player).send({ type: 'room.read', roomId: place.id, seq })
    const done = async () =>
      (await snapshotOf(player.person, place.id, 1)).lastReadSeq === position ? true : undefined
    await eventually(done, `the read position ${position}`)
  }

  /** Leaves and joins again, or is removed and added; the owner stays. */
  async come(player: Player, place: Place): Promise<void> {
    if (player === this.#owner) return
    const { id, isPublic } = place
    if (player.positions.delete(id)) {
      await (isPublic ? leave(player.person, id) : kick(this.#owner.person, id, player.person))
      return
    }
    await (isPublic ? join(player.person, id) : grant(this.#owner.person, id, player.person, 'member'))
    player.positions.set(id, await joinedAt(player.person, id))
    await player.devices[0].open(id)
  }

  get #owner(): Player {
    const owner = this.#players[0]
    if (owner === undefined) throw new Error('an empty world')
    return owner
  }

  #device(player: Player): Socket {
    return this.random.hits(0.5) ? player.devices[0] : player.devices[1]
  }

  #someone(): string[] {
    const ids = this.#players.map(player => player.person.id)
    return this.random.some(ids, 0.2)
  }

  async #own(player: Player, place: Place): Promise<Message[]> {
    if (!player.positions.has(place.id)) return []
    const messages = await allMessages(this.#owner.person, place.id)
    return messages.filter(message => message.senderId === player.person.id && message.deletedAt === null)
  }

  #where(player: Player): string {
    return `step ${this.#step} of ${player.person.id}, HOLDFAST_SEED=${this.random.seed}`
  }

  /** The list of one user against the recount; returns the lines. */
  async #checkList(player: Player): Promise<ReadonlyMap<string, InboxEntry>> {
    const { rooms } = await listOf(player.person)
    const lines = new Map(rooms.map(room => [room.id, room]))
    const where = this.#where(player)
    expect([...lines.keys()].sort(), where).toEqual([...player.positions.keys()].sort())
    for (const [roomId, lastReadSeq] of player.positions) {
      const messages = await allMessages(this.#owner.person, roomId)
      const expected = { ...recount(messages, player.person.id, lastReadSeq), lastReadSeq }
      expect(lines.get(roomId), `${where}, ${roomId}`).toMatchObject(expected)
    }
    return lines
  }

  /** The list, the snapshot and the inbox of every device of every user tell the same. */
  async #checkAll(): Promise<void> {
    for (const player of this.#players) {
      for (const [roomId, listed] of await this.#checkList(player)) {
        const { unread, lastReadSeq } = await snapshotOf(player.person, roomId, 1)
        expect({ unread, lastReadSeq }).toEqual({ unread: listed.unread, lastReadSeq: listed.lastReadSeq })
        for (const device of player.devices) {
          const told = untilInbox(device, roomId, room => isSameLine(room, listed))
          await told.catch(cause => {
            throw new Error(`${this.#where(player)}, ${roomId}: ${JSON.stringify(listed)}`, { cause })
          })
        }
      }
    }
  }
}

async function enter(person: Person, places: readonly Place[]): Promise<Player> {
  const devices = [await person.connect({ inbox: true }), await person.connect({ inbox: true })] as const
  const positions = new Map<string, number>()
  for (const { id } of places) {
    await devices[0].open(id)
    positions.set(id, await joinedAt(person, id))
    // Something happens in every room once its readers listen, so that an inbox of changes only knows each of them.
    await post(person, id, 'hello')
  }
  return { person, devices, positions }
}

/** The seq of the own latest `member.joined`: where a new member's position begins. */
async function joinedAt(person: Person, roomId: string): Promise<number> {
  const joins = (await logOf(person, roomId)).filter(event => event.member?.userId === person.id)
  return joins.findLast(event => event.kind === 'member.joined')?.seq ?? 0
}
