import { assertNever, CLOSE_BAD_FRAME } from '@holdfast/protocol'
import { dueAtOf, go } from '../step.ts'
import type {
  ConnectionEvent,
  ConnectionInput,
  ConnectionState,
  ConnectionStateOf,
  ConnectionStep,
} from './connection-state.ts'
import { afterClose, farewell, fetchToken, goOffline, openSocket, retry, stop } from './reconnect.ts'
import { beginSession, wakeSessionAt, whileInSession } from './session-steps.ts'
import { HANDSHAKE_WAIT_MS, TOKEN_WAIT_MS } from './timing.ts'

/**
 * The connection, as a pure machine: (state, event, input) → state and effects. It never gives up by itself, but for the
 * reasons that the contract calls terminal.
 *
 * ```
 *  idle ─connect→ fetching-token ─token→ connecting ─opened→ greeting ─welcome→ online ─drain→ draining
 *                  │  ▲      └ same as one in doubt → checking-token ─┘            │              │
 *                  │  └──────────────── tick · connect · up · visible ─── waiting ◄┴── closed ────┤
 *                  │                                              ▲  offline ◄── down             │
 *                  ├── failed, too late ──────────────────────────┘   (closed while the network   │
 *                  └── refused → stopped                                is down)                  │
 *                  ▲──────────────────────────────── tick at the moment drawn ────────────────────┘
 *  any ─disconnect→ idle        any ─log-out→ stopped        closed with 4500–4999 → stopped, 4501 → a new token first;
 *                                                            4500 before the welcome → once more, then stopped
 * ```
 */

/** The first state of every connection. */
export const IDLE: ConnectionState = { kind: 'idle' }

/** One step. What an event means nothing to gives the same state back. */
export function stepConnection(state: ConnectionState, event: ConnectionEvent, input: ConnectionInput): ConnectionStep {
  switch (event.kind) {
    case 'disconnect':
      return go(IDLE, ...farewell(state))
    case 'log-out':
      return stop(state, 'logged_out', 'signed out')
    case 'down':
      return goOffline(state, input)
    default:
      return stepIn(state, event, input)
  }
}

/** When the machine wants a `tick` at the latest; null when it waits for nothing. Monotonic milliseconds. */
export function wakeConnectionAt(state: ConnectionState): number | null {
  if (state.kind === 'online') return wakeSessionAt(state.session)
  return state.kind === 'draining' ? Math.min(wakeSessionAt(state.session), state.reconnectAt) : dueAtOf(state)
}

type LocalEvent = Exclude<ConnectionEvent, { kind: 'disconnect' | 'log-out' | 'down' }>

function stepIn(state: ConnectionState, event: LocalEvent, input: ConnectionInput): ConnectionStep {
  switch (state.kind) {
    case 'idle':
    case 'stopped':
      return event.kind === 'connect' ? fetchToken(1, null, input) : go(state)
    case 'fetching-token':
      return whileFetching(state, event, input)
    case 'checking-token':
      return whileChecking(state, event, input)
    case 'connecting':
      return whileConnecting(state, event, input)
    case 'greeting':
      return whileGreeting(state, event, input)
    case 'online':
    case 'draining':
      return whileInSession(state, event, input)
    case 'waiting':
    case 'offline':
      return whileWaiting(state, event, input)
    default:
      return assertNever(state)
  }
}

function whileFetching(
  state: ConnectionStateOf<'fetching-token'>,
  event: LocalEvent,
  input: ConnectionInput,
): ConnectionStep {
  switch (event.kind) {
    case 'token': {
      const { token, expiresAt } = event
      const { attempt, doubt } = state
      if (doubt?.what !== 'token' || token !== doubt.token) return openSocket(attempt, doubt, token, expiresAt, input)
      if (doubt.certain) return stop(state, 'unauthorized', 'the server does not take the token')
      return go(
        { kind: 'checking-token', attempt, dueAt: input.now + TOKEN_WAIT_MS, token, expiresAt },
        { do: 'check-token', token },
      )
    }
    case 'token-failed':
      return retry(state.attempt, event.message, state.doubt, input)
    case 'token-refused':
      return stop(state, 'unauthorized', event.message)
    case 'tick':
      return retry(state.attempt, 'no token came in time', state.doubt, input)
    default:
      return go(state)
  }
}

function whileChecking(
  state: ConnectionStateOf<'checking-token'>,
  event: LocalEvent,
  input: ConnectionInput,
): ConnectionStep {
  switch (event.kind) {
    case 'token-refused':
      return stop(state, 'unauthorized', event.message)
    case 'token-passed':
    case 'tick':
      return openSocket(state.attempt, null, state.token, state.expiresAt, input)
    default:
      return go(state)
  }
}

function whileConnecting(
  state: ConnectionStateOf<'connecting'>,
  event: LocalEvent,
  input: ConnectionInput,
): ConnectionStep {
  switch (event.kind) {
    case 'opened':
      return go({ ...state, kind: 'greeting', dueAt: input.now + HANDSHAKE_WAIT_MS }, { do: 'say-hello' })
    case 'closed':
      // A refused upgrade (401) looks to a browser like any other failure, so the token is in doubt.
      return retry(
        state.attempt,
        'the server could not be reached',
        { what: 'token', token: state.token, certain: false },
        input,
      )
    case 'tick':
      return retry(state.attempt, 'the server did not answer', null, input, farewell(state))
    default:
      return go(state)
  }
}

function whileGreeting(
  state: ConnectionStateOf<'greeting'>,
  event: LocalEvent,
  input: ConnectionInput,
): ConnectionStep {
  switch (event.kind) {
    case 'welcome':
      return go({ kind: 'online', session: beginSession(state, event, input) }, { do: 'announce-up' })
    case 'closed':
      if (event.code === CLOSE_BAD_FRAME && state.doubt?.what !== 'hello') {
        return retry(state.attempt, 'the server did not take the hello', { what: 'hello' }, input)
      }
      return afterClose(state.attempt, state.token, event, input)
    case 'tick':
      return retry(state.attempt, 'the server did not answer', null, input, farewell(state))
    default:
      return go(state)
  }
}

function whileWaiting(
  state: ConnectionStateOf<'waiting' | 'offline'>,
  event: LocalEvent,
  input: ConnectionInput,
): ConnectionStep {
  switch (event.kind) {
    case 'connect':
    case 'up':
    case 'tick':
      return fetchToken(state.attempt, state.doubt, input)
    case 'visible':
      return input.networkUp ? fetchToken(state.attempt, state.doubt, input) : go(state)
    default:
      return go(state)
  }
}
