import type { Client } from '@holdfast/client'
import type { Member } from '@holdfast/protocol'

/** Who the others in direct rooms are: these have no name of their own, and a list of rooms does not name their members. */
export class DirectNames {
  readonly #client: Client
  readonly #known = new Map<string, string>()
  readonly #asked = new Set<string>()
  readonly #listeners = new Set<() => void>()

  constructor(client: Client) {
    this.#client = client
  }

  /** The others in the direct room `roomId`, or null while they are not known. */
  nameOf(roomId: string): string | null {
    const held = namesOf(this.#client.room(roomId).getSnapshot().members, this.#client.userId)
    // Kept: when the others have left, the conversation is still the one with them.
    if (held !== null) this.#known.set(roomId, held)
    return held ?? this.#known.get(roomId) ?? null
  }

  /** Calls `listener` whenever `nameOf(roomId)` may have changed, and has it read if it is not known. */
  subscribe(roomId: string, listener: () => void): () => void {
    this.#listeners.add(listener)
    const stop = this.#client.room(roomId).subscribe(listener)
    if (this.nameOf(roomId) === null) void this.#ask(roomId)
    return () => {
      this.#listeners.delete(listener)
      stop()
    }
  }

  /** Reads them, once. */
  async #ask(roomId: string): Promise<void> {
    if (this.#asked.has(roomId)) return
    this.#asked.add(roomId)
    try {
      const { members } = await this.#client.room(roomId).members.list()
      const names = namesOf(members, this.#client.userId)
      if (names !== null) this.#known.set(roomId, names)
      for (const listener of this.#listeners) listener()
    } catch {
      // Whoever subscribes next asks again.
    }
    if (!this.#known.has(roomId)) this.#asked.delete(roomId)
  }
}

function namesOf(members: readonly Member[], selfId: string | null): string | null {
  if (selfId === null) return null
  const others = members.filter(member => member.userId !== selfId).map(member => member.name)
  return others.length === 0 ? null : new Intl.ListFormat(undefined, { type: 'conjunction' }).format(others)
}
