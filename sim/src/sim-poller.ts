import { type Cursor, parseJson, type RoomSyncAnswer, reduce, type SyncAnswer } from '@holdfast/protocol'
import type { Coverage } from './coverage.ts'
import { type Polled, SYNC_RULES } from './invariants/synced.ts'
import type { Ledger } from './ledger.ts'

/** What asking in the background needs of the device that it is done on. */
export interface PollerParts {
  readonly userId: string
  readonly rooms: readonly string[]
  readonly ledger: Ledger
  readonly coverage: Coverage
  readonly breach: (rule: string, what: string) => void
  /** One call over the device's line, as its person. */
  readonly call: (path: string, init: { readonly method: string; readonly body?: string }) => Promise<Response>
}

/**
 * A client of another kind: whatever runs in the background of a device, or behind a proxy that lets no socket through. Now and then it asks
 * over HTTP what has come to rooms since it last did, and folds that by itself. What was deleted meanwhile it reads of in the log.
 */
export class SimPoller {
  readonly #parts: PollerParts
  readonly #held = new Map<string, Polled>()
  /** What it has stored of each log: what it was told of it first. */
  readonly #stored = new Map<string, Polled>()

  constructor(parts: PollerParts) {
    this.#parts = parts
  }

  /** It was ended, as what runs in the background is, and begins again with what it has stored. */
  restart(): void {
    for (const [roomId, stored] of this.#stored) this.#held.set(roomId, stored)
  }

  /** Asks about one room. Never rejects: what fails is asked again another time. */
  async pollOne(roomId: string): Promise<void> {
    const cursor = this.cursorOf(roomId)
    const query = cursor === null ? '' : `?epoch=${cursor.epoch}&seq=${cursor.seq}`
    const answer = await this.#ask(`/api/rooms/${roomId}/sync${query}`, { method: 'GET' })
    if (isSync(answer)) this.#take(roomId, cursor, answer)
  }

  /** Asks about all rooms at once. Never rejects. */
  async pollAll(): Promise<void> {
    const cursors = new Map(this.#parts.rooms.map(roomId => [roomId, this.cursorOf(roomId)]))
    const rooms = [...cursors].map(([roomId, cursor]) => ({ roomId, ...cursor }))
    const answer = Object(await this.#ask('/api/sync', { method: 'POST', body: JSON.stringify({ rooms }) }))
    if (!Array.isArray(answer.rooms)) return
    for (const room of answer.rooms as readonly RoomSyncAnswer[]) {
      if (room.kind !== 'error') this.#take(room.roomId, cursors.get(room.roomId) ?? null, room)
    }
  }

  /** Where it stands in a room; null: it has been told nothing of it. */
  cursorOf(roomId: string): Cursor | null {
    const held = this.#held.get(roomId)
    return held === undefined ? null : { epoch: held.state.epoch, seq: held.state.seq }
  }

  /** The body of a good answer; null: there was none, or not all of it has come. */
  async #ask(path: string, init: { readonly method: string; readonly body?: string }): Promise<unknown> {
    try {
      const response = await this.#parts.call(path, init)
      const parsed = parseJson(response.ok ? await response.text() : '')
      return parsed.ok ? parsed.value : null
    } catch {
      return null
    }
  }

  /** An answer to who stood at `cursor`. */
  #take(roomId: string, cursor: Cursor | null, answer: SyncAnswer): void {
    this.#count(answer)
    const context = { ...this.#parts, roomId, cursor }
    const held = this.#held.get(roomId)
    // Another answer was faster: this one leads on from where nobody stands any more.
    const isLate = held?.state.seq !== cursor?.seq || held?.state.epoch !== cursor?.epoch
    const now = isLate ? null : folded(held, answer)
    for (const rule of SYNC_RULES) rule(context, answer, now)
    if (now === null) return
    this.#held.set(roomId, now)
    if (this.#stored.get(roomId)?.state.epoch !== now.state.epoch) this.#stored.set(roomId, now)
  }

  #count(answer: SyncAnswer): void {
    const { coverage } = this.#parts
    const events = answer.kind === 'delta' ? answer.events : []
    if (answer.kind === 'snapshot') coverage.saw('snapshot read without a socket')
    if (events.length > 0) coverage.saw('events read without a socket')
    for (const event of events) {
      if (event.kind === 'message.created' && event.message.deletedAt !== null)
        coverage.saw('deleted message read again from the log')
      if (event.kind === 'message.edited' && event.content === '')
        coverage.saw('edit of a deleted message read again from the log')
    }
  }
}

/** What is held after an answer; null: it continues nothing. */
function folded(held: Polled | undefined, answer: SyncAnswer): Polled | null {
  if (answer.kind === 'delta') return held === undefined ? null : { ...held, state: reduce(held.state, answer.events) }
  const { epoch, seq, room, memberCount, messages, hasMore } = answer
  const members = new Map(answer.members.map(member => [member.userId, member]))
  return { state: { epoch, seq, room, members, memberCount, messages }, hasMore }
}

function isSync(answer: unknown): answer is SyncAnswer {
  const { kind } = Object(answer)
  return kind === 'delta' || kind === 'snapshot'
}
