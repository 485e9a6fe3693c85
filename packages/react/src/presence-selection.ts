import type { PresenceView, Readable } from '@holdfast/client'

type People = PresenceView['people']

/** Some of the people of a presence; the same map until one of them has changed, whatever becomes of the others. */
export class PresenceSelection implements Readable<People> {
  readonly #presence: Readable<PresenceView>
  readonly #userIds: readonly string[]
  #all: People | null = null
  #selected: People = new Map()

  constructor(presence: Readable<PresenceView>, userIds: readonly string[]) {
    this.#presence = presence
    this.#userIds = userIds
  }

  subscribe(listener: () => void): () => void {
    return this.#presence.subscribe(listener)
  }

  getSnapshot(): People {
    const all = this.#presence.getSnapshot().people
    if (all === this.#all) return this.#selected
    this.#all = all
    if (this.#userIds.some(userId => all.get(userId) !== this.#selected.get(userId))) this.#selected = this.#select(all)
    return this.#selected
  }

  #select(all: People): People {
    const selected = new Map<string, NonNullable<ReturnType<People['get']>>>()
    for (const userId of this.#userIds) {
      const person = all.get(userId)
      if (person !== undefined) selected.set(userId, person)
    }
    return selected
  }
}
