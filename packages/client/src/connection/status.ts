import { assertNever } from '@holdfast/protocol'
import type { ConnectionState } from './connection-state.ts'
import type { StopReason } from './stop-reason.ts'

/** How the client is connected, for an application to show. Times are milliseconds since the Unix epoch. */
export type ConnectionStatus =
  /** `connect()` was not called, or `disconnect()` was. */
  | { readonly state: 'idle' }
  /** The first try, or trying again right now. `attempt` counts from 1 and starts over after a lasting connection. */
  | { readonly state: 'connecting'; readonly attempt: number }
  | { readonly state: 'online'; readonly since: number }
  /** Will connect again by itself at `retryAt`; `connect()` does it at once. */
  | { readonly state: 'waiting'; readonly attempt: number; readonly retryAt: number; readonly reason: string }
  /** The device says that there is no network. Connects again by itself. */
  | { readonly state: 'offline' }
  /** Will not connect again until `connect()` is called. */
  | { readonly state: 'stopped'; readonly reason: StopReason; readonly message: string }

/** What an application is told of `state`. `wallOffset`: wall time minus monotonic time. */
export function statusOf(state: ConnectionState, wallOffset: number): ConnectionStatus {
  switch (state.kind) {
    case 'idle':
    case 'offline':
      return { state: state.kind }
    case 'fetching-token':
    case 'checking-token':
    case 'connecting':
    case 'greeting':
      return { state: 'connecting', attempt: state.attempt }
    case 'online':
    case 'draining':
      return { state: 'online', since: Math.round(state.session.since + wallOffset) }
    case 'waiting':
      return {
        state: 'waiting',
        attempt: state.attempt,
        retryAt: Math.round(state.dueAt + wallOffset),
        reason: state.reason,
      }
    case 'stopped':
      return { state: 'stopped', reason: state.reason, message: state.message }
    default:
      return assertNever(state)
  }
}

/** `status` in words for people, as of `now` (milliseconds since the Unix epoch). */
export function describeConnection(status: ConnectionStatus, now: number): string {
  switch (status.state) {
    case 'idle':
      return 'Not connected.'
    case 'connecting':
      return status.attempt === 1 ? 'Connecting…' : 'Connection lost. Your messages are kept. Connecting…'
    case 'online':
      return 'Connected.'
    case 'waiting':
      return `Connection lost. Your messages are kept. Trying again in ${secondsUntil(status.retryAt, now)} s.`
    case 'offline':
      return 'You are offline. Your messages are kept and go out when you are back.'
    case 'stopped':
      return describeStop(status.reason)
    default:
      return assertNever(status)
  }
}

function describeStop(reason: StopReason): string {
  switch (reason) {
    case 'unauthorized':
      return 'Your sign-in is no longer valid. Please sign in again.'
    case 'revoked':
      return 'Your access has been withdrawn.'
    case 'unsupported_protocol':
      return 'This version is too old for the server. Please reload.'
    case 'bad_frame':
      return 'The server did not understand this version. Please reload.'
    case 'logged_out':
      return 'You are signed out.'
    case 'refused':
      return 'The server has ended the connection.'
    default:
      return assertNever(reason)
  }
}

function secondsUntil(time: number, now: number): number {
  return Math.max(1, Math.ceil((time - now) / 1000))
}
