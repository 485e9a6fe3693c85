import { assertNever, CLOSE, type CloseCode } from '@holdfast/protocol'

/**
 * The life of one session, as a pure function: what happened and when come in, what is to be done comes out.
 *
 * ```
 *   awaiting-hello ──hello──▶ open ──drain──▶ draining
 *         │                    │                  │
 *         └────────────────────┴───── close ──────┴──▶ closing ──gone──▶ closed
 * ```
 * Every state but `closing` and `closed` ends by itself: for want of a hello, when the token expires, or when the peer is
 * silent. From `closing` on no frame is taken and none is sent.
 */
export type SessionState =
  | { readonly name: 'awaiting-hello'; readonly helloByMs: number; readonly expiresAtMs: number }
  | { readonly name: 'open' | 'draining'; readonly life: Life; readonly expiresAtMs: number }
  | { readonly name: 'closing'; readonly code: CloseCode }
  | { readonly name: 'closed' }

/** Signs of life, in monotonic milliseconds. */
interface Life {
  readonly heardAtMs: number
  readonly pingAtMs: number
}

export type SessionStateName = SessionState['name']

/** What happens to a session. Times are monotonic, but for `wallMs`. */
export type SessionEvent =
  /** A good `session.hello`; `isSpoken`: of a protocol version that this server speaks. */
  | { readonly type: 'hello'; readonly isSpoken: boolean; readonly nowMs: number }
  /** A `session.hello` that could not be read. */
  | { readonly type: 'bad-hello' }
  /** Any other frame, good or not. */
  | { readonly type: 'frame' }
  /** Text that is no frame at all. */
  | { readonly type: 'garbage' }
  /** A message that is no text. */
  | { readonly type: 'not-text' }
  /** A message has begun and does not end. */
  | { readonly type: 'unfinished' }
  /** The peer has shown that it is there. */
  | { readonly type: 'heard'; readonly nowMs: number }
  /** Time has passed. */
  | { readonly type: 'tick'; readonly nowMs: number; readonly wallMs: number }
  /** A newer token is in force. */
  | { readonly type: 'refreshed'; readonly expiresAtMs: number }
  /** More frames than any client needs. */
  | { readonly type: 'flooded' }
  /** The peer does not read what it asked for. */
  | { readonly type: 'too-slow' }
  /** Something broke on our side. */
  | { readonly type: 'failed' }
  /** This node is going away, soon. */
  | { readonly type: 'drain' }
  /** This node is going away, now. */
  | { readonly type: 'stop' }
  /** The connection is gone. */
  | { readonly type: 'gone' }

export type SessionEventType = SessionEvent['type']

/** What the driver does, in this order. */
export type SessionEffect =
  /** Answer the hello, then open its rooms. */
  | { readonly type: 'welcome' }
  /** Run the frame, or refuse it if it could not be read. */
  | { readonly type: 'run' }
  /** Answer that this frame may not come here. */
  | { readonly type: 'refuse' }
  | { readonly type: 'ping' }
  | { readonly type: 'announce-draining' }
  /** End the subscriptions and close the connection. */
  | { readonly type: 'close'; readonly code: CloseCode; readonly reason: string }
  /** Forget everything. */
  | { readonly type: 'release' }

/** Waits, in milliseconds. */
export interface SessionTimes {
  /** From the connection to the hello. */
  readonly helloMs: number
  /** From one ping to the next. */
  readonly pingMs: number
  /** From the last sign of life to the end. */
  readonly silenceMs: number
}

export interface Transition {
  readonly state: SessionState
  readonly effects: readonly SessionEffect[]
}

const NONE: readonly SessionEffect[] = []
const RUN: readonly SessionEffect[] = [{ type: 'run' }]
const REFUSE: readonly SessionEffect[] = [{ type: 'refuse' }]
const PING: readonly SessionEffect[] = [{ type: 'ping' }]

/** The session of a connection that was authorised until `expiresAtMs` (wall time). */
export function connected(nowMs: number, expiresAtMs: number, times: SessionTimes): SessionState {
  return { name: 'awaiting-hello', helloByMs: nowMs + times.helloMs, expiresAtMs }
}

