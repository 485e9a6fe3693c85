import type { MessageSend, Role, UpFrame } from '@holdfast/protocol'
import fc from 'fast-check'
import type { OpenSocket } from '../../src/index.ts'
import { Peer } from './peer.ts'

export const PEOPLE = ['ann', 'bob', 'eve'] as const
export type Person = (typeof PEOPLE)[number]
export const ROOMS = ['pub', 'priv'] as const
export type RoomName = (typeof ROOMS)[number]
/** A member of both rooms to whom nothing is done, and who does nothing but read. */
const OBSERVER = 'olga'

type Extra = 'none' | 'reply' | 'replyNowhere' | 'mention' | 'system' | 'attachment' | 'seen'

/** What one person does in one room; picks are reduced to what there is. */
export type Op = { readonly who: Person; readonly room: RoomName } & (
  | {
      readonly do: 'open'
      readonly cursor: 'none' | 'head' | 'old' | 'ahead' | 'other'
      readonly window: number
    }
  | { readonly do: 'close' | 'join' | 'leave' | 'look' }
  | { readonly do: 'page'; readonly limit: string }
  | { readonly do: 'send'; readonly content: string; readonly clientId: number; readonly extra: Extra }
  | { readonly do: ChangeType; readonly pick: number; readonly content: string }
  | { readonly do: 'read' | 'unread'; readonly seq: number; readonly revision: number }
  | { readonly do: 'mute' | 'topic' | 'seen'; readonly pick: number }
  | {
      readonly do: 'put' | 'remove' | 'ban' | 'unban' | 'silence' | 'unsilence' | 'refresh'
      readonly whom: Person
      readonly role: Role | undefined
    }
)

const CHANGES = [
  'message.edit',
  'message.delete',
  'message.pin',
  'message.unpin',
  'reaction.add',
  'reaction.remove',
] as const
type ChangeType = (typeof CHANGES)[number]

const where = { who: fc.constantFrom(...PEOPLE), room: fc.constantFrom(...ROOMS) }
const content = fc.constantFrom('one', 'two', 'two', ' ', '', 'x'.repeat(8_193), 'a\u0000b')
const extra = fc.constantFrom<Extra>('none', 'none', 'reply', 'replyNowhere', 'mention', 'system', 'attachment', 'seen')
const cursor = fc.constantFrom('none', 'head', 'old', 'ahead', 'other')
const role = fc.constantFrom<Role | undefined>(undefined, 'member', 'admin', 'owner')

function does<K extends Op['do']>(...kinds: readonly K[]): fc.Arbitrary<K> {
  return fc.constantFrom(...kinds)
}

/** Any of what people do. */
export const anyOp = fc.oneof(
  { weight: 4, arbitrary: fc.record({ ...where, do: does('open'), cursor, window: fc.constantFrom(2, 50) }) },
  { weight: 3, arbitrary: fc.record({ ...where, do: does('close', 'join', 'leave', 'look') }) },
  {
    weight: 1,
    arbitrary: fc.record({ ...where, do: does('page'), limit: fc.constantFrom('1', '2', '0', '-1', '101', '1.5', '') }),
  },
  { weight: 9, arbitrary: fc.record({ ...where, do: does('send'), content, clientId: fc.nat(6), extra }) },
  { weight: 9, arbitrary: fc.record({ ...where, do: does(...CHANGES), pick: fc.nat(5), content }) },
  { weight: 3, arbitrary: fc.record({ ...where, do: does('read', 'unread'), seq: fc.nat(20), revision: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ ...where, do: does('mute', 'topic', 'seen'), pick: fc.nat(3) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      ...where,
      do: does('put', 'remove', 'ban', 'unban', 'silence', 'unsilence', 'refresh'),
      whom: fc.constantFrom(...PEOPLE),
      role,
    }),
  },
) as fc.Arbitrary<Op>

/** A way to a server, the real one or the fake one. */
export interface Way {
  readonly url: string
  readonly openSocket: OpenSocket
  readonly fetch: typeof globalThis.fetch
  tokenFor(userId: string): Promise<string>
}

/** One server with three people at it, and what they have seen, in words that do not depend on which server it is. */
export class Side {
  readonly peers = new Map<string, Peer>()
  /** What each step was answered, normalised. */
  readonly answers: unknown[] = []
  readonly #way: Way
  readonly #tokens = new Map<string, string>()
  readonly #ids: Readonly<Record<RoomName, string>>
  /** The messages of a room, in the order sent. */
  readonly #messages: Readonly<Record<RoomName, string[]>> = { pub: [], priv: [] }
  #epochs = new Map<string, string>()
  #steps = 0

  /** `run` sets the ids of its rooms apart. */
  constructor(way: Way, run: string) {
    this.#way = way
    this.#ids = { pub: `pub-${run}`, priv: `priv-${run}` }
  }

