import {
  assertNever,
  CLOSE_BAD_FRAME,
  CLOSE_REVOKED,
  CLOSE_UNAUTHORIZED,
  CLOSE_UNSUPPORTED_PROTOCOL,
  needsNewToken,
  shouldReconnect,
} from '@holdfast/protocol'
import { backOff } from '../back-off.ts'
import { go } from '../step.ts'
import type { ConnectionEffect, ConnectionInput, ConnectionState, ConnectionStep, Doubt } from './connection-state.ts'
import type { StopReason } from './stop-reason.ts'
import { HANDSHAKE_WAIT_MS, OFFLINE_RETRY_MS, TOKEN_WAIT_MS } from './timing.ts'

/** The steps that lead into, out of and back to a connection; shared by the states. */

/** Begins try number `attempt`. */
export function fetchToken(attempt: number, doubt: Doubt | null, input: ConnectionInput): ConnectionStep {
  const dueAt = input.now + TOKEN_WAIT_MS
  return go({ kind: 'fetching-token', attempt, dueAt, doubt }, { do: 'fetch-token' })
}

/** Goes on with a token that is as good as can be known. */
export function openSocket(
  attempt: number,
  doubt: Doubt | null,
  token: string,
  expiresAt: number | null,
  input: ConnectionInput,
): ConnectionStep {
  const dueAt = input.now + HANDSHAKE_WAIT_MS
  return go({ kind: 'connecting', attempt, dueAt, doubt, token, expiresAt }, { do: 'open-socket', token })
}

/** Try number `failures` has failed: wait, or wait for the network. */
export function retry(
  failures: number,
  reason: string,
  doubt: Doubt | null,
  input: ConnectionInput,
  effects: readonly ConnectionEffect[] = [],
): ConnectionStep {
  const attempt = failures + 1
  if (!input.networkUp) return go(offlineState(attempt, doubt, input), ...effects)
  const dueAt = input.now + backOff(failures, input.fraction)
  return go({ kind: 'waiting', attempt, dueAt, reason, doubt }, ...effects)
}

function offlineState(attempt: number, doubt: Doubt | null, input: ConnectionInput): ConnectionState {
  return { kind: 'offline', attempt, dueAt: input.now + OFFLINE_RETRY_MS, doubt }
}

/** The device has lost its network: no use in waiting for a connection to find out. */
export function goOffline(state: ConnectionState, input: ConnectionInput): ConnectionStep {
  switch (state.kind) {
    case 'idle':
    case 'stopped':
    case 'offline':
      return go(state)
    case 'waiting':
    case 'fetching-token':
      return go(offlineState(state.attempt, state.doubt, input))
    case 'checking-token':
    case 'connecting':
    case 'greeting':
      return go(offlineState(state.attempt, null, input), ...farewell(state))
    case 'online':
    case 'draining':
      return go(offlineState(2, null, input), ...farewell(state))
    default:
      return assertNever(state)
  }
}

/** Ends it until the application asks again. */
export function stop(state: ConnectionState, reason: StopReason, message: string): ConnectionStep {
  return go({ kind: 'stopped', reason, message }, ...farewell(state))
}

/** What has to end when this side leaves `state`. */
export function farewell(state: ConnectionState): readonly ConnectionEffect[] {
  switch (state.kind) {
    case 'connecting':
    case 'greeting':
      return [{ do: 'close-socket' }]
    case 'online':
    case 'draining':
      return [{ do: 'close-socket' }, { do: 'announce-down' }]
    default:
      return []
  }
}

/** What a close code says that no other one does. */
const STOP_REASONS: Readonly<Record<number, StopReason>> = {
  [CLOSE_BAD_FRAME]: 'bad_frame',
  [CLOSE_REVOKED]: 'revoked',
  [CLOSE_UNSUPPORTED_PROTOCOL]: 'unsupported_protocol',
}

/** The server, or the network, has closed the socket: the code decides. */
export function afterClose(
  failures: number,
  token: string,
  event: { readonly code: number; readonly reason: string },
  input: ConnectionInput,
): ConnectionStep {
  const { code } = event
  const reason = event.reason === '' ? `the connection was closed (${code})` : event.reason
  if (needsNewToken(code)) {
    const doubt = { what: 'token', token, certain: code === CLOSE_UNAUTHORIZED } as const
    return retry(failures, reason, doubt, input)
  }
  if (shouldReconnect(code)) return retry(failures, reason, null, input)
  return go({ kind: 'stopped', reason: STOP_REASONS[code] ?? 'refused', message: reason })
}
