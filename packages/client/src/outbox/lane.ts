import { assertNever } from '@holdfast/protocol'
import type { ClientPlatform } from '../platform/platform.ts'
import { Wake } from '../platform/wake.ts'
import { EMPTY, stepOutbox, wakeOutboxAt } from './outbox-machine.ts'
import type { OutboxEffect, OutboxEntry, OutboxEvent, OutboxOutcome, OutboxState } from './outbox-state.ts'
import type { OutboxRecord } from './outbox-storage.ts'

/** What a lane needs from the outbox. */
export interface LaneDeps {
  readonly platform: ClientPlatform
  /** Stores `record`, then calls back, whether or not that went well. */
  store(record: OutboxRecord, done: (stored: OutboxRecord) => void): void
  forget(clientId: string): void
  /** Says false when it is too large to be sent at all. */
  send(record: OutboxRecord): boolean
  cancel(clientId: string): void
  settle(record: OutboxRecord, outcome: OutboxOutcome): void
  /** The entries are others now. */
  onEntries(entries: readonly OutboxEntry[]): void
}

/** One room's way out: performs what the outbox machine says, and tells it what happens. It decides nothing. */
export class Lane {
  readonly #deps: LaneDeps
  #state: OutboxState = EMPTY
  /** Events that came while an effect of another one was being performed. */
  readonly #queue: OutboxEvent[] = []
  #stepping = false
  readonly #wake: Wake

  constructor(deps: LaneDeps) {
    this.#deps = deps
    this.#wake = new Wake(deps.platform, () => this.dispatch({ kind: 'tick' }))
  }

  get entries(): readonly OutboxEntry[] {
    return this.#state.entries
  }

  dispatch(event: OutboxEvent): void {
    this.#queue.push(event)
    if (this.#stepping) return
    this.#stepping = true
    const before = this.#state.entries
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#step(next)
    } finally {
      this.#stepping = false
    }
    const { entries } = this.#state
    if (before !== entries && before.length + entries.length > 0) this.#deps.onEntries(entries)
    this.#wake.armFor(wakeOutboxAt(this.#state))
  }

  #step(event: OutboxEvent): void {
    const { clock, random } = this.#deps.platform
    const { state, effects } = stepOutbox(this.#state, event, { now: clock.monoMs(), fraction: random.fraction() })
    this.#state = state
    for (const effect of effects) this.#perform(effect)
  }

  #perform(effect: OutboxEffect): void {
    switch (effect.do) {
      case 'store':
        this.#deps.store(effect.record, ({ clientId }) => this.dispatch({ kind: 'stored', clientId }))
        return
      case 'forget':
        this.#deps.forget(effect.clientId)
        return
      case 'send':
        this.#send(effect.record)
        return
      case 'cancel':
        this.#deps.cancel(effect.clientId)
        return
      case 'settle':
        this.#deps.settle(effect.record, effect.outcome)
        return
      default:
        assertNever(effect)
    }
  }

  /** A message that would close the connection (1009) is refused here, as the server would refuse its content. */
  #send(record: OutboxRecord): void {
    if (this.#deps.send(record)) return
    const refusal = { code: 'too_large', message: 'unable to send the message; it is too long' } as const
    this.dispatch({ kind: 'refuse', clientId: record.clientId, refusal })
  }
}
