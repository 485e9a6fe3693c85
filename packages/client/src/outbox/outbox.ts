import { assertNever, encode, type MessageSend, type SendResult, type UpFrame } from '@holdfast/protocol'
import { bytesOf } from '../bytes.ts'
import type { Changes } from '../changes.ts'
import { errorOf, HoldfastError, signedOut } from '../errors.ts'
import type { ClientPlatform } from '../platform/platform.ts'
import { Runner } from '../platform/runner.ts'
import { dueAtOf } from '../step.ts'
import { EMPTY, stepOutbox } from './outbox-machine.ts'
import type { OutboxEffect, OutboxEntry, OutboxEvent, OutboxOutcome, OutboxState } from './outbox-state.ts'
import type { OutboxRecord, OutboxStorage } from './outbox-storage.ts'
import { STORAGE_WAIT_MS, StoredMessages } from './stored-messages.ts'

/** What the outbox needs from the rest of the client. */
export interface OutboxDeps {
  readonly platform: ClientPlatform
  readonly changes: Changes
  readonly storage: OutboxStorage
  send(frame: UpFrame): void
  /** The largest WebSocket message that the server takes now, in bytes. */
  frameBytes(): number
  /** What `roomId` has on its way out is something else now. */
  onEntries(roomId: string, entries: readonly OutboxEntry[]): void
  /** What `roomId` holds of the log may show some of those that were just restored. */
  onRestored(roomId: string): void
  /** `record` is durable, though the log held here may not show it yet. */
  onAcknowledged(record: OutboxRecord, result: SendResult): void
}

/** What a message says, before the outbox gives it its name and its place. */
export type OutboxDraft = Pick<OutboxRecord, 'roomId' | 'content' | 'kind' | 'replyTo' | 'mentions' | 'seen'>

/** Messages of one room that may wait; a further one is refused on the spot. */
export const MAX_WAITING = 1_000

/** One room's way out. */
type Lane = Runner<OutboxState, OutboxEvent, OutboxEffect>

/** All messages on their way out: one lane a room, one storage. */
export class Outbox {
  readonly #deps: OutboxDeps
  readonly #lanes = new Map<string, Lane>()
  /** Whoever waits for a message's end, by clientId. */
  readonly #waiting = new Map<string, PromiseWithResolvers<SendResult>>()
  readonly #stored: StoredMessages
  /** What was written here or taken up before, done with or not: storage that answers late may still show it. */
  readonly #known = new Set<string>()
  #isUp = false
  #userId: string | null = null
  /** The last place given. Grows with time, so that it goes on growing in the next page or process. */
  #order = 0

  constructor(deps: OutboxDeps) {
    this.#deps = deps
    this.#stored = new StoredMessages({ ...deps, onLeft: records => this.#restore(records) })
  }

  /** Takes up what an earlier page or process has left. */
  start(): void {
    this.#stored.read()
  }

