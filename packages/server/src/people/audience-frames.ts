import { SharedText } from '../transport/shared-text.ts'
import type { Recency } from './recency.ts'
import { lineOf, roomTold, type Scope } from './scope.ts'
import type { Place } from './shown-person.ts'

/** A `presence` frame ends with the person who makes it larger than this, in bytes; the others come in the next. */
export const MAX_FRAME_BYTES = 16_384
/** Most different frames of one audience in one flush; whoever needs yet another waits for the next. */
export const MAX_FRAMES = 64

/** How far a viewer has been told. */
export interface Told {
  /** Every change up to this version. */
  readonly version: number
  /** Of what changed up to here it is only told who is not offline. */
  readonly floor: number
}

/** A frame, and how far whoever gets it has then been told. */
export interface PresenceFrame {
  /** Null: there is nothing to tell. */
  readonly message: SharedText | null
  readonly version: number
  /** Who is in it. */
  readonly userIds: ReadonlySet<string>
}

/** The frames of one flush: those who have been told as much get the same one. */
export class AudienceFrames {
  readonly #scope: Scope
  readonly #recency: Recency<Place>
  readonly #nowMs: number
  readonly #frames = new Map<string, PresenceFrame>()

  /** `nowMs`: wall time. */
  constructor(scope: Scope, recency: Recency<Place>, nowMs: number) {
    this.#scope = scope
    this.#recency = recency
    this.#nowMs = nowMs
  }

  /**
   * The frame for a viewer who has been told so far; null: too many others are made already. `except`: who is left out of it;
   * null: nobody.
   */
  for({ version, floor }: Told, except: string | null): PresenceFrame | null {
    // Where all is past the floor, the floor says nothing.
    const key = version >= floor ? `${version}` : `${version} ${floor}`
    let frame = this.#frames.get(key)
    if (frame === undefined) {
      if (this.#frames.size >= MAX_FRAMES) return null
      frame = this.#build({ version, floor }, null)
      this.#frames.set(key, frame)
    }
    return except !== null && frame.userIds.has(except) ? this.#build({ version, floor }, except) : frame
  }

  #build({ version, floor }: Told, except: string | null): PresenceFrame {
    const texts: string[] = []
    const userIds = new Set<string>()
    let bytes = 0
    let upTo = this.#recency.version
    for (const place of this.#recency.since(version)) {
      const line = lineOf(this.#scope, place)
      const { userId } = place.person
      if (line === null || userId === except) continue
      if (place.isHeld) place.isOwed = true
      const isOld = line.isOffline && place.version <= floor
      const isFirst = version === 0 && floor === 0 && place.farewell === null
      if (place.isHeld || isOld || (isFirst && line.saysNothing)) continue
      texts.push(line.text(this.#nowMs, roomTold(this.#scope, place, Math.max(version, floor))))
      userIds.add(userId)
      bytes += line.bytes
      if (bytes < MAX_FRAME_BYTES) continue
      upTo = place.version
      break
    }
    const message = texts.length === 0 ? null : new SharedText(`{"type":"presence","users":[${texts.join(',')}]}`)
    return { message, version: upTo, userIds }
  }
}