  /** Signs everybody in, and makes the rooms. */
  async begin(): Promise<void> {
    for (const userId of [...PEOPLE, OBSERVER]) this.#tokens.set(userId, await this.#way.tokenFor(userId))
    for (const userId of [...PEOPLE, OBSERVER]) await this.#call(userId, 'GET', '/api/me')
    for (const room of ROOMS) {
      const type = room === 'pub' ? 'public' : 'private'
      const body = { id: this.#ids[room], name: room, type, members: ['bob', OBSERVER] }
      this.answers.push(await this.#call('ann', 'POST', '/api/rooms', body))
    }
    for (const userId of PEOPLE) this.peers.set(userId, await this.#connect(userId))
    for (const room of ROOMS) {
      const { epoch } = (await this.#raw(OBSERVER, 'GET', `${this.#path(room)}/messages`)).body as { epoch: string }
      this.#epochs.set(room, epoch)
    }
  }

  async do(op: Op): Promise<void> {
    this.answers.push([op.do, await this.#answerTo(op)])
    const head = await this.#head(op.room)
    const roomId = this.#ids[op.room]
    for (const peer of this.peers.values()) {
      await peer.until(() => (peer.follows.get(roomId) ?? head) >= head)
    }
  }

  /** What everybody who comes anew is shown in the end. */
  async lookAfresh(): Promise<void> {
    for (const userId of PEOPLE) {
      const peer = await this.#connect(userId)
      for (const room of ROOMS) {
        this.answers.push(await peer.ask({ type: 'room.open', ref: 'fresh', roomId: this.#ids[room] }))
        this.answers.push(await this.#call(userId, 'GET', this.#path(room)))
      }
      await peer.ask({ type: 'ping', ref: 'end' })
      this.peers.set(`${userId} anew`, peer)
      this.answers.push(await this.#listOf(userId))
    }
  }

  /** What a peer was told of a room's log, normalised: events one by one, however they were put into frames. */
  logFramesOf(name: string, room: RoomName): unknown {
    const frames = this.peers.get(name)?.heard ?? []
    return this.#normal(
      frames.flatMap<object>(frame => {
        if (!('roomId' in frame) || frame.roomId !== this.#ids[room]) return []
        if (frame.type === 'message.event') return frame.events
        return ['room.snapshot', 'room.live', 'room.detached'].includes(frame.type) ? [frame] : []
      }),
    )
  }

  get normalAnswers(): unknown {
    return this.#normal(this.answers)
  }

  end(): void {
    for (const peer of this.peers.values()) peer.close()
  }

  /** The rooms of this run, by name: those of others are there too, and what happens in one millisecond has no order. */
  async #listOf(userId: string): Promise<unknown> {
    const { body } = await this.#raw(userId, 'GET', '/api/rooms')
    const { rooms } = body as { readonly rooms: readonly { readonly id: string; readonly name: string }[] }
    const ids: readonly string[] = Object.values(this.#ids)
    return rooms.filter(({ id }) => ids.includes(id)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  async #answerTo(op: Op): Promise<unknown> {
    const { who } = op
    const path = this.#path(op.room)
    switch (op.do) {
      case 'join':
      case 'leave':
        return this.#call(who, 'POST', `${path}/${op.do}`)
      case 'look':
        return Promise.all(['', '/members', '/messages'].map(what => this.#call(who, 'GET', path + what)))
      case 'page':
        return this.#call(who, 'GET', `${path}/messages?limit=${op.limit}`)
      case 'unread':
        return this.#call(who, 'PUT', `${path}/unread`, { seq: op.seq })
      case 'mute':
        return this.#call(who, 'PUT', `${path}/notifications`, { muted: op.pick > 0 })
      case 'topic':
        return this.#call(who, 'PATCH', path, { topic: `topic ${op.pick}` })
      case 'seen':
        return this.#call(who, 'GET', `${path}/messages/${this.#pick(op.room, op.pick)}/seen`)
      case 'put':
        return this.#call(who, 'PUT', `${path}/members/${op.whom}`, op.role === undefined ? {} : { role: op.role })
      case 'remove':
        return this.#call(who, 'DELETE', `${path}/members/${op.whom}`)
      case 'ban':
      case 'unban':
        return this.#call(who, op.do === 'ban' ? 'PUT' : 'DELETE', `${path}/bans/${op.whom}`)
      case 'silence':
      case 'unsilence':
        return this.#call(who, op.do === 'silence' ? 'PUT' : 'DELETE', `${path}/mutes/${op.whom}`)
      default:
        return this.#say(op)
    }
  }

  async #say(op: Op): Promise<unknown> {
    const peer = this.peers.get(op.who)
    if (peer === undefined) throw new Error('unable to say it; the person is not there')
    const ref = `step-${++this.#steps}`
    const frame = await this.#frameOf(op, ref)
    if (frame.type !== 'room.read') {
      const answer = await peer.ask(frame)
      if (answer.type === 'message.ack' && !answer.duplicate) this.#messages[op.room].push(answer.messageId)
      return answer
    }
    // It has no answer unless it is refused; what is asked behind it is answered behind it.
    const from = peer.heard.length
    peer.say(frame)
    await peer.ask({ type: 'message.delete', ref: `${ref} done`, roomId: frame.roomId, messageId: 'nowhere' })
    return peer.heard.slice(from).find(heard => 'ref' in heard && heard.ref === ref) ?? null
  }

  async #frameOf(op: Op, ref: string): Promise<UpFrame & { readonly ref: string }> {
    const roomId = this.#ids[op.room]
    switch (op.do) {
      case 'open': {
        const at = { none: null, head: 0, old: -2, ahead: 5, other: 0 }[op.cursor]
        const epoch = op.cursor === 'other' ? 'another' : (this.#epochs.get(op.room) ?? '')
        const seq = at === null ? null : Math.max(0, (await this.#head(op.room)) + at)
        return { type: 'room.open', ref, roomId, window: op.window, ...(seq !== null && { epoch, seq }) }
      }
      case 'close':
        return { type: 'room.close', ref, roomId }
      case 'refresh':
        return { type: 'auth.refresh', ref, token: this.#tokens.get(op.whom) ?? '' }
      case 'send':
        return this.#sendOf(op, ref)
      case 'read':
        return { type: 'room.read', ref, roomId, seq: op.seq, readRevision: op.revision }
      case 'message.edit':
        return { type: op.do, ref, roomId, messageId: this.#pick(op.room, op.pick), content: op.content }
      case 'reaction.add':
      case 'reaction.remove':
        return { type: op.do, ref, roomId, messageId: this.#pick(op.room, op.pick), key: '👍' }
      case 'message.delete':
      case 'message.pin':
      case 'message.unpin':
        return { type: op.do, ref, roomId, messageId: this.#pick(op.room, op.pick) }
      default:
        throw new Error(`unable to say ${op.do}; it is no frame`)
    }
  }

  #sendOf(op: Op & { readonly do: 'send' }, ref: string): MessageSend & { readonly ref: string } {
    const draft = { ref, roomId: this.#ids[op.room], clientId: `${op.who}-${op.clientId}`, content: op.content }
    const extras: Readonly<Record<Extra, Omit<Partial<MessageSend>, 'ref'>>> = {
      none: {},
      reply: { replyTo: this.#pick(op.room, 0) },
      replyNowhere: { replyTo: 'nowhere' },
      mention: { mentions: ['bob', 'eve', 'bob'] },
      system: { kind: 'system' },
      attachment: { attachments: ['file'] },
      seen: { seen: 1_000 },
    }
    return { type: 'message.send', ...draft, ...extras[op.extra] }
  }

  #pick(room: RoomName, pick: number): string {
    return this.#messages[room][pick] ?? 'nowhere'
  }

  #path(room: RoomName): string {
    return `/api/rooms/${this.#ids[room]}`
  }

  async #head(room: RoomName): Promise<number> {
    const { body } = await this.#raw(OBSERVER, 'GET', `${this.#path(room)}/messages`)
    return (body as { seq: number }).seq
  }

  async #connect(userId: string): Promise<Peer> {
    const { url, openSocket } = this.#way
    const peer = new Peer(url, this.#tokens.get(userId) ?? '', openSocket)
    await peer.opened
    peer.say({ type: 'session.hello', protocol: 1, client: { name: 'peer', version: '1' } })
    await peer.until(() => peer.heard.some(({ type }) => type === 'session.welcome'))
    return peer
  }

  async #call(userId: string, method: string, path: string, body?: object): Promise<unknown> {
    const answer = await this.#raw(userId, method, path, body)
    if (answer.status < 400) return answer
    const { code } = Object(answer.body)
    return { status: answer.status, code }
  }

  async #raw(userId: string, method: string, path: string, body?: object) {
    const headers = { authorization: `Bearer ${this.#tokens.get(userId)}`, 'content-type': 'application/json' }
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
    const response = await this.#way.fetch(this.#way.url + path, init)
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) }
  }

  /** The same for both servers: without what each makes up itself. */
  #normal(value: unknown): unknown {
    const names = new Map<string, string>()
    for (const room of ROOMS) {
      names.set(this.#ids[room], room)
      for (const [place, id] of this.#messages[room].entries()) names.set(id, `${room} message ${place}`)
    }
    const walk = (each: unknown, key = ''): unknown => {
      if (TIMES.has(key)) return typeof each === 'number' ? 'some time' : each
      if (typeof each === 'string') return OPAQUE.has(key) ? 'something' : (names.get(each) ?? each)
      if (Array.isArray(each)) return each.map(item => walk(item))
      if (typeof each !== 'object' || each === null) return each
      return Object.fromEntries(Object.entries(each).map(([name, item]) => [name, walk(item, name)]))
    }
    return walk(value)
  }
}

const TIMES = new Set(['at', 'createdAt', 'editedAt', 'deletedAt'])
const OPAQUE = new Set(['epoch', 'message', 'nextCursor', 'inboxCursor'])
