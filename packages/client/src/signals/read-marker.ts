import { isRetryable, type Refusal, type UpFrame } from '@holdfast/protocol'
import { backOff } from '../back-off.ts'
import type { ClientPlatform } from '../platform/platform.ts'
import type { Cancel } from '../platform/scheduler.ts'
import { isLater, type ReadPosition } from '../read-position.ts'

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

/** A position, and the command that has told it; without one it is to be told. */
interface Mark {
  readonly position: ReadPosition
  readonly ref?: string
}

/** Tells the server how far this person has read, room by room: the newest wins, and none goes back. */
export class ReadMarker {
  readonly #deps: ReadMarkerDeps
  /** How far this person has read, in rooms where the server is not known to know. */
  readonly #marks = new Map<string, Mark>()
  #timer: Cancel | null = null
  /** Refusals in a row: after each it waits longer. */
  #failures = 0

  constructor(deps: ReadMarkerDeps) {
    this.#deps = deps
  }

  /** This person has read so far: later than what was marked before. */
  mark(roomId: string, position: ReadPosition): void {
    this.#marks.set(roomId, { position })
    const { scheduler, random } = this.#deps.platform
    const waitMs = this.#failures === 0 ? 0 : backOff(this.#failures, random.fraction())
    this.#timer ??= scheduler.after(MARK_EVERY_MS + waitMs, () => {
      this.#timer = null
      this.flush()
    })
  }

  /**
   * The server knows this person to have read up to `known`. When that is not all, it has refused the rest, and is told again;
   * unless messages were marked unread since. The log ends at `head`.
   */
  confirm(roomId: string, known: ReadPosition, head: number): void {
    const mine = this.#marks.get(roomId)?.position
    if (mine === undefined) return
    // What was read before the revision was known belongs to the one that is heard of first, as far as the log goes.
    const position = mine.readRevision < 0 ? { ...known, lastReadSeq: Math.min(mine.lastReadSeq, head) } : mine
    // A late word of an earlier revision says nothing of this one.
    if (known.readRevision < position.readRevision) return
    if (isLater(position, known)) {
      this.mark(roomId, position)
      return
    }
    this.#failures = 0
    this.#marks.delete(roomId)
  }

  /** What `ref` told of the room is refused, for now or for good. Says whether it was this one, and for good: it is told no more. */
  refuse(roomId: string, { code }: Refusal, ref: string | null): boolean {
    const mark = this.#marks.get(roomId)
    if (mark?.ref !== ref) return false
    if (!isRetryable(code)) return this.#marks.delete(roomId)
    this.#failures++
    this.mark(roomId, mark.position)
    return false
  }

  /** Tells now what waits to be told. */
  flush(): void {
    for (const [roomId, { position, ref: told }] of this.#marks) {
      if (told !== undefined) continue
      const { lastReadSeq: seq, readRevision } = position
      const ref = this.#deps.nextRef()
      const frame: UpFrame = { type: 'room.read', ref, roomId, seq, ...(readRevision >= 0 && { readRevision }) }
      if (!this.#deps.send(frame)) return
      this.#marks.set(roomId, { position, ref })
    }
  }

  /** A session has begun: what the last one may not have told is told again. */
  up(): void {
    for (const [roomId, { position }] of this.#marks) this.#marks.set(roomId, { position })
    this.flush()
  }

  forgetAll(): void {
    this.#timer?.()
    this.#timer = null
    this.#marks.clear()
  }
}
