import type { RoomEvent } from '@holdfast/protocol'
import type { LogCommand, Outcome } from '@holdfast/server/testing'
import type { CommitRule } from './invariants/commits.ts'

/** One room as of its last durable commit. */
export interface LedgerRoom {
  /** Which incarnation of the log this is. */
  readonly epoch: string
  /** All of it: the event of seq n stands at n - 1. Each as it was written. */
  readonly events: readonly RoomEvent[]
  readonly isPublic: boolean
  readonly members: ReadonlySet<string>
  /** The seq at which somebody left for the last time. */
  readonly left: ReadonlyMap<string, number>
  /** Members who were banned, and are: a ban of anybody else is no event, and has no place in the order. */
  readonly banned: ReadonlySet<string>
  /** The seq at which each message was deleted that was. */
  readonly deleted: ReadonlyMap<string, number>
}

interface Kept extends LedgerRoom {
  isPublic: boolean
  readonly events: RoomEvent[]
  readonly members: Set<string>
  readonly left: Map<string, number>
  readonly banned: Set<string>
  readonly deleted: Map<string, number>
}

/** What is durable at this moment, whatever a node or a device believes: all that anybody may have been told. */
export class Ledger {
  readonly #rooms = new Map<string, Kept>()
  readonly #rules: readonly CommitRule[]
  readonly #onEvent: (event: RoomEvent, roomId: string) => void

  /** `rules` are held against each commit; `onEvent` is told of each event when it becomes durable. */
  constructor(rules: readonly CommitRule[], onEvent: (event: RoomEvent, roomId: string) => void) {
    this.#rules = rules
    this.#onEvent = onEvent
  }

  /** A batch is durable now, and this has become of each of its commands. */
  take(batch: readonly LogCommand[], outcomes: readonly Outcome[]): void {
    for (const [i, outcome] of outcomes.entries()) {
      if (!outcome.ok || outcome.roomId === '') continue
      const room = this.#of(outcome.roomId, outcome.epoch)
      for (const event of outcome.events) this.#append(room, event, outcome.roomId)
      const command = batch[i]
      if (command === undefined) continue
      for (const rule of this.#rules) rule.committed(command, outcome)
      if (command.kind === 'ban.remove') room.banned.delete(command.userId)
    }
  }

  /** Nothing is: what the store holds is told anew. */
  clear(): void {
    this.#rooms.clear()
    for (const rule of this.#rules) rule.forget()
  }

  /** Undefined when nothing of it is durable. */
  room(roomId: string): LedgerRoom | undefined {
    return this.#rooms.get(roomId)
  }

  #append(room: Kept, event: RoomEvent, roomId: string): void {
    fold(room, event)
    this.#onEvent(event, roomId)
  }

  #of(roomId: string, epoch: string): Kept {
    let room = this.#rooms.get(roomId)
    if (room === undefined) {
      const people = { members: new Set<string>(), left: new Map<string, number>(), banned: new Set<string>() }
      room = { epoch, events: [], isPublic: false, deleted: new Map(), ...people }
      this.#rooms.set(roomId, room)
    }
    return room
  }
}

/** Whether somebody was in a private room as of a seq. */
export function wasMember({ events }: LedgerRoom, userId: string, asOf: number): boolean {
  let is = false
  for (const event of events) {
    if (event.seq > asOf) break
    if (event.kind === 'member.joined' && event.member.userId === userId) is = true
    if (event.kind === 'member.left' && event.userId === userId) is = false
  }
  return is
}

function fold(room: Kept, event: RoomEvent): void {
  room.events.push(event)
  if (event.kind === 'room.created') room.isPublic = event.room.type === 'public'
  if (event.kind === 'member.joined') room.members.add(event.member.userId)
  if (event.kind === 'message.deleted') room.deleted.set(event.messageId, event.seq)
  if (event.kind !== 'member.left') return
  room.members.delete(event.userId)
  if (event.reason === 'banned') room.banned.add(event.userId)
  room.left.set(event.userId, event.seq)
}
