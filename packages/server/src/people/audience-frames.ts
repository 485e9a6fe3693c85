import { SharedText } from '../transport/shared-text.ts'
import type { PersonLine } from './person-line.ts'
import type { Recency } from './recency.ts'
import type { Place, ShownPerson } from './shown-person.ts'

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
  /** Those in it who are not as it says to themselves. */
  readonly shaded: ReadonlySet<string>
}

/** What an audience shows of a person. */
export type LineOf = (person: ShownPerson) => { readonly line: PersonLine; readonly tellsRoom: boolean } | null

/** The frames of one flush: those who have been told as much get the same one. */
export class AudienceFrames {
  readonly #recency: Recency<Place>
  readonly #lineOf: LineOf
  readonly #nowMs: number
  readonly #frames = new Map<string, PresenceFrame>()

  /** `nowMs`: wall time. */
  constructor(recency: Recency<Place>, lineOf: LineOf, nowMs: number) {
    this.#recency = recency
    this.#lineOf = lineOf
    this.#nowMs = nowMs
  }

  /** The frame for a viewer who is `userId` and has been told so far; null: too many others are made already. */
  for({ version, floor }: Told, userId: string): PresenceFrame | null {
    // Where all is past the floor, the floor says nothing.
    const key = version >= floor ? `${version}` : `${version} ${floor}`
    let frame = this.#frames.get(key)
    if (frame === undefined) {
      if (this.#frames.size >= MAX_FRAMES) return null
      frame = this.#build({ version, floor }, null)
      this.#frames.set(key, frame)
    }
    return frame.shaded.has(userId) ? this.#build({ version, floor }, userId) : frame
  }

  #build({ version, floor }: Told, except: string | null): PresenceFrame {
    const texts: string[] = []
    const shaded = new Set<string>()
    let bytes = 0
    let upTo = this.#recency.version
    for (const place of this.#recency.since(version)) {
      const shown = this.#lineOf(place.person)
      if (shown === null || (shown.line.isOffline && place.version <= floor)) continue
      if (place.person.userId === except) continue
      texts.push(shown.line.text(this.#nowMs, shown.tellsRoom))
      if (place.person.isShaded) shaded.add(place.person.userId)
      bytes += shown.line.bytes
      if (bytes < MAX_FRAME_BYTES) continue
      upTo = place.version
      break
    }
    const message = texts.length === 0 ? null : new SharedText(`{"type":"presence","users":[${texts.join(',')}]}`)
    return { message, version: upTo, shaded }
  }
}