/** What `event` makes of `state`. */
export function transition(state: SessionState, event: SessionEvent, times: SessionTimes): Transition {
  switch (state.name) {
    case 'awaiting-hello':
      return whileAwaitingHello(state, event, times)
    case 'open':
    case 'draining':
      return whileOpen(state, event, times)
    case 'closing':
      return event.type === 'gone' ? { state: { name: 'closed' }, effects: [{ type: 'release' }] } : stay(state)
    case 'closed':
      return stay(state)
    default:
      return assertNever(state)
  }
}

function whileAwaitingHello(
  state: SessionState & { name: 'awaiting-hello' },
  event: SessionEvent,
  times: SessionTimes,
): Transition {
  switch (event.type) {
    case 'hello':
      if (!event.isSpoken) return close(CLOSE.unsupportedProtocol, 'protocol version')
      return {
        state: { name: 'open', life: heard(event.nowMs, times), expiresAtMs: state.expiresAtMs },
        effects: [{ type: 'welcome' }],
      }
    case 'bad-hello':
      return { state, effects: RUN }
    case 'frame':
      return close(CLOSE.badFrame, 'hello first')
    case 'tick':
      if (event.wallMs >= state.expiresAtMs) return close(CLOSE.tokenExpired, 'token expired')
      return event.nowMs >= state.helloByMs ? close(CLOSE.badFrame, 'no hello') : stay(state)
    case 'refreshed':
      return stay({ ...state, expiresAtMs: event.expiresAtMs })
    case 'heard':
      return stay(state)
    case 'drain':
      return close(CLOSE.draining, 'going away')
    default:
      return whileConnected(event)
  }
}

function whileOpen(
  state: SessionState & { name: 'open' | 'draining' },
  event: SessionEvent,
  times: SessionTimes,
): Transition {
  switch (event.type) {
    case 'hello':
      return { state, effects: REFUSE }
    case 'bad-hello':
    case 'frame':
      return { state, effects: RUN }
    case 'heard':
      return stay({ ...state, life: { ...state.life, heardAtMs: event.nowMs } })
    case 'tick':
      return afterTime(state, event, times)
    case 'refreshed':
      return stay({ ...state, expiresAtMs: event.expiresAtMs })
    case 'drain':
      if (state.name === 'draining') return stay(state)
      return { state: { ...state, name: 'draining' }, effects: [{ type: 'announce-draining' }] }
    default:
      return whileConnected(event)
  }
}

function afterTime(
  state: SessionState & { name: 'open' | 'draining' },
  { nowMs, wallMs }: SessionEvent & { type: 'tick' },
  times: SessionTimes,
): Transition {
  if (wallMs >= state.expiresAtMs) return close(CLOSE.tokenExpired, 'token expired')
  const { heardAtMs, pingAtMs } = state.life
  if (nowMs - heardAtMs >= times.silenceMs) return close(CLOSE.silent, 'silent')
  if (nowMs < pingAtMs) return stay(state)
  return { state: { ...state, life: { heardAtMs, pingAtMs: nowMs + times.pingMs } }, effects: PING }
}

/** What ends a session in whatever state it is connected. */
function whileConnected(
  event: SessionEvent & {
    type: 'garbage' | 'not-text' | 'unfinished' | 'flooded' | 'too-slow' | 'failed' | 'stop' | 'gone'
  },
): Transition {
  switch (event.type) {
    case 'garbage':
      return close(CLOSE.badFrame, 'not a frame')
    case 'not-text':
      return close(CLOSE.unsupportedData, 'text only')
    case 'unfinished':
      return close(CLOSE.silent, 'unfinished message')
    case 'flooded':
      return close(CLOSE.tooManyFrames, 'too many frames')
    case 'too-slow':
      return close(CLOSE.tooSlow, 'too slow to read')
    case 'failed':
      return close(CLOSE.internalError, 'internal error')
    case 'stop':
      return close(CLOSE.draining, 'going away')
    case 'gone':
      return { state: { name: 'closed' }, effects: [{ type: 'release' }] }
    default:
      return assertNever(event)
  }
}

function heard(nowMs: number, times: SessionTimes): Life {
  return { heardAtMs: nowMs, pingAtMs: nowMs + times.pingMs }
}

function stay(state: SessionState): Transition {
  return { state, effects: NONE }
}

function close(code: CloseCode, reason: string): Transition {
  return { state: { name: 'closing', code }, effects: [{ type: 'close', code, reason }] }
}
