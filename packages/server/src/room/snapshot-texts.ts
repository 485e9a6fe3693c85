import type { Cursor } from '@holdfast/protocol'
import type { OwnSnapshot, SharedSnapshot } from '../log/visit.ts'
import { SharedText } from '../transport/shared-text.ts'

/** Most text of snapshots that a node keeps, in UTF-16 units: those of some hundred rooms. The one asked for longest ago goes first. */
export const MAX_SNAPSHOTS_SIZE = 8_388_608

/** What a snapshot tells everybody, encoded once, and of what moment of the room it is. */
export class SnapshotText {
  readonly at: Cursor
  /** The frame up to where the reader's own part begins. */
  readonly #head: string

  constructor(shared: SharedSnapshot) {
    this.at = { epoch: shared.epoch, seq: shared.seq }
    this.#head = JSON.stringify({ type: 'room.snapshot', ...shared }).slice(0, -1)
  }

  /** In UTF-16 units. */
  get size(): number {
    return this.#head.length
  }

  /** The frame for one reader. */
  for(own: OwnSnapshot): SharedText {
    return new SharedText(`${this.#head},${JSON.stringify(own).slice(1)}`)
  }
}

/**
 * The latest snapshots that were given, for others who open the same rooms: a crowd that comes to a room is given one that
 * was read and encoded once. Whether one is still that of the room, the log says each time (`RoomLog.visit`).
 */
export class SnapshotTexts {
  /** Those asked for longest ago first. */
  readonly #texts = new Map<string, SnapshotText>()
  #size = 0

  /** The latest of this name, which may be out of date. */
  of(name: string): SnapshotText | null {
    const text = this.#texts.get(name)
    if (text === undefined) return null
    this.#texts.delete(name)
    this.#texts.set(name, text)
    return text
  }

  /** Takes the place of the one before. */
  keep(name: string, text: SnapshotText): void {
    this.#forget(name)
    this.#texts.set(name, text)
    this.#size += text.size
    for (const oldest of this.#texts.keys()) {
      if (this.#size <= MAX_SNAPSHOTS_SIZE) break
      this.#forget(oldest)
    }
  }

  #forget(name: string): void {
    this.#size -= this.#texts.get(name)?.size ?? 0
    this.#texts.delete(name)
  }
}
