import type { UpFrame } from '@holdfast/protocol'
import type { ClientPlatform } from '../platform/platform.ts'
import type { Cancel } from '../platform/scheduler.ts'

/** What a read marker needs from the rest of the client. */
export interface ReadMarkerDeps {
  readonly platform: ClientPlatform
  /** Says false when there is no session. */
  send(frame: UpFrame): boolean
  /** A `ref` that no other command of this client has. */
  nextRef(): string
}

/** Read positions are told to the server at most this often. Milliseconds. */
export const MARK_EVERY_MS = 500

interface Position {
  /** How far this person has read here. */
  readonly seq: number
  /** How far the server is known to know. */
  readonly known: number
}

/** Tells the server how far this person has read, room by room: the newest wins, and none goes back. */
export class ReadMarker {
  readonly #deps: ReadMarkerDeps
  readonly #positions = new Map<string, Position>()
  /** Rooms whose position is to be told. */
  readonly #due = new Set<string>()
  #timer: Cancel | null = null

  constructor(deps: ReadMarkerDeps) {
    this.#deps = deps
  }

  mark(roomId: string, seq: number): void {
    const { seq: before, known } = this.#positions.get(roomId) ?? { seq: 0, known: 0 }
    if (seq <= Math.max(before, known)) return
    this.#positions.set(roomId, { seq, known })
    this.#due.add(roomId)
    this.#timer ??= this.#deps.platform.scheduler.after(MARK_EVERY_MS, () => {
      this.#timer = null
      this.#tell()
    })
  }

  /** The server knows this person to have read up to `seq`. */
  confirm(roomId: string, seq: number): void {
    const position = this.#positions.get(roomId)
    if (position === undefined || seq < position.seq) return
    this.#positions.delete(roomId)
    this.#due.delete(roomId)
  }

  /** A session has begun: what the last one may not have told is told again. */
  up(): void {
    for (const roomId of this.#positions.keys()) this.#due.add(roomId)
    this.#tell()
  }

  forgetAll(): void {
    this.#timer?.()
    this.#timer = null
    this.#positions.clear()
    this.#due.clear()
  }

  #tell(): void {
    for (const roomId of this.#due) {
      const position = this.#positions.get(roomId)
      const frame = { type: 'room.read', ref: this.#deps.nextRef(), roomId, seq: position?.seq ?? 0 } as const
      if (position !== undefined && !this.#deps.send(frame)) return
      this.#due.delete(roomId)
    }
  }
}
