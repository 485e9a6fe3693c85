import { type Cursor, SNAPSHOT_MEMBERS } from '@holdfast/protocol'
import { type Entrance, enter, isRefusal } from '../access.ts'
import type { MemberRow, RoomRow } from '../facts.ts'
import type { OwnSnapshot, SharedSnapshot, Visit, Visitor, VisitRequest, Visits } from '../visit.ts'
import { isNear, ownPart, positionOf, sharedPart } from './read-room.ts'
import { shownIn } from './read-seen.ts'
import type { ReadRows } from './rows.ts'

interface Rules {
  readonly now: number
  /** A room with more members tells positions of a few alone. */
  readonly largeRoom: number
}

/** See `RoomLog.visit`. */
export function readVisits(request: VisitRequest, rows: ReadRows, rules: Rules): Visits {
  const room = rows.room(request.roomId)
  const reading = new Reading(request, rows, rules)
  const visits = request.visitors.map(visitor => reading.visit(visitor))
  if (room === null || room.isDeleted) return { head: null, shared: null, events: [], visits }
  return { head: headOf(room), shared: reading.shared(room), events: reading.events(room), visits }
}

/** One read for many: what several of them need is asked of the rows once. */
class Reading {
  readonly #request: VisitRequest
  readonly #rows: ReadRows
  readonly #rules: Rules
  #members: readonly MemberRow[] | null = null
  #shown: ReadonlyMap<string, number> | null = null
  #hasSnapshot = false
  /** The earliest cursor of those who are given events that are not held. */
  #after = Number.POSITIVE_INFINITY

  constructor(request: VisitRequest, rows: ReadRows, rules: Rules) {
    this.#request = request
    this.#rows = rows
    this.#rules = rules
  }

  visit({ actor, cursor, isHeld }: Visitor): Visit {
    const { roomId, delta } = this.#request
    const entrance = enter(this.#rows, roomId, actor, this.#rules.now)
    if (isRefusal(entrance)) return { kind: 'refused', refusal: entrance }
    const { room, member } = entrance
    if (isNear(room, cursor, delta) && (isHeld || cursor.seq >= this.#rows.firstEventSeq(room) - 1)) {
      if (!isHeld) this.#after = Math.min(this.#after, cursor.seq)
      return { kind: 'events', standing: member === null ? null : positionOf(member) }
    }
    this.#hasSnapshot = true
    return { kind: 'snapshot', own: this.#own(actor.userId, entrance) }
  }

  shared(room: RoomRow): SharedSnapshot | null {
    const { known, window } = this.#request
    if (!this.#hasSnapshot || isAt(room, known)) return null
    return sharedPart(room, window, this.#rows, this.#membersOf(room))
  }

  events(room: RoomRow): Visits['events'] {
    return this.#after < room.lastSeq ? this.#rows.eventsAfter(room, this.#after, this.#request.delta) : []
  }

  #own(userId: string, entrance: Entrance): OwnSnapshot {
    return ownPart(userId, entrance, this.#rows, () => this.#shownIn(entrance.room))
  }

  #shownIn(room: RoomRow): ReadonlyMap<string, number> {
    this.#shown ??= shownIn(room, this.#rows, this.#rules.largeRoom, () => this.#membersOf(room))
    return this.#shown
  }

  #membersOf(room: RoomRow): readonly MemberRow[] {
    this.#members ??= this.#rows.membersAfter(room, 0, '', SNAPSHOT_MEMBERS)
    return this.#members
  }
}

function headOf({ epoch, lastSeq }: RoomRow): Cursor {
  return { epoch, seq: lastSeq }
}

/** Whether the room stands where the cursor says. */
function isAt(room: RoomRow, cursor: Cursor | null): boolean {
  return cursor !== null && cursor.epoch === room.epoch && cursor.seq === room.lastSeq
}
