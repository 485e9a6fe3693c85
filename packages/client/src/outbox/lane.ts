import { assertNever } from '@holdfast/protocol'
import type { ClientPlatform } from '../platform/platform.ts'
import { Runner } from '../platform/runner.ts'
import { dueAtOf } from '../step.ts'
import { EMPTY, stepOutbox } from './outbox-machine.ts'
import type { OutboxEffect, OutboxEntry, OutboxEvent, OutboxOutcome, OutboxState } from './outbox-state.ts'
import type { OutboxRecord } from './outbox-storage.ts'

/** What a lane needs from the outbox. */
export interface LaneDeps {
  readonly platform: ClientPlatform
  /** Stores `record`, then calls back, whether or not that went well. */
  store(record: OutboxRecord, done: () => void): void
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
  readonly #runner: Runner<OutboxState, OutboxEvent, OutboxEffect>

  constructor(deps: LaneDeps) {
    this.#deps = deps
    this.#runner = new Runner<OutboxState, OutboxEvent, OutboxEffect>({
      platform: deps.platform,
      initial: EMPTY,
      step: stepOutbox,
      wakeAt: dueAtOf,
      tick: { kind: 'tick' },
      perform: effect => this.#perform(effect),
      onState: ({ entries }, { entries: before }) => {
        if (entries.length + before.length > 0) deps.onEntries(entries)
      },
    })
  }

  get entries(): readonly OutboxEntry[] {
    return this.#runner.state.entries
  }

  dispatch(event: OutboxEvent): void {
    this.#runner.dispatch(event)
  }

  #perform(effect: OutboxEffect): void {
    switch (effect.do) {
      case 'store':
        this.#deps.store(effect.record, () => this.dispatch({ kind: 'stored', clientId: effect.record.clientId }))
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
