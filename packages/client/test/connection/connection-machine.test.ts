import { describe } from 'vitest'
import { stepConnection } from '../../src/connection/connection-machine.ts'
import type { ConnectionEffect, ConnectionEvent, ConnectionState } from '../../src/connection/connection-state.ts'
import { type Table, testTable } from '../support/table.ts'

const NOW = 100_000

const session = {
  attempt: 1,
  since: 0,
  token: 'old',
  heartbeatMs: 30_000,
  heardAt: NOW - 30_000,
  giveUpAt: null,
  serverOffset: 0,
  refreshAt: null,
}
const attempt = { attempt: 1, dueAt: NOW }

const STATES: { readonly [K in ConnectionState['kind']]: Extract<ConnectionState, { kind: K }> } = {
  idle: { kind: 'idle' },
  'fetching-token': { kind: 'fetching-token', ...attempt, doubt: null },
  'checking-token': { kind: 'checking-token', ...attempt, token: 'old', expiresAt: null },
  connecting: { kind: 'connecting', ...attempt, doubt: null, token: 'old', expiresAt: null },
  greeting: { kind: 'greeting', ...attempt, doubt: null, token: 'old', expiresAt: null },
  online: { kind: 'online', session },
  draining: { kind: 'draining', session, reconnectAt: NOW },
  waiting: { kind: 'waiting', attempt: 2, dueAt: NOW, reason: 'r', doubt: null },
  offline: { kind: 'offline', attempt: 2, dueAt: NOW, doubt: null },
  stopped: { kind: 'stopped', reason: 'revoked', message: 'm' },
}

const EVENTS: { readonly [K in ConnectionEvent['kind']]: Extract<ConnectionEvent, { kind: K }> } = {
  connect: { kind: 'connect' },
  disconnect: { kind: 'disconnect' },
  'log-out': { kind: 'log-out' },
  token: { kind: 'token', token: 'new', expiresAt: null },
  'token-failed': { kind: 'token-failed', message: 'm' },
  'token-refused': { kind: 'token-refused', message: 'm' },
  'token-passed': { kind: 'token-passed' },
  'refresh-refused': { kind: 'refresh-refused' },
  opened: { kind: 'opened' },
  closed: { kind: 'closed', code: 1006, reason: '' },
  welcome: { kind: 'welcome', heartbeatMs: 30_000, serverTime: 0 },
  heard: { kind: 'heard' },
  drain: { kind: 'drain', withinMs: 1_000 },
  up: { kind: 'up' },
  down: { kind: 'down' },
  visible: { kind: 'visible' },
  tick: { kind: 'tick' },
}

/** All that has no meaning before anything was begun. */
const DEAF = {
  token: 'stay',
  'token-failed': 'stay',
  'token-refused': 'stay',
  'token-passed': 'stay',
  'refresh-refused': 'stay',
  opened: 'stay',
  closed: 'stay',
  welcome: 'stay',
  heard: 'stay',
  drain: 'stay',
  up: 'stay',
  down: 'stay',
  visible: 'stay',
  tick: 'stay',
} as const

const LEAVE_SESSION = ['close-socket', 'announce-down'] as const

const TABLE: Table<ConnectionState['kind'], ConnectionEvent['kind'], ConnectionEffect['do']> = {
  idle: { ...DEAF, connect: ['fetching-token', 'fetch-token'], disconnect: 'stay', 'log-out': ['stopped'] },
  'fetching-token': {
    ...DEAF,
    connect: 'stay',
    disconnect: ['idle'],
    'log-out': ['stopped'],
    token: ['connecting', 'open-socket'],
    'token-failed': ['waiting'],
    'token-refused': ['stopped'],
    down: ['offline'],
    tick: ['waiting'],
  },
  'checking-token': {
    ...DEAF,
    connect: 'stay',
    disconnect: ['idle'],
    'log-out': ['stopped'],
    'token-refused': ['stopped'],
    'token-passed': ['connecting', 'open-socket'],
    down: ['offline'],
    tick: ['connecting', 'open-socket'],
  },
  connecting: {
    ...DEAF,
    connect: 'stay',
    disconnect: ['idle', 'close-socket'],
    'log-out': ['stopped', 'close-socket'],
    opened: ['greeting', 'say-hello'],
    closed: ['waiting'],
    down: ['offline', 'close-socket'],
    tick: ['waiting', 'close-socket'],
  },
  greeting: {
    ...DEAF,
    connect: 'stay',
    disconnect: ['idle', 'close-socket'],
    'log-out': ['stopped', 'close-socket'],
    closed: ['waiting'],
    welcome: ['online', 'announce-up'],
    down: ['offline', 'close-socket'],
    tick: ['waiting', 'close-socket'],
  },
  online: {
    connect: 'stay',
    disconnect: ['idle', ...LEAVE_SESSION],
    'log-out': ['stopped', ...LEAVE_SESSION],
    token: ['online', 'refresh'],
    'token-failed': ['online'],
    'token-refused': ['stopped', ...LEAVE_SESSION],
    'token-passed': 'stay',
    'refresh-refused': ['waiting', ...LEAVE_SESSION],
    opened: 'stay',
    closed: ['waiting', 'announce-down'],
    welcome: 'stay',
    heard: ['online'],
    drain: ['draining'],
    up: ['online', 'ping'],
    down: ['offline', ...LEAVE_SESSION],
    visible: ['online', 'ping'],
    tick: ['online', 'ping'],
  },
  draining: {
    connect: 'stay',
    disconnect: ['idle', ...LEAVE_SESSION],
    'log-out': ['stopped', ...LEAVE_SESSION],
    token: ['draining', 'refresh'],
    'token-failed': ['draining'],
    'token-refused': ['stopped', ...LEAVE_SESSION],
    'token-passed': 'stay',
    'refresh-refused': ['waiting', ...LEAVE_SESSION],
    opened: 'stay',
    closed: ['waiting', 'announce-down'],
    welcome: 'stay',
    heard: ['draining'],
    drain: 'stay',
    up: ['draining', 'ping'],
    down: ['offline', ...LEAVE_SESSION],
    visible: ['draining', 'ping'],
    tick: ['fetching-token', ...LEAVE_SESSION, 'fetch-token'],
  },
  waiting: {
    ...DEAF,
    connect: ['fetching-token', 'fetch-token'],
    disconnect: ['idle'],
    'log-out': ['stopped'],
    up: ['fetching-token', 'fetch-token'],
    down: ['offline'],
    visible: ['fetching-token', 'fetch-token'],
    tick: ['fetching-token', 'fetch-token'],
  },
  offline: {
    ...DEAF,
    connect: ['fetching-token', 'fetch-token'],
    disconnect: ['idle'],
    'log-out': ['stopped'],
    up: ['fetching-token', 'fetch-token'],
    visible: ['fetching-token', 'fetch-token'],
    tick: ['fetching-token', 'fetch-token'],
  },
  stopped: { ...DEAF, connect: ['fetching-token', 'fetch-token'], disconnect: ['idle'], 'log-out': ['stopped'] },
}

describe('the connection machine', () => {
  testTable(TABLE, (state, event) => {
    const before: ConnectionState = STATES[state]
    const step = stepConnection(before, EVENTS[event], { now: NOW, fraction: 0.5, networkUp: true })
    return { before, after: step.state, effects: step.effects }
  })
})
