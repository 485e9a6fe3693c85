import { type Client, createClient, type RoomHandle } from '@holdfast/client'
import type { Room } from '@holdfast/protocol'
import { call } from './call.ts'
import { tokenFor } from './tokens.ts'
import { until } from './until.ts'

/** A message that its writer was told is kept. */
export interface Acknowledged {
  readonly clientId: string
  readonly content: string
  readonly seq: number
  /** When the writer knew, at the latest, in milliseconds since 1970. */
  readonly atMs: number
}

/** What happened in one room, as those who wrote there know it. */
export interface Story {
  readonly roomId: string
  readonly members: readonly string[]
  /** Whether its maker was told that it is there. */
  readonly isRoomKnown: boolean
  /** What each of them wrote, in order. */
  readonly said: ReadonlyMap<string, readonly string[]>
  readonly acknowledged: readonly Acknowledged[]
}

const NAMES = ['ann', 'bob', 'cyd']
/** Messages of one writer that wait for their acknowledgement at a time: commits hold one to a few of them. */
const IN_FLIGHT = 3

/** Three real clients that write to one room, each a few messages at a time, for as long as they are told to. */
export class Writers implements Story {
  readonly members = NAMES
  readonly roomId: string
  readonly isRoomKnown = true
  readonly said = new Map<string, string[]>(NAMES.map(name => [name, []]))
  readonly acknowledged: Acknowledged[] = []
  readonly #knownAtMs: number
  readonly #people: readonly { readonly name: string; readonly client: Client; readonly room: RoomHandle }[]
  #sent = 0
  #isWriting = false

  private constructor(url: string, roomId: string) {
    this.roomId = roomId
    this.#knownAtMs = laterThanNow()
    this.#people = NAMES.map(name => {
      const client = createClient({ url, getToken: () => tokenFor(name) })
      const room = client.room(roomId)
      client.connect()
      room.open()
      return { name, client, room }
    })
  }

  /** In a new room. */
  static async at(url: string): Promise<Writers> {
    const room = await call<Room>(url, 'POST', '/api/rooms', { name: 'faults', type: 'private', members: NAMES })
    return new Writers(url, room.id)
  }

  /** Writes until so many more messages are acknowledged, and a few more are on their way. */
  async write(count: number): Promise<void> {
    const enough = this.acknowledged.length + count
    this.begin()
    await until(`${count} acknowledgements`, () => this.acknowledged.length >= enough)
    this.#isWriting = false
  }

  /** Writes until `end`. */
  begin(): void {
    this.#isWriting = true
    for (const person of this.#people) for (let i = 0; i < IN_FLIGHT; i++) this.#send(person)
  }

  end(): void {
    this.#isWriting = false
  }

  /** Resolves when all that was written is acknowledged. */
  async settled(): Promise<void> {
    await until('the acknowledgement of everything', () => this.acknowledged.length === this.#sent)
  }

  /** Those who are offline come back without waiting for their turn. */
  reconnect(): void {
    for (const { client } of this.#people) client.connect()
  }

  /** Whether what one of them types is shown to another: what is live goes on. */
  async seeEachOtherType(): Promise<void> {
    const [ann, bob] = this.#people
    await until('typing that is shown', () => {
      bob?.room.typing()
      return ann?.room.getSnapshot().typing.userIds.includes('bob')
    })
  }

  /** What they knew at a moment. */
  storyAt(atMs: number): Story {
    const acknowledged = this.acknowledged.filter(known => known.atMs <= atMs)
    const { roomId, members, said } = this
    return { roomId, members, said, acknowledged, isRoomKnown: this.#knownAtMs <= atMs }
  }

  leave(): void {
    this.#isWriting = false
    for (const { client } of this.#people) client.disconnect()
  }

  #send({ name, room }: { readonly name: string; readonly room: RoomHandle }): void {
    this.#sent++
    const content = `${name} ${this.said.get(name)?.length} ${'.'.repeat((this.#sent * 37) % 400)}`
    this.said.get(name)?.push(content)
    const { clientId, acknowledged } = room.send(content)
    void acknowledged.then(({ seq }) => {
      this.acknowledged.push({ clientId, content, seq, atMs: laterThanNow() })
      if (this.#isWriting) this.#send({ name, room })
    })
  }
}

/** The clock tells whole milliseconds: not before the next one is this moment surely over. */
function laterThanNow(): number {
  return Date.now() + 1
}
