import { CLOSE_TOKEN_EXPIRED, shouldReconnect } from '@holdfast/protocol'
import { go, goAfter } from '../step.ts'
import type {
  ConnectionEffect,
  ConnectionEvent,
  ConnectionInput,
  ConnectionStateOf,
  ConnectionStep,
  Session,
} from './connection-state.ts'
import { afterClose, farewell, fetchToken, retry, stop } from './reconnect.ts'
import {
  DRAIN_MOST_MS,
  HEARTBEAT_LEAST_MS,
  LASTING_MS,
  PONG_WAIT_MS,
  REFRESH_AGAIN_MS,
  REFRESH_AHEAD_MS,
  REFRESH_LEAST_MS,
  RESUME_WAIT_MS,
  TOKEN_WAIT_MS,
} from './timing.ts'

/** The steps of a running session: liveness by silence, the next token, draining, and its end. */

type InSession = ConnectionStateOf<'online' | 'draining'>

/** The session that a welcome begins. */
export function beginSession(
  greeting: ConnectionStateOf<'greeting'>,
  welcome: { readonly heartbeatMs: number; readonly serverTime: number },
  input: ConnectionInput,
): Session {
  const { attempt, token, expiresAt } = greeting
  const { now } = input
  const serverOffset = welcome.serverTime - now
  return {
    attempt,
    since: now,
    token,
    heartbeatMs: Math.max(HEARTBEAT_LEAST_MS, welcome.heartbeatMs),
    heardAt: now,
    giveUpAt: null,
    serverOffset,
    refreshAt: refreshTimeOf(expiresAt, serverOffset, now),
  }
}

/** When a session wants a `tick` at the latest. */
export function wakeSessionAt(session: Session): number {
  const silentAt = session.giveUpAt ?? session.heardAt + session.heartbeatMs
  return session.refreshAt === null ? silentAt : Math.min(silentAt, session.refreshAt)
}

/** One step of a running session, draining or not. */
export function whileInSession(state: InSession, event: ConnectionEvent, input: ConnectionInput): ConnectionStep {
  const { session } = state
  switch (event.kind) {
    case 'heard':
      return withSession(state, { ...session, heardAt: input.now, giveUpAt: null })
    case 'up':
    case 'visible':
      return probe(state, RESUME_WAIT_MS, input)
    case 'drain':
      return drain(state, event.withinMs, input)
    case 'closed':
      return afterSession(state, event, input)
    case 'tick':
      return sessionTick(state, input)
    case 'token':
      return refreshToken(state, event.token, event.expiresAt, input)
    case 'token-failed':
      return withSession(state, { ...session, refreshAt: input.now + REFRESH_AGAIN_MS })
    case 'token-refused':
      return stop(state, 'unauthorized', event.message)
    case 'refresh-refused':
      // The new token may name somebody else, which only a new session can take.
      return retry(failuresOf(session, input), 'not renewed', null, input, farewell(state))
    default:
      return go(state)
  }
}

function withSession(state: InSession, session: Session, ...effects: readonly ConnectionEffect[]): ConnectionStep {
  return go({ ...state, session }, ...effects)
}

/** Asks whether the server is still there, and gives up unless it answers in time. */
function probe(state: InSession, waitMs: number, input: ConnectionInput): ConnectionStep {
  const { session } = state
  const giveUpAt = Math.min(session.giveUpAt ?? Number.POSITIVE_INFINITY, input.now + waitMs)
  return withSession(state, { ...session, giveUpAt }, { do: 'ping' })
}

/** One thing that is due; whatever else is comes with the next tick, which is due at once. */
function sessionTick(state: InSession, input: ConnectionInput): ConnectionStep {
  const { session } = state
  const { now } = input
  if (session.giveUpAt !== null && now >= session.giveUpAt) {
    return retry(failuresOf(session, input), 'the server did not answer', null, input, farewell(state))
  }
  if (state.kind === 'draining' && now >= state.reconnectAt) {
    return goAfter(farewell(state), fetchToken(2, null, input))
  }
  if (session.refreshAt !== null && now >= session.refreshAt) {
    return withSession(state, { ...session, refreshAt: now + TOKEN_WAIT_MS }, { do: 'fetch-token' })
  }
  if (session.giveUpAt === null && now >= session.heardAt + session.heartbeatMs) {
    return probe(state, PONG_WAIT_MS, input)
  }
  return go(state)
}

/** The server goes away: come back at a random moment, so that its clients do not come all at once. */
function drain(state: InSession, withinMs: number, input: ConnectionInput): ConnectionStep {
  if (state.kind === 'draining') return go(state)
  const reconnectAt = input.now + input.fraction * Math.min(DRAIN_MOST_MS, withinMs)
  return go({ kind: 'draining', session: state.session, reconnectAt })
}

function refreshToken(
  state: InSession,
  token: string,
  expiresAt: number | null,
  input: ConnectionInput,
): ConnectionStep {
  const { session } = state
  const refreshAt = refreshTimeOf(expiresAt, session.serverOffset, input.now)
  return withSession(
    state,
    { ...session, token, refreshAt },
    ...(token === session.token ? [] : [{ do: 'refresh', token } as const]),
  )
}

function refreshTimeOf(expiresAt: number | null, serverOffset: number, now: number): number | null {
  if (expiresAt === null) return null
  const left = expiresAt - serverOffset - now
  return now + Math.max(REFRESH_LEAST_MS, left - Math.min(REFRESH_AHEAD_MS, left / 2))
}

function afterSession(
  state: InSession,
  event: { readonly code: number; readonly reason: string },
  input: ConnectionInput,
): ConnectionStep {
  const { session } = state
  const down: ConnectionEffect = { do: 'announce-down' }
  if (state.kind === 'draining' && shouldReconnect(event.code) && input.networkUp) {
    const { reconnectAt: dueAt } = state
    const waiting = { kind: 'waiting', attempt: 2, dueAt, reason: 'the server is restarting', doubt: null } as const
    return go(waiting, down)
  }
  const failures = failuresOf(session, input)
  if (event.code === CLOSE_TOKEN_EXPIRED && failures === 1) {
    return goAfter([down], fetchToken(2, null, input))
  }
  return goAfter([down], afterClose(failures, session.token, event, input))
}

/** A session that lasted starts the back-off over; one that did not counts as a failed try. */
function failuresOf(session: Session, input: ConnectionInput): number {
  return input.now - session.since >= LASTING_MS ? 1 : session.attempt
}
