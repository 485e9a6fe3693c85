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

/** Read positions are told to the server at most this often; and when the application is hidden, since that may be its end. Milliseconds. */
export const MARK_EVERY_MS = 500

/** Tells the server how far this person has read, room by room: the newest wins, and none goes back. */
export class ReadMarker {
  readonly #deps: ReadMarkerDeps
  /** How far this person has read, in rooms where the server is not known to know. */
  readonly #positions = new Map<string, number>()
  /** Rooms whose position is to be told. */
  readonly #due = new Set<string>()
  #timer: Cancel | null = null
  #unwatch: (() => void) | null = null

  constructor(deps: ReadMarkerDeps) {
    this.#deps = deps
  }

  mark(roomId: string, seq: number): void {
    if (seq <= (this.#positions.get(roomId) ?? 0)) return
    this.#positions.set(roomId, seq)
    this.#plan(roomId)
  }

  /** The server knows this person to have read up to `seq`. When that is not all, it has refused the rest, and is told again. */
  confirm(roomId: string, seq: number): void {
    if (seq < (this.#positions.get(roomId) ?? 0)) {
      this.#plan(roomId)
      return
    }
    this.#positions.delete(roomId)
    this.#due.delete(roomId)
  }

  /** A session has begun: what the last one may not have told is told again. */
  up(): void {
    for (const roomId of this.#positions.keys()) this.#due.add(roomId)
    this.#tell()
    this.#unwatch ??= this.#deps.platform.network.watch(change => {
      if (change === 'hidden') this.#tell()
    })
  }

  down(): void {
    this.#unwatch?.()
    this.#unwatch = null
  }

  forgetAll(): void {
    this.down()
    this.#timer?.()
    this.#timer = null
    this.#positions.clear()
    this.#due.clear()
  }

  #plan(roomId: string): void {
    this.#due.add(roomId)
    this.#timer ??= this.#deps.platform.scheduler.after(MARK_EVERY_MS, () => {
      this.#timer = null
      this.#tell()
    })
  }

  #tell(): void {
    for (const roomId of this.#due) {
      const seq = this.#positions.get(roomId) ?? 0
      if (!this.#deps.send({ type: 'room.read', ref: this.#deps.nextRef(), roomId, seq })) return
      this.#due.delete(roomId)
    }
  }
}
