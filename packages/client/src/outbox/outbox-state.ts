import type { Refusal, SendResult } from '@holdfast/protocol'
import type { Step } from '../step.ts'
import type { OutboxRecord } from './outbox-storage.ts'

/** A message on its way out. */
export interface OutboxEntry {
  readonly record: OutboxRecord
  /** `storing` is not safe yet · `queued` waits · `sending` waits for the answer · `failed` was refused for good. */
  readonly phase: 'storing' | 'queued' | 'sending' | 'failed'
  /** Its last refusal; null when it had none. */
  readonly refusal: Refusal | null
  /** Given up here while it was on its way: it goes no further, unless it is there already. */
  readonly isDiscarded: boolean
}

/** One room's messages on their way out, in the order written. Times are monotonic milliseconds. */
export type OutboxState =
  /** There is no session. */
  | { readonly kind: 'idle'; readonly entries: readonly OutboxEntry[] }
  /** What is queued goes out. `dueAt`: when what was sent is sent again; null while nothing is on its way. */
  | { readonly kind: 'flowing'; readonly entries: readonly OutboxEntry[]; readonly dueAt: number | null }
  /** The first one queued was refused for now, and those behind it with it. `failures` in a row. */
  | {
      readonly kind: 'blocked'
      readonly entries: readonly OutboxEntry[]
      readonly dueAt: number
      readonly failures: number
    }
  /** The refused one was sent again. The others follow once it, and whatever was on its way before, is answered. */
  | {
      readonly kind: 'probing'
      readonly entries: readonly OutboxEntry[]
      /** The clientId of the one sent again; null once that is answered. */
      readonly probe: string | null
      readonly failures: number
      readonly dueAt: number
    }

/** What happens to a room's outgoing messages. */
export type OutboxEvent =
  | { readonly kind: 'add'; readonly record: OutboxRecord }
  /** Those that an earlier page or process has left, in order: they go before whatever has not been sent yet. */
  | { readonly kind: 'restore'; readonly records: readonly OutboxRecord[] }
  /** It is as safe as it gets, and may go out. */
  | { readonly kind: 'stored'; readonly clientId: string }
  /** A session of `userId`. What somebody else has written is none of its business. */
  | { readonly kind: 'up'; readonly userId: string }
  | { readonly kind: 'down' }
  /** `seen`: the log holds it, as its own event, a snapshot or a page of history shows. */
  | { readonly kind: 'ack' | 'seen'; readonly clientId: string; readonly result: SendResult }
  | { readonly kind: 'refuse'; readonly clientId: string; readonly refusal: Refusal }
  /** `order`: its new place, behind all others. */
  | { readonly kind: 'retry'; readonly clientId: string; readonly order: number }
  | { readonly kind: 'discard'; readonly clientId: string }
  /** The time that the state asked to be woken at has come. */
  | { readonly kind: 'tick' }

/** How a message ended. */
export type OutboxOutcome =
  /** Durable, says the server; or the log shows it. */
  | { readonly kind: 'ack' | 'seen'; readonly result: SendResult }
  | { readonly kind: 'failed'; readonly refusal: Refusal }
  | { readonly kind: 'discarded' }

/** What the driver is to do. */
export type OutboxEffect =
  | { readonly do: 'store'; readonly record: OutboxRecord }
  | { readonly do: 'forget'; readonly clientId: string }
  | { readonly do: 'send'; readonly record: OutboxRecord }
  | { readonly do: 'cancel'; readonly clientId: string }
  | { readonly do: 'settle'; readonly record: OutboxRecord; readonly outcome: OutboxOutcome }

/** Time and chance, as inputs. */
export interface OutboxInput {
  /** Monotonic milliseconds. */
  readonly now: number
  /** From 0 up to 1. */
  readonly fraction: number
}

/** One step of the machine. */
export type OutboxStep = Step<OutboxState, OutboxEffect>
