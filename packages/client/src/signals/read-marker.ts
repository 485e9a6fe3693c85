import { isRetryable, type Refusal, type UpFrame } from '@holdfast/protocol'
import { backOff } from '../back-off.ts'
import type { ClientPlatform } from '../platform/platform.ts'
import type { Cancel } from '../platform/scheduler.ts'
import { isLater, type ReadPosition, UNKNOWN_POSITION } from '../read-position.ts'

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

/** A position, and the command that told it last. */
interface Mark extends ReadPosition {
  readonly ref?: string
}

/** Tells the server how far this person has read, room by room: the newest wins, and none goes back. */
export class ReadMarker {
  readonly #deps: ReadMarkerDeps
  /** How far this person has read, in rooms where the server is not known to know. */
  readonly #positions = new Map<string, Mark>()
  /** Rooms whose position is to be told. */
  readonly #due = new Set<string>()
  #timer: Cancel | null = null
  /** Refusals in a row: after each it waits longer. */
  #failures = 0

  constructor(deps: ReadMarkerDeps) {
    this.#deps = deps
  }

  /** This person has read so far: later than what was marked before. */
  mark(roomId: string, position: ReadPosition): void {
    this.#positions.set(roomId, position)
    this.#plan(roomId)
  }

  /**
   * The server knows this person to have read up to `known`. When that is not all, it has refused the rest, and is told again;
   * unless messages were marked unread since.
   */
  confirm(roomId: string, known: ReadPosition): void {
    const mine = this.#positions.get(roomId)
    if (mine === undefined) return
    // What was read before the revision was known belongs to the one that is heard of first.
    const position = mine.readRevision < 0 ? { ...mine, readRevision: known.readRevision } : mine
    // A late word of an earlier revision says nothing of this one.
    if (known.readRevision < position.readRevision) return
    if (isLater(position, known)) {
      this.mark(roomId, position)
      return
    }
    this.#failures = 0
    this.#forget(roomId)
  }

  /** What `ref` told of the room is refused, for now or for good. Says whether it was this one, and for good: it is told no more. */
  refuse(roomId: string, { code, retryAfterMs }: Refusal, ref: string | null): boolean {
    if (this.#positions.get(roomId)?.ref !== ref) return false
    if (!isRetryable(code)) return this.#forget(roomId)
    this.#failures++
    this.#plan(roomId, retryAfterMs)
    return false
  }

  /** Tells now what waits to be told. */
  flush(): void {
    for (const roomId of this.#due) {
      const position = this.#positions.get(roomId) ?? UNKNOWN_POSITION
      const { lastReadSeq: seq, readRevision } = position
      const revision = readRevision < 0 ? {} : { readRevision }
      const ref = this.#deps.nextRef()
      if (!this.#deps.send({ type: 'room.read', ref, roomId, seq, ...revision })) return
      this.#positions.set(roomId, { ...position, ref })
      this.#due.delete(roomId)
    }
  }

  /** A session has begun: what the last one may not have told is told again. */
  up(): void {
    for (const roomId of this.#positions.keys()) this.#due.add(roomId)
    this.flush()
  }

  forgetAll(): void {
    this.#timer?.()
    this.#timer = null
    this.#positions.clear()
    this.#due.clear()
  }

  #forget(roomId: string): boolean {
    this.#due.delete(roomId)
    return this.#positions.delete(roomId)
  }

  #plan(roomId: string, retryAfterMs = 0): void {
    this.#due.add(roomId)
    const { scheduler, random } = this.#deps.platform
    const waitMs = this.#failures === 0 ? 0 : retryAfterMs + backOff(this.#failures, random.fraction())
    this.#timer ??= scheduler.after(MARK_EVERY_MS + waitMs, () => {
      this.#timer = null
      this.flush()
    })
  }
}
