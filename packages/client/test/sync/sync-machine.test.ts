import type { RoomEvent } from '@holdfast/protocol'
import { describe, expect, test } from 'vitest'
import { OPEN_WAIT_MS, stepSync } from '../../src/sync/sync-machine.ts'
import type { SyncEffect, SyncEvent, SyncState } from '../../src/sync/sync-state.ts'
import { FakeRoom } from '../../src/testing.ts'
import { type Table, testTable } from '../support/table.ts'

const NOW = 100_000
const log = new FakeRoom('r', ['u'])
const cursor = { epoch: 'e', seq: 5 }
const opening = { cursor, ref: 'r1', dueAt: NOW, tries: 0, hole: null }

function event(seq: number): RoomEvent {
  return { seq, at: 0, by: 'u', kind: 'message.pinned', messageId: 'm' }
}

const STATES: { readonly [K in SyncState['kind']]: Extract<SyncState, { kind: K }> } = {
  closed: { kind: 'closed', cursor },
  detached: { kind: 'detached', cursor },
  joining: { kind: 'joining', ...opening },
  'catching-up': { kind: 'catching-up', ...opening },
  pausing: { kind: 'pausing', cursor, dueAt: NOW, tries: 3, hole: null },
  live: { kind: 'live', cursor, tries: 0, since: NOW - OPEN_WAIT_MS },
  refused: { kind: 'refused', refusal: { code: 'not_found', message: 'm' } },
  removed: { kind: 'removed', code: 'kicked', cursor: null },
}

/** Each event, and those whose content decides, once for each way. */
const EVENTS = {
  open: { kind: 'open', isUp: true },
  'open (no session)': { kind: 'open', isUp: false },
  release: { kind: 'release' },
  rejoin: { kind: 'rejoin', isUp: true },
  'up (greeted)': { kind: 'up', greeted: true },
  'up (not greeted)': { kind: 'up', greeted: false },
  down: { kind: 'down' },
  forget: { kind: 'forget' },
  snapshot: { kind: 'snapshot', snapshot: { ...log.snapshot('u'), epoch: 'e', seq: 9 } },
  'snapshot (older)': { kind: 'snapshot', snapshot: { ...log.snapshot('u'), epoch: 'e', seq: 2 } },
  'events (next)': { kind: 'events', events: [event(5), event(6)] },
  'events (known)': { kind: 'events', events: [event(4), event(5)] },
  'events (behind a hole)': { kind: 'events', events: [event(8)] },
  'live (here)': { kind: 'live', epoch: 'e', seq: 5, ref: 'r1' },
  'live (further on)': { kind: 'live', epoch: 'e', seq: 7, ref: 'r1' },
  'live (of another opening)': { kind: 'live', epoch: 'e', seq: 5, ref: 'r0' },
  'refuse (for good)': { kind: 'refuse', refusal: { code: 'not_found', message: 'm' }, ref: 'r1' },
  'refuse (for now)': { kind: 'refuse', refusal: { code: 'unavailable', message: 'm' }, ref: 'r1' },
  'refuse (of another opening)': { kind: 'refuse', refusal: { code: 'not_found', message: 'm' }, ref: 'r0' },
  'detach (lagging)': { kind: 'detach', code: 'lagging' },
  'detach (left)': { kind: 'detach', code: 'left' },
  'detach (kicked)': { kind: 'detach', code: 'kicked' },
  tick: { kind: 'tick' },
} as const satisfies Record<string, SyncEvent>

/** Fails to compile when a kind of event has no row above. */
type Covered = (typeof EVENTS)[keyof typeof EVENTS]['kind']
const ALL_COVERED: Record<Exclude<SyncEvent['kind'], Covered>, never> = {}

/** All that has no meaning while there is no subscription. */
const DEAF = {
  down: 'stay',
  snapshot: 'stay',
  'snapshot (older)': 'stay',
  'events (next)': 'stay',
  'events (known)': 'stay',
  'events (behind a hole)': 'stay',
  'live (here)': 'stay',
  'live (further on)': 'stay',
  'live (of another opening)': 'stay',
  'refuse (for good)': 'stay',
  'refuse (for now)': 'stay',
  'refuse (of another opening)': 'stay',
  'detach (lagging)': 'stay',
  'detach (left)': 'stay',
  'detach (kicked)': 'stay',
  tick: 'stay',
} as const

/** What ends any subscription. */
const ENDS = {
  open: 'stay',
  'open (no session)': 'stay',
  release: ['closed', 'close'],
  rejoin: 'stay',
  'up (greeted)': 'stay',
  'up (not greeted)': 'stay',
  down: ['detached'],
  forget: ['detached', 'drop-content'],
  'detach (left)': ['removed'],
  'detach (kicked)': ['removed', 'drop-content'],
} as const