  /** Messages written from now on are `userId`'s, as far as is known before a session. */
  writeAs(userId: string): void {
    if (!this.#isUp) this.#userId = userId
  }

  /** A session of `userId` has begun. */
  up(userId: string): void {
    this.#isUp = true
    this.#userId = userId
    for (const lane of this.#lanes.values()) lane.dispatch({ kind: 'up', userId })
    this.look()
  }

  /** What is stored and could not be read may be readable now. */
  look(): void {
    this.#stored.hurry()
  }

  down(): void {
    this.#isUp = false
    for (const lane of this.#lanes.values()) lane.dispatch({ kind: 'down' })
  }

  /** Puts a message on its way. */
  add(draft: OutboxDraft): { readonly clientId: string; readonly acknowledged: Promise<SendResult> } {
    const { clock, random } = this.#deps.platform
    const clientId = random.id()
    const lane = this.#laneOf(draft.roomId)
    const waiting = Promise.withResolvers<SendResult>()
    const acknowledged = waiting.promise
    // Whoever does not ask how it ended sees it in the timeline: no unhandled rejection then.
    acknowledged.catch(() => {})
    if (lane.state.entries.length < MAX_WAITING) {
      this.#waiting.set(clientId, waiting)
      this.#known.add(clientId)
      const createdAt = clock.wallMs()
      const record = { ...draft, clientId, userId: this.#userId, order: this.#nextOrder(), createdAt, failure: null }
      lane.dispatch({ kind: 'add', record })
    } else {
      waiting.reject(new HoldfastError('unavailable', 'unable to send; too many are waiting'))
    }
    return { clientId, acknowledged }
  }

  /** Sends a failed message again, behind all others. */
  retry(roomId: string, clientId: string): void {
    this.tell(roomId, { kind: 'retry', clientId, order: this.#nextOrder() })
  }

  /** What has become of one of a room's messages. */
  tell(roomId: string, event: OutboxEvent): void {
    this.#lanes.get(roomId)?.dispatch(event)
  }

  /** Forgets everything, in storage too, however that answered before. Rejects when what is stored may be there still. */
  async purge(): Promise<void> {
    this.forgetAll()
    if (await this.#stored.keep(storage => storage.clear(), STORAGE_WAIT_MS)) return
    throw new HoldfastError('unavailable', 'unable to clear; the storage has not done it')
  }

  /** Forgets everything here; what is stored stays for whoever wrote it. */
  forgetAll(): void {
    this.#stored.stop()
    const roomIds = [...this.#lanes.keys()]
    this.#lanes.clear()
    for (const waiting of this.#waiting.values()) {
      waiting.reject(signedOut())
    }
    this.#waiting.clear()
    this.#known.clear()
    this.#userId = null
    for (const roomId of roomIds) this.#deps.onEntries(roomId, [])
  }

  #restore(records: readonly OutboxRecord[]): void {
    this.#order = Math.max(this.#order, records.at(-1)?.order ?? 0)
    const writer = this.#userId
    const own = records.filter(
      ({ clientId, userId }) =>
        (writer ?? userId) === (userId ?? writer) && this.#known.size < this.#known.add(clientId).size,
    )
    for (const [roomId, records] of Map.groupBy(own, record => record.roomId)) {
      this.#deps.changes.batch(() => {
        this.#laneOf(roomId).dispatch({ kind: 'restore', records })
        this.#deps.onRestored(roomId)
      })
    }
  }

  #laneOf(roomId: string): Lane {
    const known = this.#lanes.get(roomId)
    if (known !== undefined) return known
    const { platform, onEntries } = this.#deps
    const lane: Lane = new Runner<OutboxState, OutboxEvent, OutboxEffect>({
      platform,
      initial: EMPTY,
      step: stepOutbox,
      wakeAt: dueAtOf,
      perform: effect => this.#perform(roomId, effect),
      onState: ({ entries }, { entries: before }) => {
        if (entries.length + before.length > 0) onEntries(roomId, entries)
      },
    })
    this.#lanes.set(roomId, lane)
    if (this.#isUp && this.#userId !== null) lane.dispatch({ kind: 'up', userId: this.#userId })
    return lane
  }

  #perform(roomId: string, effect: OutboxEffect): void {
    switch (effect.do) {
      case 'store':
        void this.#store(effect.record)
        return
      case 'forget':
        void this.#stored.keep(storage => storage.remove(roomId, effect.clientId))
        return
      case 'send':
        this.#send(effect.record)
        return
      case 'cancel':
        this.#deps.send({ type: 'message.cancel', roomId, clientId: effect.clientId })
        return
      case 'settle':
        this.#settle(effect.record, effect.outcome)
        return
      default:
        assertNever(effect)
    }
  }

  /** Without room or right to store it is kept in memory only: better than not sent at all. */
  async #store(record: OutboxRecord): Promise<void> {
    await this.#stored.keep(storage => storage.put(record))
    this.tell(record.roomId, { kind: 'stored', clientId: record.clientId })
  }

  /** A message that would close the connection (1009) is refused here, as the server would refuse its content. */
  #send(record: OutboxRecord): void {
    const frame = frameOf(record)
    if (bytesOf(encode(frame)) <= this.#deps.frameBytes()) {
      this.#deps.send(frame)
      return
    }
    const refusal = { code: 'too_large', message: 'unable to send; it is too long' } as const
    this.tell(record.roomId, { kind: 'refuse', clientId: record.clientId, refusal })
  }

  #settle(record: OutboxRecord, outcome: OutboxOutcome): void {
    const waiting = this.#waiting.get(record.clientId)
    this.#waiting.delete(record.clientId)
    if ('result' in outcome) {
      if (outcome.kind === 'ack') this.#deps.onAcknowledged(record, outcome.result)
      waiting?.resolve(outcome.result)
    } else if (outcome.kind === 'failed') {
      waiting?.reject(errorOf(outcome.refusal))
    } else {
      waiting?.reject(new HoldfastError('discarded', 'unable to send; discarded'))
    }
  }

  #nextOrder(): number {
    this.#order = Math.max(this.#order + 1, this.#deps.platform.clock.wallMs() * ORDERS_PER_MS)
    return this.#order
  }
}

/** Places within one millisecond: enough that the clock, and not the count, decides across restarts. */
const ORDERS_PER_MS = 1_000

function frameOf(record: OutboxRecord): MessageSend {
  const { userId: _userId, order: _order, createdAt: _createdAt, failure: _failure, ...message } = record
  // The type stands last: a record may have been stored by another program, with more in it.
  return { ...message, mentions: [...message.mentions], type: 'message.send' }
}
