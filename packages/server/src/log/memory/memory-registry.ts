import type { Refusal, Room } from '@holdfast/protocol'
import type { Actor } from '../actor.ts'
import type { RoomRow } from '../facts.ts'
import { TAKEN } from '../store/rows.ts'
import type { MemoryLimits } from './memory-limits.ts'
import { forgetOldest } from './memory-people.ts'
import { MemoryRoom } from './memory-room.ts'
import { Tally } from './tally.ts'

/** The rooms that are there, and the ids of those that were. */
export class MemoryRegistry {
  readonly #limits: MemoryLimits
  readonly #rooms = new Map<string, MemoryRoom>()
  readonly #byKey = new Map<number, MemoryRoom>()
  readonly #direct = new Map<string, MemoryRoom>()
  /** How many rooms that are there each person has created. */
  readonly #created = new Tally()
  readonly #graves = new Map<string, RoomRow>()
  #lastKey = 0

  constructor(limits: MemoryLimits) {
    this.#limits = limits
  }

  refuse(ephemeral: boolean, creator: Actor): Refusal | null {
    if (this.#limits.ephemeralOnly && !ephemeral) return TAKEN
    if (!creator.isAdmin && this.#created.of(creator.userId) >= this.#limits.roomsPerPerson) {
      return { code: 'too_large', message: 'unable to create the room; you have created as many as one person may' }
    }
    if (this.#rooms.size < this.#limits.rooms) return null
    return { code: 'unavailable', message: 'unable to create the room; there are too many now' }
  }

  all(): Iterable<MemoryRoom> {
    return this.#rooms.values()
  }

  find(roomId: string): MemoryRoom | undefined {
    return this.#rooms.get(roomId)
  }

  /** The row of this id, a deleted room's too. */
  row(roomId: string): RoomRow | null {
    return this.#rooms.get(roomId)?.row ?? this.#graves.get(roomId) ?? null
  }

  ofPeople(directKey: string): RoomRow | null {
    return this.#direct.get(directKey)?.row ?? null
  }

  /** @throws Error when the room is gone: whoever holds a row is within the transaction that gave it. */
  of(room: RoomRow): MemoryRoom {
    const held = this.#byKey.get(room.key)
    if (held === undefined) throw new Error('unable to use the room; it is gone')
    return held
  }

  add(room: Room, epoch: string, directKey: string | null): void {
    const key = ++this.#lastKey
    const { id: roomId, type, slowModeMs } = room
    const row: RoomRow = {
      ...{ key, roomId, epoch, lastSeq: 0, lastAt: 0, activeAt: room.createdAt, type, slowModeMs },
      ...{ memberCount: 0, isDeleted: false },
    }
    const held = new MemoryRoom(row, room, directKey, this.#limits.eventsPerRoom)
    this.#rooms.set(roomId, held)
    this.#byKey.set(key, held)
    this.#created.add(room.createdBy, 1)
    if (directKey !== null) this.#direct.set(directKey, held)
  }

  /** The id stays taken. */
  remove({ row, face, directKey }: MemoryRoom): void {
    if (directKey !== null) this.#direct.delete(directKey)
    this.#rooms.delete(row.roomId)
    this.#byKey.delete(row.key)
    this.#created.add(face.createdBy, -1)
    this.#graves.set(row.roomId, { ...row, isDeleted: true })
    forgetOldest(this.#graves, this.#limits.deletedRooms)
  }
}
