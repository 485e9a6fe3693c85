import type { Step } from '../step.ts'
import type { StopReason } from './stop-reason.ts'

/** What a running session knows, whether it is draining or not. Times are monotonic milliseconds. */
export interface Session {
  /** Which try this was; a session that does not last counts on. */
  readonly attempt: number
  readonly since: number
  readonly token: string
  readonly heartbeatMs: number
  readonly heardAt: number
  /** When to give up unless something is heard before; null while nothing is in doubt. */
  readonly giveUpAt: number | null
  /** The server's wall time minus our monotonic time: tells when a token expires there, whatever the clock says here. */
  readonly serverOffset: number
  /** When to get the next token; null when the one in use does not say when it expires. */
  readonly refreshAt: number | null
}

/** What the try before has left in doubt. */
export type Doubt =
  /** The server may have refused the token, or has (`certain`). */
  | { readonly what: 'token'; readonly token: string; readonly certain: boolean }
  /** The server has refused what it was greeted with, or a device that slept has greeted it too late: it says the same of both. */
  | { readonly what: 'hello' }

/** Where the connection is. Each variant carries only what it needs; times are monotonic milliseconds. */
export type ConnectionState =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'fetching-token'
      readonly attempt: number
      readonly dueAt: number
      readonly doubt: Doubt | null
    }
  | {
      readonly kind: 'checking-token'
      readonly attempt: number
      readonly dueAt: number
      readonly token: string
      readonly expiresAt: number | null
    }
  | {
      readonly kind: 'connecting'
      readonly attempt: number
      readonly dueAt: number
      readonly doubt: Doubt | null
      readonly token: string
      readonly expiresAt: number | null
    }
  | {
      readonly kind: 'greeting'
      readonly attempt: number
      readonly dueAt: number
      readonly doubt: Doubt | null
      readonly token: string
      readonly expiresAt: number | null
    }
  | { readonly kind: 'online'; readonly session: Session }
  | { readonly kind: 'draining'; readonly session: Session; readonly reconnectAt: number }
  | {
      readonly kind: 'waiting'
      readonly attempt: number
      readonly dueAt: number
      readonly reason: string
      readonly doubt: Doubt | null
    }
  | { readonly kind: 'offline'; readonly attempt: number; readonly dueAt: number; readonly doubt: Doubt | null }
  | { readonly kind: 'stopped'; readonly reason: StopReason; readonly message: string }

/** What happens to a connection. */
export type ConnectionEvent =
  /** The application wants to be connected, or wants it now. */
  | { readonly kind: 'connect' }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'log-out' }
  /** `expiresAt`: wall milliseconds by the server's clock, null when the token does not say. */
  | { readonly kind: 'token'; readonly token: string; readonly expiresAt: number | null }
  | { readonly kind: 'token-failed'; readonly message: string }
  /** There is no token any more, says the application; or the one in doubt is not taken, says the server. */
  | { readonly kind: 'token-refused'; readonly message: string }
  /** The one in doubt may be good. */
  | { readonly kind: 'token-passed' }
  /** The live session keeps its old token: the server did not take the new one. */
  | { readonly kind: 'refresh-refused' }
  | { readonly kind: 'opened' }
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  | { readonly kind: 'welcome'; readonly heartbeatMs: number; readonly serverTime: number }
  | { readonly kind: 'heard' }
  | { readonly kind: 'drain'; readonly withinMs: number }
  | { readonly kind: 'up' }
  | { readonly kind: 'down' }
  | { readonly kind: 'visible' }
  /** The time that the state asked to be woken at has come. */
  | { readonly kind: 'tick' }

/** What the driver is to do. */
export type ConnectionEffect =
  | { readonly do: 'fetch-token' }
  | { readonly do: 'check-token'; readonly token: string }
  | { readonly do: 'open-socket'; readonly token: string }
  | { readonly do: 'say-hello' }
  | { readonly do: 'announce-up' }
  | { readonly do: 'announce-down' }
  | { readonly do: 'ping' }
  | { readonly do: 'refresh'; readonly token: string }
  | { readonly do: 'close-socket' }

/** Time, chance and the device's word on its network, as inputs. */
export interface ConnectionInput {
  /** Monotonic milliseconds. */
  readonly now: number
  /** From 0 up to 1. */
  readonly fraction: number
  readonly networkUp: boolean
}

/** One step of the machine. */
export type ConnectionStep = Step<ConnectionState, ConnectionEffect>

/** The state of one kind. */
export type ConnectionStateOf<K extends ConnectionState['kind']> = Extract<ConnectionState, { kind: K }>
