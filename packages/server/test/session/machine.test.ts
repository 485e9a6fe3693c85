import { CLOSE } from '@holdfast/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  connected,
  type SessionEvent,
  type SessionEventType,
  type SessionState,
  type SessionStateName,
  type SessionTimes,
  transition,
} from '../../src/session/machine.ts'

const TIMES: SessionTimes = { helloMs: 10_000, pingMs: 30_000, silenceMs: 90_000 }
const NOW = 1_000
const WALL = 1_750_000_000_000
const EXPIRES = WALL + 600_000

const STATES: Record<SessionStateName, SessionState> = {
  'awaiting-hello': connected(NOW, EXPIRES, TIMES),
  open: { name: 'open', life: { heardAtMs: NOW, pingAtMs: NOW + TIMES.pingMs }, expiresAtMs: EXPIRES },
  draining: { name: 'draining', life: { heardAtMs: NOW, pingAtMs: NOW + TIMES.pingMs }, expiresAtMs: EXPIRES },
  closing: { name: 'closing', code: CLOSE.draining },
  closed: { name: 'closed' },
}

const EVENTS: Record<SessionEventType, SessionEvent> = {
  hello: { type: 'hello', isSpoken: true, nowMs: NOW },
  'bad-hello': { type: 'bad-hello' },
  frame: { type: 'frame' },
  garbage: { type: 'garbage' },
  'not-text': { type: 'not-text' },
  unfinished: { type: 'unfinished' },
  heard: { type: 'heard', nowMs: NOW + 5 },
  tick: { type: 'tick', nowMs: NOW + 1, wallMs: WALL },
  refreshed: { type: 'refreshed', expiresAtMs: EXPIRES + 1 },
  flooded: { type: 'flooded' },
  'too-slow': { type: 'too-slow' },
  failed: { type: 'failed' },
  drain: { type: 'drain' },
  stop: { type: 'stop' },
  gone: { type: 'gone' },
}

/** The state that follows and what is done, as `state` or `state: effect`; a closing state with its code. */
const SAME_CLOSING = 'closing 4001'
const TABLE: Record<SessionStateName, Record<SessionEventType, string>> = {
  'awaiting-hello': {
    hello: 'open: welcome',
    'bad-hello': 'awaiting-hello: run',
    frame: 'closing 4500: close',
    garbage: 'closing 4500: close',
    'not-text': 'closing 1003: close',
    unfinished: 'closing 4012: close',
    heard: 'awaiting-hello',
    tick: 'awaiting-hello',
    refreshed: 'awaiting-hello',
    flooded: 'closing 4029: close',
    'too-slow': 'closing 4008: close',
    failed: 'closing 1011: close',
    drain: 'closing 4001: close',
    stop: 'closing 4001: close',
    gone: 'closed: release',
  },
  open: {
    hello: 'open: refuse',
    'bad-hello': 'open: run',
    frame: 'open: run',
    garbage: 'closing 4500: close',
    'not-text': 'closing 1003: close',
    unfinished: 'closing 4012: close',
    heard: 'open',
    tick: 'open',
    refreshed: 'open',
    flooded: 'closing 4029: close',
    'too-slow': 'closing 4008: close',
    failed: 'closing 1011: close',
    drain: 'draining: announce-draining',
    stop: 'closing 4001: close',
    gone: 'closed: release',
  },
  draining: {
    hello: 'draining: refuse',
    'bad-hello': 'draining: run',
    frame: 'draining: run',
    garbage: 'closing 4500: close',
    'not-text': 'closing 1003: close',
    unfinished: 'closing 4012: close',
    heard: 'draining',
    tick: 'draining',
    refreshed: 'draining',
    flooded: 'closing 4029: close',
    'too-slow': 'closing 4008: close',
    failed: 'closing 1011: close',
    drain: 'draining',
    stop: 'closing 4001: close',
    gone: 'closed: release',
  },
  closing: {
    hello: SAME_CLOSING,
    'bad-hello': SAME_CLOSING,
    frame: SAME_CLOSING,
    garbage: SAME_CLOSING,
    'not-text': SAME_CLOSING,
    unfinished: SAME_CLOSING,
    heard: SAME_CLOSING,
    tick: SAME_CLOSING,
    refreshed: SAME_CLOSING,
    flooded: SAME_CLOSING,
    'too-slow': SAME_CLOSING,
    failed: SAME_CLOSING,
    drain: SAME_CLOSING,
    stop: SAME_CLOSING,
    gone: 'closed: release',
  },
  closed: {
    hello: 'closed',
    'bad-hello': 'closed',
    frame: 'closed',
    garbage: 'closed',
    'not-text': 'closed',
    unfinished: 'closed',
    heard: 'closed',
    tick: 'closed',
    refreshed: 'closed',
    flooded: 'closed',
    'too-slow': 'closed',
    failed: 'closed',
    drain: 'closed',
    stop: 'closed',
    gone: 'closed',
  },
}

