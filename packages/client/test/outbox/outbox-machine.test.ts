import { describe, expect, test } from 'vitest'
import { stepOutbox } from '../../src/outbox/outbox-machine.ts'
import type { OutboxEffect, OutboxEntry, OutboxEvent, OutboxState } from '../../src/outbox/outbox-state.ts'
import type { OutboxRecord } from '../../src/outbox/outbox-storage.ts'
import { type Table, testTable } from '../support/table.ts'

const NOW = 100_000
const result = { messageId: 'm', seq: 1, at: 0, duplicate: false }

function recordOf(clientId: string): OutboxRecord {
  return {
    clientId,
    roomId: 'r',
    userId: 'u',
    order: 0,
    content: clientId,
    kind: 'text',
    replyTo: null,
    mentions: [],
    seen: null,
    createdAt: 0,
    failure: null,
  }
}

function entry(clientId: string, phase: OutboxEntry['phase']): OutboxEntry {
  return { record: recordOf(clientId), phase, refusal: null, isDiscarded: false }
}

/** `a` is what events are about; `b` comes behind it; `s` is being stored, `f` has failed. */
const STATES: { readonly [K in OutboxState['kind']]: Extract<OutboxState, { kind: K }> } = {
  idle: {
    kind: 'idle',
    entries: [entry('a', 'queued'), entry('b', 'queued'), entry('s', 'storing'), entry('f', 'failed')],
  },
  flowing: {
    kind: 'flowing',
    entries: [entry('a', 'sending'), entry('b', 'sending'), entry('s', 'storing'), entry('f', 'failed')],
    dueAt: NOW,
  },
  blocked: {
    kind: 'blocked',
    entries: [entry('a', 'queued'), entry('b', 'queued'), entry('s', 'storing'), entry('f', 'failed')],
    dueAt: NOW,
    failures: 1,
  },
  probing: {
    kind: 'probing',
    entries: [entry('a', 'sending'), entry('b', 'queued'), entry('s', 'storing'), entry('f', 'failed')],
    probe: 'a',
    failures: 1,
    dueAt: NOW,
  },
}

const EVENTS = {
  add: { kind: 'add', record: recordOf('n') },
  restore: { kind: 'restore', records: [recordOf('o')] },
  'stored (a new one)': { kind: 'stored', clientId: 's' },
  'stored (one that is on its way)': { kind: 'stored', clientId: 'a' },
  up: { kind: 'up', userId: 'u' },
  down: { kind: 'down' },
  ack: { kind: 'ack', clientId: 'a', result },
  'ack (unknown)': { kind: 'ack', clientId: 'x', result },
  seen: { kind: 'seen', clientId: 'a', result },
  'refuse (for good)': { kind: 'refuse', clientId: 'a', refusal: { code: 'muted', message: 'm' } },
  'refuse (for now)': { kind: 'refuse', clientId: 'a', refusal: { code: 'unavailable', message: 'm' } },
  'refuse (out of order)': { kind: 'refuse', clientId: 'b', refusal: { code: 'out_of_order', message: 'm' } },
  'refuse (unknown, for now)': { kind: 'refuse', clientId: 'x', refusal: { code: 'unavailable', message: 'm' } },
  'retry (failed)': { kind: 'retry', clientId: 'f', order: 9 },
  'retry (not failed)': { kind: 'retry', clientId: 'a', order: 9 },
  'discard (first)': { kind: 'discard', clientId: 'a' },
  'discard (failed)': { kind: 'discard', clientId: 'f' },
  'discard (unknown)': { kind: 'discard', clientId: 'x' },
  tick: { kind: 'tick' },
} as const satisfies Record<string, OutboxEvent>

/** Fails to compile when a kind of event has no row above. */
type Covered = (typeof EVENTS)[keyof typeof EVENTS]['kind']
const ALL_COVERED: Record<Exclude<OutboxEvent['kind'], Covered>, never> = {}

