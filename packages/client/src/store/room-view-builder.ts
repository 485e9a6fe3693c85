import type { DetachCode, Member, Message, Refusal } from '@holdfast/protocol'
import { shallowEqual } from '../equal.ts'
import type { RoomData } from './room-data.ts'
import type { Continuity, Gap, RoomStatus, RoomView, TypingView } from './room-view.ts'
import { Timeline } from './timeline.ts'
import type { PendingEntry } from './timeline-entry.ts'
import { NONE_UNREAD, unreadInAll } from './unread.ts'

/** How a room is read, as a view is told of it. */
export interface Reading {
  readonly status: RoomStatus
  readonly refusal: Refusal | null
  readonly detachCode: DetachCode | null
  readonly gap: Gap | null
}

/** Everything that a room's view is made of. */
export interface ViewParts {
  readonly reading: Reading
  readonly data: RoomData | null
  /** In the order of display. */
  readonly pending: readonly PendingEntry[]
  readonly userId: string | null
  readonly loadingOlder: boolean
  readonly isMarkedUnread: boolean
  readonly muted: boolean
  readonly typing: TypingView
  /** Whether this person shows how far they read, and so sees it of others. */
  readonly showsReads: boolean
}

const NO_MEMBERS: ReadonlyMap<string, Member> = new Map()
const NO_MESSAGES: readonly Message[] = []
const NO_READS: Readonly<Record<string, number>> = {}

/** Makes the views of one room, each keeping from the one before whatever did not change. */
export class RoomViewBuilder {
  readonly #id: string
  readonly #timeline = new Timeline()
  #membersById: ReadonlyMap<string, Member> = NO_MEMBERS
  #members: readonly Member[] = []
  #view: RoomView | null = null

  constructor(id: string) {
    this.#id = id
  }

  build(parts: ViewParts): RoomView {
    const { reading, data, pending, userId, showsReads, ...asItIs } = parts
    const { gap, ...standing } = reading
    const before = this.#view
    const members = data?.state.members ?? NO_MEMBERS
    const reads = keep(before?.reads, othersOf((showsReads && data?.reads) || NO_READS, userId))
    const seenUpTo = Math.max(0, ...Object.values(reads))
    const view: RoomView = {
      id: this.#id,
      ...standing,
      ...asItIs,
      room: data?.state.room ?? null,
      members: this.#listed(members),
      memberCount: data?.state.memberCount ?? 0,
      me: userId === null ? null : (members.get(userId) ?? null),
      timeline: this.#timeline.build(data?.state.messages ?? NO_MESSAGES, pending, userId, seenUpTo),
      hasMore: data?.hasMore ?? false,
      lastReadSeq: data?.lastReadSeq ?? 0,
      ...(data ? unreadInAll(data.below, data.held) : NONE_UNREAD),
      reads,
      continuity: keep(before?.continuity, continuityOf(data, keep(before?.continuity.gap, gap))),
    }
    this.#view = keep(before, view)
    return this.#view
  }

  #listed(members: ReadonlyMap<string, Member>): readonly Member[] {
    if (members !== this.#membersById) this.#members = [...members.values()]
    this.#membersById = members
    return this.#members
  }
}

function othersOf(reads: Readonly<Record<string, number>>, userId: string | null): Readonly<Record<string, number>> {
  const { [userId ?? '']: _own, ...others } = reads
  return others
}

function continuityOf(data: RoomData | null, gap: Gap | null): Continuity {
  const { epoch = null, seq = 0 } = data?.state ?? {}
  return { epoch, seq, complete: data !== null && gap === null, gap }
}

/** `before`, when it says the same. */
function keep<T extends object | null>(before: T | null | undefined, now: T): T {
  return before && now && shallowEqual(before, now) ? before : now
}
