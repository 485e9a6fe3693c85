import {
  emptyRoomState,
  type Message,
  type RoomEvent,
  type RoomState,
  reduce,
  type SyncAnswer,
} from '@holdfast/protocol'
import { faceOf } from './history-lines.ts'
import { lastingToken } from './lasting-token.ts'

/** A room's log as the server gave it from its first event on, and what it says of itself. */
export interface RoomTruth {
  readonly roomId: string
  readonly epoch: string
  readonly events: readonly RoomEvent[]
  /** The fold of the events. */
  readonly state: RoomState
  /** The room as a snapshot has it. */
  readonly snapshot: { readonly seq: number; readonly memberCount: number; readonly messages: readonly Message[] }
  /** What was told otherwise before. */
  readonly changes: readonly string[]
}

/** Reads a room's log over HTTP as it grows, and notices when what it has read is told otherwise. */
export class StoreLog {
  readonly #url: string
  readonly #userId: string
  readonly #roomId: string
  #epoch = ''
  readonly #events: RoomEvent[] = []
  readonly #changes: string[] = []

  private constructor(url: string, userId: string, roomId: string) {
    this.#url = url
    this.#userId = userId
    this.#roomId = roomId
  }

  /** `userId`: a member from the beginning. */
  static async of(url: string, userId: string, roomId: string): Promise<StoreLog> {
    const log = new StoreLog(url, userId, roomId)
    log.#epoch = (await log.#sync('')).epoch
    await log.read()
    return log
  }

  /** Reads what is new. */
  async read(): Promise<number> {
    const after = this.#events.at(-1)?.seq ?? 0
    const answer = await this.#sync(`?epoch=${this.#epoch}&seq=${after}`)
    if (answer.kind === 'delta') this.#events.push(...answer.events)
    else this.#changes.push(`the log went on to ${this.#epoch}:${after}, it is ${answer.epoch}:${answer.seq} now`)
    return answer.seq
  }

  /** All of it, as it is now. */
  async truth(): Promise<RoomTruth> {
    await this.read()
    await this.#readAgain()
    const snapshot = await this.#sync('?window=100')
    if (snapshot.kind !== 'snapshot') throw new Error('unable to read a snapshot; a delta came')
    const state = reduce(emptyRoomState(this.#roomId, this.#epoch), this.#events)
    const [roomId, epoch, events, changes] = [this.#roomId, this.#epoch, this.#events, this.#changes]
    return { roomId, epoch, events, changes, state, snapshot }
  }

  /** The latest events once more: they must be what they were. */
  async #readAgain(): Promise<void> {
    const from = Math.max(0, this.#events.length - 900)
    const answer = await this.#sync(`?epoch=${this.#epoch}&seq=${from}`)
    if (answer.kind !== 'delta') return
    for (const event of answer.events) {
      const before = this.#events[event.seq - 1]
      if (before === undefined || faceOf(before) === faceOf(event)) continue
      this.#changes.push(`${event.seq} was ${faceOf(before)}, it is ${faceOf(event)} now`)
    }
  }

  async #sync(query: string): Promise<SyncAnswer> {
    const headers = { authorization: `Bearer ${await lastingToken(this.#userId)}` }
    const response = await fetch(`${this.#url}/api/rooms/${this.#roomId}/sync${query}`, { headers })
    if (!response.ok) throw new Error(`unable to read the log; ${response.status} ${await response.text()}`)
    return (await response.json()) as SyncAnswer
  }
}
