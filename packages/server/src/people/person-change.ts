import { assertNever, type PresenceStatus } from '@holdfast/protocol'
import {
  isSameView,
  later,
  MAX_SESSIONS_KEPT,
  type Moment,
  type PersonState,
  type SessionState,
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

/** Whether anything differs that is told: `own` to themselves alone, `shown` to others too. */
export type News = 'none' | 'own' | 'shown'

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

/** What is different now. Of what time alone has changed nobody was told yet. */
export function newsOf(before: PersonState, after: PersonState, at: Moment): News {
  const [was, is] = [viewsOf(before, at), viewsOf(after, at)]
  const past = before.shade ?? before
  if (settle(past, at) !== past || !isSameView(was.shown, is.shown)) return 'shown'
  return settle(before, at) !== before || !isSameView(was.own, is.own) ? 'own' : 'none'
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
  return { ...state, sessions, customStatus, dndUntil, lastSeen: hasGone ? later(state, at, at) : state.lastSeen }
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
  if (state.shade !== null) return state
  const shade = [...state.sessions.keys()].reduce((person, sessionId) => end(person, sessionId, at), state)
  return { ...state, shade }
}

/** What happened in the shade stays there: whoever is not there now is told to have been last when they went into it. */
function show(state: PersonState): PersonState {
  const { shade } = state
  if (shade === null) return state
  const sessions = new Map([...state.sessions].filter(([, { endedAt }]) => endedAt === null))
  const ends = [...shade.sessions.values()].map(({ endedAt }) => endedAt?.wallMs ?? 0)
  const lastSeen = ends.length === 0 ? shade.lastSeen : Math.max(shade.lastSeen ?? 0, ...ends)
  return { ...state, sessions, lastSeen, shade: null }
}
