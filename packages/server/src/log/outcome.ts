import type { Member, PersonSettings, Refusal, Room, RoomEvent } from '@holdfast/protocol'

/**
 * What became of one command. `done` is durable when it is given out.
 *
 * `events` are the new ones, contiguous, the last one's seq being `seq`; empty when nothing had to change (a duplicate
 * send, a pin that was there), and `seq` is then that of the first ack or the room's latest.
 */
export type Outcome =
  | {
      readonly ok: true
      readonly roomId: string
      readonly epoch: string
      readonly seq: number
      readonly events: readonly RoomEvent[]
      readonly detail: OutcomeDetail
    }
  | { readonly ok: false; readonly refusal: Refusal }

/** What some commands tell beside their seq. */
export type OutcomeDetail =
  | { readonly kind: 'none' }
  /** `message.send`: the first ack, whichever time this is. */
  | { readonly kind: 'ack'; readonly messageId: string; readonly at: number; readonly duplicate: boolean }
  /**
   * `room.create`, `room.update`, `member.join`: the room now. `existed`: a direct room of these people was there
   * already.
   */
  | { readonly kind: 'room'; readonly room: Room; readonly existed: boolean }
  /** `member.put`: the member now. */
  | { readonly kind: 'member'; readonly member: Member }
  /**
   * `room.read`, `room.unread`: where the position stands now, and whether this moved it. `shownSeq`: how far others see the
   * person to have read, null when they show nothing.
   */
  | {
      readonly kind: 'read'
      readonly lastReadSeq: number
      readonly readRevision: number
      readonly moved: boolean
      readonly shownSeq: number | null
    }
  /** `room.notifications`: how it is now, and whether this changed it. */
  | { readonly kind: 'notifications'; readonly muted: boolean; readonly changed: boolean }
  /** `user.settings`: all of them now, and whether this changed any. */
  | { readonly kind: 'settings'; readonly settings: PersonSettings; readonly changed: boolean }
  /** `room.delete`: nothing of the room is left. `members`: who was in it; null: more than are named. */
  | { readonly kind: 'deleted'; readonly members: readonly string[] | null }

/** A refusal as an outcome. */
export function refused(code: Refusal['code'], message: string, retryAfterMs?: number): Outcome & { ok: false } {
  return { ok: false, refusal: { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) } }
}
