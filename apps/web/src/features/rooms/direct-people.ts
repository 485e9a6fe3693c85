import type { Client } from '@holdfast/client'
import type { Member } from '@holdfast/protocol'

/** Somebody in a direct room. */
export type DirectPerson = Pick<Member, 'userId' | 'name'>

/** How many rooms are asked for their people at a time: a list may hold hundreds of direct rooms. */
const WIDTH = 4

/** Who the others in direct rooms are: these have no name of their own, and a list of rooms does not name their members. */
export class DirectPeople {
  readonly #client: Client
  readonly #known = new Map<string, readonly DirectPerson[]>()
  readonly #asked = new Set<string>()
  readonly #waiting: string[] = []
  #asking = 0
  readonly #listeners = new Set<() => void>()

  constructor(client: Client) {
    this.#client = client
  }

  /** The others in the direct room `roomId`, or null while they are not known. The same list until it says something else. */
  of(roomId: string): readonly DirectPerson[] | null {
    this.#learn(roomId, this.#client.room(roomId).getSnapshot().members)
    return this.#known.get(roomId) ?? null
  }

  /** Calls `listener` whenever `of(roomId)` may have changed, and has it read if it is not known. */
  subscribe(roomId: string, listener: () => void): () => void {
    this.#listeners.add(listener)
    const stop = this.#client.room(roomId).subscribe(listener)
    if (this.of(roomId) === null) this.#want(roomId)
    return () => {
      this.#listeners.delete(listener)
      stop()
    }
  }

  #want(roomId: string): void {
    if (this.#asked.has(roomId)) return
    this.#asked.add(roomId)
    this.#waiting.push(roomId)
    if (this.#asking < WIDTH) void this.#work()
  }

  async #work(): Promise<void> {
    this.#asking += 1
    for (let roomId = this.#waiting.shift(); roomId !== undefined; roomId = this.#waiting.shift()) {
      await this.#read(roomId)
    }
    this.#asking -= 1
  }

  async #read(roomId: string): Promise<void> {
    try {
      const { members } = await this.#client.room(roomId).members.list()
      this.#learn(roomId, members)
      for (const listener of this.#listeners) listener()
    } catch {
      // Whoever subscribes next asks again.
    }
    if (!this.#known.has(roomId)) this.#asked.delete(roomId)
  }

  #learn(roomId: string, members: readonly Member[]): void {
    const { userId } = this.#client
    if (userId === null) return
    const others = members.filter(member => member.userId !== userId)
    // Kept: when the others have left, the conversation is still the one with them.
    if (others.length === 0 || isSame(others, this.#known.get(roomId))) return
    this.#known.set(
      roomId,
      others.map(({ userId: id, name }) => ({ userId: id, name })),
    )
  }
}

function isSame(people: readonly DirectPerson[], before: readonly DirectPerson[] | undefined): boolean {
  if (people.length !== before?.length) return false
  return people.every((person, i) => person.userId === before[i]?.userId && person.name === before[i]?.name)
}
