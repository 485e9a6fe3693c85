import type { PersonSettings } from '@holdfast/protocol'
import { DEFAULT_SETTINGS } from '../facts.ts'
import type { MemoryRoom } from './memory-room.ts'

/** What memory keeps of people beside rooms: which they are in, their names, what they settled. */
export class MemoryPeople {
  readonly #most: number
  readonly #rooms = new Map<string, Set<MemoryRoom>>()
  readonly #names = new Map<string, string>()
  /** Of those alone who have settled something. */
  readonly #settings = new Map<string, PersonSettings>()

  /** @param most names, and settings, that are kept; the oldest are forgotten */
  constructor(most: number) {
    this.#most = most
  }

  roomsOf(userId: string): ReadonlySet<MemoryRoom> {
    return this.#rooms.get(userId) ?? new Set()
  }

  enter(userId: string, room: MemoryRoom): void {
    let rooms = this.#rooms.get(userId)
    if (rooms === undefined) {
      rooms = new Set()
      this.#rooms.set(userId, rooms)
    }
    rooms.add(room)
  }

  leave(userId: string, room: MemoryRoom): void {
    const rooms = this.#rooms.get(userId)
    rooms?.delete(room)
    if (rooms?.size === 0) this.#rooms.delete(userId)
  }

  name(userId: string): string | null {
    return this.#names.get(userId) ?? null
  }

  setName(userId: string, name: string): void {
    this.#names.delete(userId)
    this.#names.set(userId, name)
    forgetOldest(this.#names, this.#most)
  }

  settings(userId: string): PersonSettings {
    return this.#settings.get(userId) ?? DEFAULT_SETTINGS
  }

  setSettings(userId: string, settings: PersonSettings): void {
    this.#settings.delete(userId)
    if (settings.readReceipts && !settings.appearOffline) return
    this.#settings.set(userId, settings)
    forgetOldest(this.#settings, this.#most)
  }

  /** Those of `userIds` that are in a room with the person. */
  acquainted(userId: string, userIds: readonly string[]): readonly string[] {
    return userIds.filter(other => {
      const [few, many] = [this.roomsOf(userId), this.roomsOf(other)].sort((a, b) => a.size - b.size)
      return [...(few ?? [])].some(room => many?.has(room))
    })
  }
}

/** Maps keep the order of insertion: the first is the oldest. */
export function forgetOldest<T>(map: Map<string, T>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return
    map.delete(key)
  }
}