const TABLE: Table<OutboxState['kind'], keyof typeof EVENTS, OutboxEffect['do']> = {
  idle: {
    add: ['idle', 'store'],
    restore: ['idle'],
    'stored (a new one)': ['idle'],
    'stored (one that is on its way)': 'stay',
    up: ['flowing', 'send', 'send'],
    down: 'stay',
    ack: ['idle', 'forget', 'settle'],
    'ack (unknown)': 'stay',
    seen: ['idle', 'forget', 'settle'],
    'refuse (for good)': 'stay',
    'refuse (for now)': 'stay',
    'refuse (out of order)': 'stay',
    'refuse (unknown, for now)': ['idle', 'cancel'],
    'retry (failed)': ['idle', 'store'],
    'retry (not failed)': 'stay',
    'discard (first)': ['idle', 'forget', 'settle'],
    'discard (failed)': ['idle', 'forget', 'settle'],
    'discard (unknown)': 'stay',
    tick: 'stay',
  },
  flowing: {
    add: ['flowing', 'store'],
    restore: ['flowing', 'send'],
    'stored (a new one)': ['flowing', 'send'],
    'stored (one that is on its way)': 'stay',
    up: 'stay',
    down: ['idle'],
    ack: ['flowing', 'forget', 'settle'],
    'ack (unknown)': 'stay',
    seen: ['flowing', 'forget', 'settle'],
    'refuse (for good)': ['flowing', 'store', 'settle'],
    'refuse (for now)': ['blocked'],
    'refuse (out of order)': ['blocked'],
    'refuse (unknown, for now)': ['probing', 'cancel'],
    'retry (failed)': ['flowing', 'store'],
    'retry (not failed)': 'stay',
    'discard (first)': ['flowing'],
    'discard (failed)': ['flowing', 'forget', 'settle'],
    'discard (unknown)': 'stay',
    tick: ['flowing', 'send', 'send'],
  },
  blocked: {
    add: ['blocked', 'store'],
    restore: ['blocked'],
    'stored (a new one)': ['blocked'],
    'stored (one that is on its way)': 'stay',
    up: 'stay',
    down: ['idle'],
    ack: ['flowing', 'cancel', 'forget', 'settle', 'send'],
    'ack (unknown)': 'stay',
    seen: ['flowing', 'cancel', 'forget', 'settle', 'send'],
    'refuse (for good)': 'stay',
    'refuse (for now)': 'stay',
    'refuse (out of order)': 'stay',
    'refuse (unknown, for now)': ['blocked', 'cancel'],
    'retry (failed)': ['blocked', 'store'],
    'retry (not failed)': 'stay',
    'discard (first)': ['flowing', 'cancel', 'forget', 'settle', 'send'],
    'discard (failed)': ['blocked', 'forget', 'settle'],
    'discard (unknown)': 'stay',
    tick: ['probing', 'send'],
  },
  probing: {
    add: ['probing', 'store'],
    restore: ['probing'],
    'stored (a new one)': ['probing'],
    'stored (one that is on its way)': 'stay',
    up: 'stay',
    down: ['idle'],
    ack: ['flowing', 'forget', 'settle', 'send'],
    'ack (unknown)': 'stay',
    seen: ['flowing', 'forget', 'settle', 'send'],
    'refuse (for good)': ['flowing', 'store', 'settle', 'send'],
    'refuse (for now)': ['blocked'],
    'refuse (out of order)': 'stay',
    'refuse (unknown, for now)': ['probing', 'cancel'],
    'retry (failed)': ['probing', 'store'],
    'retry (not failed)': 'stay',
    'discard (first)': ['probing'],
    'discard (failed)': ['probing', 'forget', 'settle'],
    'discard (unknown)': 'stay',
    tick: ['probing', 'send'],
  },
}

const input = { now: NOW, fraction: 0.5 }

