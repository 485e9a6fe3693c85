import type { PresenceStatus } from '@holdfast/protocol'
import { slotAt } from './agenda.ts'

/** How long a session that has ended still counts: a reload takes less, and nobody sees it. Milliseconds. */
export const GRACE_MS = 3_000
/** How long a session counts that nobody speaks for, in milliseconds (contract §4: 90 s of silence means offline). */
export const LEASE_MS = 90_000
/** Most sessions of one person that are told apart; more change nothing about who is available, so the oldest is forgotten. */
export const MAX_SESSIONS_KEPT = 128

/** One moment on both clocks of whoever keeps people: stamps come from the wall's, durations from the other. */
export interface Moment {
  readonly wallMs: number
  readonly monoMs: number
}

/** How available one session says its person is. */
export interface SessionState {
  readonly status: PresenceStatus
  readonly device: string | null
  readonly currentRoom: string | null
  /** When it said so. */
  readonly since: Moment
  /** When it was last spoken for. */
  readonly signAt: Moment
  /** When it ended; null: it has not. */
  readonly endedAt: Moment | null
}

/** How available a person is, over all their sessions. */
export interface PersonView {
  readonly status: PresenceStatus
  /** When they were last there; null: not since this is known, or they are there now. */
  readonly lastSeen: number | null
  readonly customStatus: string | null
  readonly dndUntil: number | null
  readonly device: string | null
  readonly currentRoom: string | null
}

/** A person as they know themselves, and as everybody else is told. The same but for those who appear offline. */
export interface PersonViews {
  readonly own: PersonView
  readonly shown: PersonView
}

/** What is remembered of one person. */
export interface PersonState {
  readonly sessions: ReadonlyMap<string, SessionState>
  readonly customStatus: string | null
  readonly dndUntil: number | null
  /** When those sessions that count no more last did. */
  readonly lastSeen: number | null
  /**
   * Whom others see in place of one who appears offline: the same person, all of whose sessions ended when the wish was made.
   * So others are told exactly what they would be told then, at the same moments. Null: they do not appear offline.
   */
  readonly shade: PersonState | null
}

/** Somebody of whom nothing is known. */
export const NOBODY: PersonState = {
  sessions: new Map(),
  customStatus: null,
  dndUntil: null,
  lastSeen: null,
  shade: null,
}

/** Somebody who is not there and of whom others are told no more than when they last were: custom status and device included, so that who appears offline cannot be told from who is. */
export function offlineView(lastSeen: number | null): PersonView {
  return { status: 'offline', lastSeen, customStatus: null, dndUntil: null, device: null, currentRoom: null }
}

/** Who is shown where several sessions differ (contract §4: online, busy, away, offline). */
const RANK: Readonly<Record<PresenceStatus, number>> = { online: 3, busy: 2, away: 1, offline: 0 }

/** How a person is, at a moment. */
export function viewsOf(state: PersonState, at: Moment): PersonViews {
  const settled = settle(state, at)
  const own = viewOf(settled, at)
  return { own, shown: settled.shade === null ? own : viewOf(settled.shade, at) }
}

function viewOf(settled: PersonState, at: Moment): PersonView {
  const best = mostAvailable(settled)
  if (best === null) return offlineView(settled.lastSeen)
  const { status, device, currentRoom } = best
  const dndUntil = settled.dndUntil !== null && settled.dndUntil > at.wallMs ? settled.dndUntil : null
  return { status, lastSeen: null, customStatus: settled.customStatus, dndUntil, device, currentRoom }
}

/** The session that speaks for the person; null: none makes them available. */
function mostAvailable({ sessions }: PersonState): SessionState | null {
  let best: SessionState | null = null
  for (const session of sessions.values()) {
    if (session.status !== 'offline' && (best === null || isBefore(session, best))) best = session
  }
  return best
}

/** Of two that are as available, the one that has not ended, then the one that spoke last. */
function isBefore(a: SessionState, b: SessionState): boolean {
  if (a.status !== b.status) return RANK[a.status] > RANK[b.status]
  if ((a.endedAt === null) !== (b.endedAt === null)) return a.endedAt === null
  return a.since.monoMs >= b.since.monoMs
}

/** The same person without what is over by now; the very same object when nothing is. */
export function settle(state: PersonState, at: Moment): PersonState {
  let next = state
  for (const [sessionId, session] of state.sessions) {
    if (at.monoMs < endOf(session)) continue
    const gone = session.endedAt ?? session.signAt
    next = {
      ...without(next, sessionId),
      lastSeen: session.status === 'offline' ? next.lastSeen : later(next, gone, at),
    }
  }
  if (next.shade === null) return next
  const shade = settle(next.shade, at)
  return shade === next.shade ? next : { ...next, shade }
}

/** How long after `at` a person changes by the passing of time alone; null: not. */
export function dueIn(state: PersonState, at: Moment): number | null {
  const sessions = [...state.sessions.values(), ...(state.shade?.sessions.values() ?? [])]
  return sessions.length === 0 ? null : Math.max(0, Math.min(...sessions.map(endOf)) - at.monoMs)
}

/**
 * When a session counts no more, in monotonic time: a moment at which things are done, so that nobody sees it any sooner
 * because something else is done in between.
 */
function endOf({ endedAt, signAt }: SessionState): number {
  return slotAt(endedAt === null ? signAt.monoMs + LEASE_MS : endedAt.monoMs + GRACE_MS)
}

/** Without one session. */
export function without(state: PersonState, sessionId: string): PersonState {
  const sessions = new Map(state.sessions)
  sessions.delete(sessionId)
  return { ...state, sessions }
}

/**
 * When a person was last there, if they were at `moment` too; `at`: now. A clock that was set back has stamps ahead of it: they
 * say nothing any more.
 */
export function later({ lastSeen }: PersonState, { wallMs }: Moment, at: Moment): number {
  const before = lastSeen === null || lastSeen > at.wallMs ? 0 : lastSeen
  return Math.max(before, Math.min(wallMs, at.wallMs))
}

/** Whether nothing that anybody may be told differs. */
export function isSameView(a: PersonView, b: PersonView): boolean {
  return (
    a.status === b.status &&
    a.lastSeen === b.lastSeen &&
    a.customStatus === b.customStatus &&
    a.dndUntil === b.dndUntil &&
    a.device === b.device &&
    a.currentRoom === b.currentRoom
  )
}
