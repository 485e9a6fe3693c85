import type { SharedText } from '../transport/shared-text.ts'
import type { InboxPeer } from './inbox-peer.ts'
import type { InboxRoom } from './inbox-room.ts'
import type { Line } from './line.ts'

/** Most rooms of one `inbox` frame; the rest comes in the next. */
export const FRAME_ROOMS = 100
/** A frame takes no further room that would bring it over this many bytes. */
export const FRAME_BYTES = 65_536
/** Most rooms of one frame that are theirs no longer. */
export const FRAME_GONE = 500

/** A cursor of the log, and when it was asked for, on the monotonic clock. */
export interface CursorMark {
  readonly cursor: string
  readonly atMs: number
}

/** What a session gets beside lines, when it has said from which cursor on it wishes to be told. */
type Reply =
  | { readonly kind: 'changes'; readonly total: number | null; readonly mark: CursorMark | null }
  /** What has changed cannot be told. */
  | { readonly kind: 'anew' }

/** What a frame is put together with. */
interface FrameParts {
  /** How many rooms the person is in now; null: more than are kept here. */
  readonly total: number | null
  /** All that was committed up to this cursor has come here and is sent or due. */
  readonly settled: CursorMark | null
  /** The frame of this text; the same one when it was the last that was asked for. */
  readonly share: (text: string) => SharedText
}

/** What one session has yet to be told of its inbox. */
export class InboxSession {
  readonly peer: InboxPeer
  /** From which cursor on the log has yet to be asked what has changed; null when that is done. */
  since: string | null
  readonly #due = new Set<InboxRoom>()
  readonly #gone = new Set<string>()
  /** Which version of a line it was shown. */
  readonly #shown = new Map<InboxRoom, number>()
  #reply: Reply | null = null
  #hasTotal = false
  #mark: CursorMark | null = null

  constructor(peer: InboxPeer) {
    this.peer = peer
    this.since = peer.inbox?.since ?? null
  }

  get userId(): string {
    return this.peer.actor.userId
  }

  /** Whether it has yet to be told of anything. */
  get isDue(): boolean {
    return this.#due.size > 0 || this.#gone.size > 0 || this.#reply !== null || this.since !== null
  }

  /** The line is to be told, unless it was as it is. Whether it is. */
  want(room: InboxRoom, line: Line): boolean {
    if (this.#shown.get(room) === versionOf(room, line)) return false
    this.#due.add(room)
    return true
  }

  /** The room is the person's from now on. */
  gain(room: InboxRoom): void {
    this.#gone.delete(room.roomId)
    this.#due.add(room)
  }

  /** The room is the person's no longer: nothing of it is told any more. */
  lose(roomId: string): void {
    this.#gone.add(roomId)
  }

  /** The room is not followed any more. */
  forget(room: InboxRoom): void {
    this.#due.delete(room)
    this.#shown.delete(room)
  }

  reply(reply: Reply): void {
    this.#reply = reply
  }

  /** Tells how many rooms the person is in, for clients that may hold one that is gone; null: as many as are known here. */
  tellTotal(total: number | null): void {
    this.#reply ??= { kind: 'changes', total, mark: null }
  }

  /** The same, once: where the bus may lose messages, one may be gone that was listed as the session began. */
  tellTotalOnce(total: number): void {
    if (!this.#hasTotal) this.tellTotal(total)
    this.#hasTotal = true
  }

  /** The rooms that its next frame is about, the most recently active first. */
  next(): readonly InboxRoom[] {
    const rooms = [...this.#due]
    return rooms.sort((a, b) => b.activeAt - a.activeAt).slice(0, FRAME_ROOMS)
  }

  /** Sends what is due and known, as far as a frame holds it. Whether a frame was put together; whether it was taken as well. */
  send(parts: FrameParts): 'nothing' | 'refused' | 'sent' {
    if (this.#reply?.kind === 'anew') return this.#sendAnew(parts)
    const { rooms, texts } = this.#lines()
    const gone = [...this.#gone].slice(0, FRAME_GONE)
    const isAll =
      rooms.every(({ isLast }) => isLast) && rooms.length === this.#due.size && gone.length === this.#gone.size
    const reply = isAll ? this.#reply : null
    if (texts.length + gone.length === 0 && reply === null) return 'nothing'
    const mark = isAll ? this.#newerMark(parts.settled) : null
    const total = reply?.kind === 'changes' ? (parts.total ?? reply.total) : null
    const text = frameOf(texts, gone, total, mark?.cursor ?? null)
    if (!this.peer.signal(parts.share(text))) return 'refused'
    for (const { room, version, isLast } of rooms) {
      this.#shown.set(room, version)
      if (isLast) this.#due.delete(room)
    }
    for (const roomId of gone) this.#gone.delete(roomId)
    if (reply !== null) this.#reply = null
    this.#mark = mark ?? this.#mark
    return 'sent'
  }

  #lines() {
    const rooms: { readonly room: InboxRoom; readonly version: number; readonly isLast: boolean }[] = []
    const texts: string[] = []
    let bytes = 0
    for (const room of this.next()) {
      const line = room.line(this.userId)
      const shown = line === undefined ? null : room.render(line)
      if (line === undefined || shown === null) continue
      if (texts.length > 0 && bytes + shown.bytes > FRAME_BYTES) break
      bytes += shown.bytes + 1
      texts.push(shown.text)
      rooms.push({ room, version: versionOf(room, line), isLast: !room.isDoubtful(line) })
    }
    return { rooms, texts }
  }

  #sendAnew({ share }: FrameParts): 'refused' | 'sent' {
    if (!this.peer.signal(share(frameOf([], [], -1, null)))) return 'refused'
    this.#reply = null
    return 'sent'
  }

  #newerMark(settled: CursorMark | null): CursorMark | null {
    const told = this.#reply?.kind === 'changes' ? this.#reply.mark : null
    const newest = told === null || (settled !== null && settled.atMs > told.atMs) ? settled : told
    if (newest === null || newest.cursor === this.#mark?.cursor) return null
    return this.#mark !== null && newest.atMs < this.#mark.atMs ? null : newest
  }
}

function versionOf(room: InboxRoom, line: Line): number {
  return room.version + line.version
}

function frameOf(
  lines: readonly string[],
  gone: readonly string[],
  total: number | null,
  cursor: string | null,
): string {
  const rest = {
    ...(gone.length > 0 && { gone }),
    ...(total !== null && { total }),
    ...(cursor !== null && { cursor }),
  }
  const tail = JSON.stringify(rest).slice(1)
  return `{"type":"inbox","rooms":[${lines.join(',')}]${tail === '}' ? '' : ','}${tail}`
}
