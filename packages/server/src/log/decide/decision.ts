import type { ErrorCode, PersonSettings, Refusal, RoomEvent } from '@holdfast/protocol'
import type { Facts, ReadPosition, RoomRow, Sanction } from '../facts.ts'
import { type Outcome, type OutcomeDetail, refused } from '../outcome.ts'
import type { Stamper } from '../stamper.ts'

/** What a decision is made from. */
export interface Grounds {
  readonly facts: Facts
  readonly stamper: Stamper
}

/** What becomes of a command, and what is stored of it beside the events of its outcome. */
export interface Decision {
  readonly outcome: Outcome
  readonly rows: readonly SideRow[]
}

/** What is stored and is no event: nobody's fold depends on it. */
export type SideRow =
  /** The room that is created is the one of these people. */
  | { readonly kind: 'direct'; readonly directKey: string }
  | { readonly kind: 'ban'; readonly userId: string; readonly ban: Sanction | null }
  | { readonly kind: 'mute'; readonly userId: string; readonly mute: Sanction | null }
  | { readonly kind: 'read'; readonly userId: string; readonly position: ReadPosition }
  | { readonly kind: 'muted'; readonly userId: string; readonly muted: boolean }
  | { readonly kind: 'user'; readonly userId: string; readonly name: string }
  | { readonly kind: 'settings'; readonly userId: string; readonly settings: PersonSettings }
  /** All of the room goes, but for what keeps its id from being used again. */
  | { readonly kind: 'gone' }

const NO_DETAIL: OutcomeDetail = { kind: 'none' }

/** The command is refused: nothing is written, no seq is used. */
export function refuse(code: ErrorCode, message: string, retryAfterMs?: number): Decision {
  return { outcome: refused(code, message, retryAfterMs), rows: [] }
}

/** The command is refused for a reason that others have found: the rules of access, the store. */
export function turnAway(refusal: Refusal): Decision {
  return { outcome: { ok: false, refusal }, rows: [] }
}

/** There is nothing to change in the log: the answer is the room's latest seq. */
export function unchanged(room: RoomRow, detail: OutcomeDetail = NO_DETAIL, rows: readonly SideRow[] = []): Decision {
  return { outcome: { ok: true, roomId: room.roomId, epoch: room.epoch, seq: room.lastSeq, events: [], detail }, rows }
}

/** The command is about no room: there is no seq to tell. */
export function aboutNoRoom(detail: OutcomeDetail, rows: readonly SideRow[]): Decision {
  return { outcome: { ok: true, roomId: '', epoch: '', seq: 0, events: [], detail }, rows }
}

/** `events` are appended to the room. They are not none. */
export function append(
  room: Pick<RoomRow, 'roomId' | 'epoch' | 'lastSeq'>,
  events: readonly RoomEvent[],
  detail: OutcomeDetail = NO_DETAIL,
  rows: readonly SideRow[] = [],
): Decision {
  const seq = room.lastSeq + events.length
  return { outcome: { ok: true, roomId: room.roomId, epoch: room.epoch, seq, events, detail }, rows }
}
