import { type Client, createClient, type MessageEntry, type RoomHandle } from '@holdfast/client'
import type { Cursor } from '@holdfast/protocol'
import { SimRandom } from '../../../sim/src/sim-random.ts'
import { tokenFor } from '../../support/serve.ts'
import { canonical } from './canonical.ts'
import type { Saw } from './history-lines.ts'
import { look } from './look.ts'

/** Whose device it is, what it reads, and how it behaves. */
export interface DeviceSpec {
  readonly device: string
  readonly userId: string
  readonly rooms: readonly string[]
}

export interface DeviceParts {
  readonly url: string
  readonly seed: string
  /** How far the clock of the application that makes the tokens is off. */
  readonly tokenOffsetMs: () => number
  readonly onSaw: (saw: Saw) => void
}

/** How a device stands, for a test that waits for something. */
export interface DeviceStatus {
  readonly device: string
  readonly connection: string
  readonly acked: number
  /** Written and not acknowledged. */
  readonly waiting: number
  readonly rooms: readonly RoomStanding[]
}

interface RoomStanding {
  readonly roomId: string
  readonly status: string
  readonly seq: number
  /** How many others it shows as typing. */
  readonly typing: number
}

/** What a device has under way at once: enough that a batch of the server has several commands. */
const AT_ONCE = 6
/** Of a view only the latest rows are looked at each time: all of them are at the end. */
const LOOKED_AT = 60
const WEIGHTS = { send: 12, edit: 2, delete: 1, react: 2, read: 1 }
/** How long tokens are good. Shorter than the hour by which clocks jump. */
const TOKEN_S = 1_800

/** One client of the real SDK, that does what people do and notes what it sees. */
export class Device {
  readonly spec: DeviceSpec
  readonly #client: Client
  readonly #rooms: readonly RoomHandle[]
  readonly #random: SimRandom
  readonly #parts: DeviceParts
  #left = 0
  #underWay = 0
  #bytes = 0
  #written = 0
  #acked = 0
  #waiting = 0
  readonly #idle: (() => void)[] = []