function told(state: SessionState, event: SessionEvent): string {
  const after = transition(state, event, TIMES)
  const name = after.state.name === 'closing' ? `closing ${after.state.code}` : after.state.name
  return after.effects.length === 0 ? name : `${name}: ${after.effects.map(effect => effect.type).join(', ')}`
}

const cells = Object.entries(TABLE).flatMap(([state, row]) =>
  Object.entries(row).map(([event, expected]) => [state, event, expected] as const),
)

describe('the session machine', () => {
  test.each(cells)('%s, %s → %s', (state, event, expected) => {
    expect(told(STATES[state as SessionStateName], EVENTS[event as SessionEventType])).toBe(expected)
  })

  test('[hello] another protocol version closes with 4505', () => {
    expect(told(STATES['awaiting-hello'], { type: 'hello', isSpoken: false, nowMs: NOW })).toBe('closing 4505: close')
  })

  test('[hello] none within its time closes with 4500, not a moment earlier', () => {
    const tick = (nowMs: number) => told(STATES['awaiting-hello'], { type: 'tick', nowMs, wallMs: WALL })
    expect(tick(NOW + TIMES.helloMs - 1)).toBe('awaiting-hello')
    expect(tick(NOW + TIMES.helloMs)).toBe('closing 4500: close')
  })

  test.each(['awaiting-hello', 'open', 'draining'] as const)(
    '[expiry] an expired token closes with 4005 in %s',
    name => {
      const tick = (wallMs: number) => told(STATES[name], { type: 'tick', nowMs: NOW, wallMs })
      expect(tick(EXPIRES - 1)).toBe(name)
      expect(tick(EXPIRES)).toBe('closing 4005: close')
    },
  )

  test('[expiry] a newer token takes the place of the old one', () => {
    const { state } = transition(STATES.open, { type: 'refreshed', expiresAtMs: EXPIRES + 5_000 }, TIMES)
    expect(told(state, { type: 'tick', nowMs: NOW, wallMs: EXPIRES })).toBe('open')
    expect(told(state, { type: 'tick', nowMs: NOW, wallMs: EXPIRES + 5_000 })).toBe('closing 4005: close')
  })

  test('[silence] is counted from the last sign of life; a ping goes out every interval', () => {
    let state: SessionState = STATES.open
    const pings: number[] = []
    let silentAt = 0
    for (let now = NOW; silentAt === 0; now += 1_000) {
      if (now === NOW + 40_000) state = transition(state, { type: 'heard', nowMs: now }, TIMES).state
      const after = transition(state, { type: 'tick', nowMs: now, wallMs: WALL }, TIMES)
      if (after.effects[0]?.type === 'ping') pings.push(now - NOW)
      if (after.state.name === 'closing') silentAt = now - NOW
      state = after.state
    }
    expect(pings).toEqual([30_000, 60_000, 90_000, 120_000])
    expect(silentAt).toBe(130_000)
    expect(state).toEqual({ name: 'closing', code: CLOSE.silent })
  })

  test('whatever happens in whatever order: welcomed once at most, closed once at most, nothing after', () => {
    const event = fc.constantFrom(...Object.values(EVENTS))
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), events => {
        let state = STATES['awaiting-hello']
        const effects: string[] = []
        for (const each of events) {
          const after = transition(state, each, TIMES)
          state = after.state
          effects.push(...after.effects.map(effect => effect.type))
        }
        const count = (type: string) => effects.filter(effect => effect === type).length
        expect(count('welcome')).toBeLessThanOrEqual(1)
        expect(count('close')).toBeLessThanOrEqual(1)
        expect(count('announce-draining')).toBeLessThanOrEqual(1)
        expect(count('release')).toBeLessThanOrEqual(1)
        const end = effects.indexOf('close')
        if (end !== -1) expect(['release', undefined]).toContain(effects[end + 1])
        const released = effects.indexOf('release')
        if (released !== -1) expect(released).toBe(effects.length - 1)
      }),
    )
  })
})