describe('the outbox machine', () => {
  testTable(TABLE, (state, name) => {
    const before: OutboxState = STATES[state]
    const step = stepOutbox(before, EVENTS[name], input)
    return { before, after: step.state, effects: step.effects }
  })

  test('the table knows every event', () => {
    expect(ALL_COVERED).toEqual({})
  })

  test('one that is being stored holds back all behind it', () => {
    const entries = [entry('a', 'storing'), entry('b', 'queued')]
    const step = stepOutbox({ kind: 'idle', entries }, { kind: 'up', userId: 'u' }, input)
    expect(step.effects).toEqual([])
  })

  test('at most 32 are on their way at once', () => {
    const entries = Array.from({ length: 50 }, (_, i) => entry(`c${i}`, 'queued'))
    const step = stepOutbox({ kind: 'idle', entries }, { kind: 'up', userId: 'u' }, input)
    expect(step.effects).toHaveLength(32)
  })

  test('behind a refused one, nothing is sent while an earlier answer is awaited', () => {
    const entries = [entry('a', 'sending'), entry('b', 'sending'), entry('c', 'queued')]
    const probing: OutboxState = { kind: 'probing', entries, probe: 'a', failures: 1, dueAt: NOW + 1 }
    const afterAck = stepOutbox(probing, { kind: 'ack', clientId: 'a', result }, input)
    expect([afterAck.state.kind, afterAck.effects.filter(effect => effect.do === 'send')]).toEqual(['probing', []])
    const refusal = { code: 'out_of_order', message: 'm' } as const
    const afterRefusal = stepOutbox(afterAck.state, { kind: 'refuse', clientId: 'b', refusal }, input)
    expect(afterRefusal.effects).toMatchObject([
      { do: 'send', record: { clientId: 'b' } },
      { do: 'send', record: { clientId: 'c' } },
    ])
  })

  test('[SDK4] a refusal of what the log has shown meanwhile holds back all behind it until every answer is in', () => {
    const sending: OutboxState = {
      kind: 'flowing',
      entries: [entry('b', 'sending'), entry('c', 'sending')],
      dueAt: NOW,
    }
    const released = stepOutbox(sending, EVENTS['refuse (unknown, for now)'], input)
    const refusal = { code: 'out_of_order', message: 'm' } as const
    const later = stepOutbox(released.state, { kind: 'refuse', clientId: 'c', refusal }, input)
    expect([later.state.kind, later.effects]).toEqual(['probing', []])
    const earlier = stepOutbox(later.state, { kind: 'refuse', clientId: 'b', refusal }, input)
    expect(earlier.effects).toMatchObject([
      { do: 'send', record: { clientId: 'b' } },
      { do: 'send', record: { clientId: 'c' } },
    ])
  })

  test('[SDK4] sent twice, refused for good and then for now: it stays failed, and the server is told to wait for it no longer', () => {
    const refusal = { code: 'unavailable', message: 'm' } as const
    const late = stepOutbox(STATES.flowing, { kind: 'refuse', clientId: 'f', refusal }, input)
    expect(late.effects).toEqual([{ do: 'cancel', clientId: 'f' }])
    // Those behind it were refused too: they, and nothing newer, go again once they all have their answers.
    expect([late.state.kind, late.state.entries]).toEqual(['probing', STATES.flowing.entries])
  })

  test.each([
    ['the log shows it', { kind: 'seen', clientId: 'b', result }],
    ['it is discarded', { kind: 'discard', clientId: 'b' }],
  ] as const)(
    '[SDK4] what was refused for now and is not the first may be what the server waits for: told not to when %s',
    (_, event) => {
      const refusal = { code: 'rate_limited', message: 'm' } as const
      for (const state of [STATES.blocked, STATES.probing]) {
        const [a, b, ...rest] = state.entries
        if (a === undefined || b === undefined) throw new Error('there are two')
        const held = stepOutbox({ ...state, entries: [a, { ...b, refusal }, ...rest] }, event, input)
        expect(held.effects.filter(effect => effect.do === 'cancel')).toEqual([{ do: 'cancel', clientId: 'b' }])
        const free = stepOutbox(state, event, input)
        expect(free.effects.filter(effect => effect.do === 'cancel')).toEqual([])
      }
    },
  )

  test('one discarded on its way: a refusal for now is cancelled there, an ack still counts', () => {
    const discarded = stepOutbox(STATES.flowing, { kind: 'discard', clientId: 'a' }, input).state
    const refused = stepOutbox(discarded, EVENTS['refuse (for now)'], input)
    expect(refused.effects.map(effect => effect.do)).toEqual(['cancel', 'forget', 'settle'])
    const acked = stepOutbox(discarded, EVENTS.ack, input)
    expect(acked.effects).toContainEqual({
      do: 'settle',
      record: recordOf('a'),
      outcome: { kind: 'ack', result },
    })
  })
})
