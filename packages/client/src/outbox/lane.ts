import type { ClientPlatform } from '../platform/platform.ts'
import { Runner } from '../platform/runner.ts'
import { dueAtOf } from '../step.ts'
import { EMPTY, stepOutbox } from './outbox-machine.ts'
import type { OutboxEffect, OutboxEntry, OutboxEvent, OutboxState } from './outbox-state.ts'

/** One room's way out. */
export type Lane = Runner<OutboxState, OutboxEvent, OutboxEffect>

/** Runs the outbox machine of one room. `onEntries`: the entries are others now. */
export function laneOf(
  platform: ClientPlatform,
  perform: (effect: OutboxEffect) => void,
  onEntries: (entries: readonly OutboxEntry[]) => void,
): Lane {
  return new Runner<OutboxState, OutboxEvent, OutboxEffect>({
    platform,
    initial: EMPTY,
    step: stepOutbox,
    wakeAt: dueAtOf,
    tick: { kind: 'tick' },
    perform,
    onState: ({ entries }, { entries: before }) => {
      if (entries.length + before.length > 0) onEntries(entries)
    },
  })
}