const TABLE: Table<SyncState['kind'], keyof typeof EVENTS, SyncEffect['do']> = {
  closed: {
    ...DEAF,
    open: ['joining', 'open'],
    'open (no session)': ['detached'],
    release: 'stay',
    rejoin: 'stay',
    'up (greeted)': ['closed', 'close'],
    'up (not greeted)': 'stay',
    forget: ['closed', 'drop-content'],
  },
  detached: {
    ...DEAF,
    open: 'stay',
    'open (no session)': 'stay',
    release: ['closed'],
    rejoin: 'stay',
    'up (greeted)': ['joining'],
    'up (not greeted)': ['joining', 'open'],
    forget: ['detached', 'drop-content'],
  },
  joining: {
    ...ENDS,
    snapshot: ['catching-up', 'apply-snapshot'],
    'snapshot (older)': ['catching-up', 'apply-snapshot'],
    'events (next)': ['catching-up', 'apply-events'],
    'events (known)': 'stay',
    'events (behind a hole)': ['joining'],
    'live (here)': ['live'],
    'live (further on)': ['joining', 'open'],
    'live (of another opening)': 'stay',
    'refuse (for good)': ['refused', 'drop-content'],
    'refuse (for now)': ['pausing'],
    'refuse (of another opening)': 'stay',
    'detach (lagging)': ['joining', 'open'],
    tick: ['joining', 'open'],
  },
  'catching-up': {
    ...ENDS,
    snapshot: ['catching-up', 'apply-snapshot'],
    'snapshot (older)': 'stay',
    'events (next)': ['catching-up', 'apply-events'],
    'events (known)': 'stay',
    'events (behind a hole)': ['catching-up'],
    'live (here)': ['live'],
    'live (further on)': ['joining', 'open'],
    'live (of another opening)': 'stay',
    'refuse (for good)': ['refused', 'drop-content'],
    'refuse (for now)': ['pausing'],
    'refuse (of another opening)': 'stay',
    'detach (lagging)': ['joining', 'open'],
    tick: ['joining', 'open'],
  },
  pausing: {
    ...DEAF,
    ...ENDS,
    tick: ['joining', 'open'],
  },
  live: {
    ...DEAF,
    ...ENDS,
    'events (next)': ['live', 'apply-events'],
    'events (behind a hole)': ['joining', 'open'],
    'detach (lagging)': ['joining', 'open'],
  },
  refused: {
    ...DEAF,
    open: 'stay',
    'open (no session)': 'stay',
    release: ['closed'],
    rejoin: ['joining', 'open'],
    'up (greeted)': 'stay',
    'up (not greeted)': 'stay',
    forget: ['detached', 'drop-content'],
  },
  removed: {
    ...DEAF,
    open: 'stay',
    'open (no session)': 'stay',
    release: ['closed'],
    rejoin: ['joining', 'open'],
    'up (greeted)': 'stay',
    'up (not greeted)': 'stay',
    forget: ['detached', 'drop-content'],
  },
}

const input = { now: NOW, fraction: 0.5, ref: 'r2' }

describe('the sync machine', () => {
  testTable(TABLE, (state, name) => {
    const before: SyncState = STATES[state]
    const step = stepSync(before, EVENTS[name], input)
    return { before, after: step.state, effects: step.effects }
  })

  test('the table knows every event', () => {
    expect(ALL_COVERED).toEqual({})
  })

  test('events with a hole inside: those before it are let through, and it is opened again from there', () => {
    const step = stepSync(STATES.live, { kind: 'events', events: [event(6), event(8)] }, input)
    expect(step.effects).toEqual([
      { do: 'apply-events', events: [event(6)] },
      { do: 'open', cursor: { epoch: 'e', seq: 6 }, ref: 'r2' },
    ])
  })

  test('a log that has lost what is held is asked for a snapshot', () => {
    const step = stepSync(STATES['catching-up'], { kind: 'live', epoch: 'e', seq: 3, ref: 'r1' }, input)
    expect(step.effects).toEqual([{ do: 'open', cursor: null, ref: 'r2' }])
  })

  test('a hole again and again, each closed and soon followed by the next, comes to wait; a late one starts over', () => {
    let state: SyncState = STATES.live
    const seen: string[] = []
    for (let round = 0; round < 4; round++) {
      state = stepSync(state, { kind: 'events', events: [event(8)] }, input).state
      seen.push(state.kind)
      if (state.kind === 'joining')
        state = stepSync(state, { kind: 'live', epoch: 'e', seq: 5, ref: 'r2' }, input).state
    }
    expect(seen).toEqual(['joining', 'joining', 'joining', 'pausing'])
    const calm: SyncState = { kind: 'live', cursor, tries: 3, since: NOW - OPEN_WAIT_MS }
    expect(stepSync(calm, { kind: 'events', events: [event(8)] }, input).state.kind).toBe('joining')
  })
})
