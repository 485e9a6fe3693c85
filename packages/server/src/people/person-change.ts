import { assertNever, type PresenceStatus } from '@holdfast/protocol'
import {
  GRACE_MS,
  later,
  MAX_SESSIONS_KEPT,
  type Moment,
  type PersonState,
  type SessionState,
  type Shade,
  settle,
  viewsOf,
  without,
} from './person.ts'

/** What can happen to a person's availability. */
export type PersonChange =
  | PutSession
  /** A session is over. */
  | { readonly kind: 'end'; readonly sessionId: string }
  /** They wish to appear offline from now on, or no more. */
  | { readonly kind: 'hide'; readonly isHidden: boolean }
  /** Time has passed. */
  | { readonly kind: 'tick' }

/** A session is there: it begins, speaks for itself again, or is another way. What is left out stays. */
export interface PutSession {
  readonly kind: 'put'
  readonly sessionId: string
  readonly status: PresenceStatus
  readonly device: string | null
  readonly currentRoom?: string | null
  /** Whether the person appears offline: decided first, so that nobody sees a session of theirs begin. */
  readonly isHidden: boolean
  /** Of the person, whatever session said it. */
  readonly customStatus?: string | null
  readonly dndUntil?: number | null
}

/** A person after a change. Pure: every store of presence decides by it. */
export function changed(before: PersonState, change: PersonChange, at: Moment): PersonState {
  const state = settle(before, at)
  switch (change.kind) {
    case 'put':
      return put(change.isHidden ? hide(state, at) : show(state), change, at)
    case 'end':
      return end(state, change.sessionId, at)
    case 'hide':
      return change.isHidden ? hide(state, at) : show(state)
    case 'tick':
      return state
    default:
      return assertNever(change)
  }
}

function put(state: PersonState, change: PutSession, at: Moment): PersonState {
  const { sessionId, status, device, customStatus = state.customStatus, dndUntil = state.dndUntil } = change
  const old = state.sessions.get(sessionId)
  const { currentRoom = old?.currentRoom ?? null } = change
  const isAsItWas =
    old !== undefined &&
    old.endedAt === null &&
    old.status === status &&
    old.device === device &&
    old.currentRoom === currentRoom
  const session = { status, device, currentRoom, since: isAsItWas ? old.since : at, signAt: at, endedAt: null }
  const hasGone = old !== undefined && old.status !== 'offline' && status === 'offline'
  const sessions = new Map(state.sessions).set(sessionId, session)
  if (sessions.size > MAX_SESSIONS_KEPT) sessions.delete(oldest(sessions))
  return { ...state, sessions, customStatus, dndUntil, lastSeen: hasGone ? later(state, at) : state.lastSeen }
}

/** One that has ended if any has, else the one that spoke longest ago. */
function oldest(sessions: ReadonlyMap<string, SessionState>): string {
  let found = ''
  let foundAge = Number.POSITIVE_INFINITY
  for (const [sessionId, { since, endedAt }] of sessions) {
    const age = endedAt === null ? since.monoMs : Number.NEGATIVE_INFINITY
    if (found === '' || age < foundAge) [found, foundAge] = [sessionId, age]
  }
  return found
}

/** It still counts for the grace; one that made nobody available leaves nothing to wait for. */
function end(state: PersonState, sessionId: string, at: Moment): PersonState {
  const session = state.sessions.get(sessionId)
  if (session === undefined || session.endedAt !== null) return state
  if (session.status === 'offline') return without(state, sessionId)
  return { ...state, sessions: new Map(state.sessions).set(sessionId, { ...session, endedAt: at }) }
}

function hide(state: PersonState, at: Moment): PersonState {
  return state.shade === null ? { ...state, shade: shadeOf(state, at) } : state
}

/** As if the sessions that go on had all ended now. */
function shadeOf(state: PersonState, at: Moment): Shade {
  const { own } = viewsOf(state, at)
  if (own.status === 'offline') return { view: null, untilMonoMs: at.monoMs, lastSeen: own.lastSeen }
  let gone: Moment | null = null
  for (const { status, endedAt } of state.sessions.values()) {
    if (status === 'offline') continue
    const left = endedAt ?? at
    if (gone === null || left.monoMs > gone.monoMs) gone = left
  }
  const { monoMs, wallMs } = gone ?? at
  return { view: own, untilMonoMs: monoMs + GRACE_MS, lastSeen: later(state, { monoMs, wallMs }) }
}

/** What happened in the shade stays there: who is not available now is told to have been last when they went into it. */
function show(state: PersonState): PersonState {
  const { shade } = state
  if (shade === null) return state
  const sessions = new Map([...state.sessions].filter(([, { endedAt }]) => endedAt === null))
  return { ...state, sessions, lastSeen: shade.lastSeen, shade: null }
}