  constructor(spec: DeviceSpec, parts: DeviceParts) {
    this.spec = spec
    this.#parts = parts
    this.#random = new SimRandom(`${parts.seed}/${spec.device}`)
    this.#client = createClient({ url: parts.url, getToken: () => this.#token() })
    this.#rooms = spec.rooms.map(roomId => this.#client.room(roomId))
    for (const room of this.#rooms) {
      room.open()
      room.subscribe(() => this.#look(room, LOOKED_AT))
    }
    this.#client.connect()
  }

  /** Goes on with so many more operations; texts are padded to so many bytes. */
  write(operations: number, bytes: number): void {
    this.#left += operations
    this.#bytes = bytes
    this.#fill()
  }

  /** Resolves when all of it is done, and every message acknowledged or refused for good. */
  rest(): Promise<void> {
    if (this.#left === 0 && this.#underWay === 0) return Promise.resolve()
    return new Promise(resolve => this.#idle.push(resolve))
  }

  /** Types in every room, and falls silent. */
  type(): void {
    for (const room of this.#rooms) room.typing()
  }

  /** Tries to connect now. */
  connect(): void {
    if (this.#client.connection.getSnapshot().state !== 'online') this.#client.connect()
  }

  get status(): DeviceStatus {
    const rooms = this.#rooms.map(room => {
      const { status, continuity, typing } = room.getSnapshot()
      return { roomId: room.id, status, seq: continuity.seq, typing: typing.count }
    })
    const { state } = this.#client.connection.getSnapshot()
    return { device: this.spec.device, connection: state, acked: this.#acked, waiting: this.#waiting, rooms }
  }

  /** Resolves when it shows each room live up to these seqs; rooms that it may not read do not count. */
  async reach(heads: Readonly<Record<string, number>>): Promise<void> {
    await Promise.all(this.#rooms.map(room => reached(room, heads[room.id] ?? 0)))
  }

  /** Notes what it shows. */
  noteViews(): void {
    for (const room of this.#rooms) {
      this.#look(room, Number.MAX_SAFE_INTEGER)
      const { status, hasMore, timeline, continuity } = room.getSnapshot()
      const messages = timeline.map(entry => (entry.kind === 'message' ? canonical(entry.message) : 'pending'))
      const cursor: Cursor = { epoch: continuity.epoch ?? '', seq: continuity.seq }
      this.#parts.onSaw({ what: 'view', roomId: room.id, status, hasMore, messages, ...cursor })
    }
  }

  stop(): void {
    this.#client.disconnect()
  }

  #token(): Promise<string> {
    const exp = Math.floor((Date.now() + this.#parts.tokenOffsetMs()) / 1_000) + TOKEN_S
    return tokenFor(this.spec.userId, { exp, device: this.spec.device })
  }

  #fill(): void {
    while (this.#left > 0 && this.#underWay < AT_ONCE) {
      this.#left--
      this.#underWay++
      void this.#operate().finally(() => this.#done())
    }
  }

  #done(): void {
    this.#underWay--
    // Not in this turn: what is refused at once must not keep the process from its sockets.
    if (this.#left > 0) setImmediate(() => this.#fill())
    else if (this.#underWay === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }

  async #operate(): Promise<void> {
    const room = this.#random.pick(this.#rooms)
    const kind = this.#random.weighted(WEIGHTS)
    if (kind === 'send') return this.#send(room)
    const messages = room.getSnapshot().timeline.filter((entry): entry is MessageEntry => entry.kind === 'message')
    if (kind === 'read') return room.markRead()
    const mine = messages.filter(({ own, message }) => own && message.deletedAt === null)
    const from = kind === 'react' ? messages.filter(({ message }) => message.deletedAt === null) : mine
    const entry = from.at(-1 - this.#random.int(0, 5))
    if (entry === undefined) return this.#send(room)
    const { id } = entry.message
    // Somebody else may have deleted it meanwhile: what counts is what is acknowledged.
    if (kind === 'edit') await room.edit(id, this.#text('edited')).catch(() => {})
    else if (kind === 'react') await room.react(id, `${this.spec.device} ${++this.#written}`).catch(() => {})
    else await room.delete(id).catch(() => {})
  }

  async #send(room: RoomHandle): Promise<void> {
    const content = this.#text('wrote')
    const { clientId, acknowledged } = room.send(content)
    const what = { roomId: room.id, clientId }
    this.#parts.onSaw({ what: 'wrote', content, ...what })
    this.#waiting++
    await acknowledged.then(
      ({ seq, messageId }) => {
        this.#acked++
        this.#parts.onSaw({ what: 'acked', at: { seq, messageId }, ...what })
      },
      (error: Error) => this.#parts.onSaw({ what: 'failed', reason: error.message, ...what }),
    )
    this.#waiting--
  }

  #text(did: string): string {
    return `${this.spec.device} ${did} ${++this.#written} `.padEnd(this.#bytes, '.')
  }

  #look(room: RoomHandle, rows: number): void {
    const view = room.getSnapshot()
    for (const { rule, what: text } of look(this.spec.device, { ...view, timeline: view.timeline.slice(-rows) })) {
      this.#parts.onSaw({ what: 'breach', rule, text })
    }
  }
}

function reached(room: RoomHandle, seq: number): Promise<void> {
  const isThere = () => {
    const { status, continuity, timeline } = room.getSnapshot()
    if (status === 'detached' || status === 'refused') return true
    const isSettled = timeline.every(entry => entry.kind === 'message' || entry.status === 'failed')
    return status === 'live' && continuity.seq >= seq && isSettled
  }
  return new Promise(resolve => {
    const look = () => {
      if (!isThere()) return
      stop()
      resolve()
    }
    const stop = room.subscribe(look)
    look()
  })
}
