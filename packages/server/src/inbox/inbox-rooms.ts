import { InboxRoom } from './inbox-room.ts'

/** Rooms of which more is kept than who is in them: their last message, their recent ones for counting. The longest quiet one is forgotten first, and read again when something happens. */
export const MAX_FOLLOWED_ROOMS = 20_000

/** The rooms that somebody with an inbox on this node is in. */
export class InboxRooms {
  readonly #rooms = new Map<string, InboxRoom>()
  /** The longest quiet one first. */
  readonly #followed = new Set<InboxRoom>()
  readonly #most: number

  /** `most`: see MAX_FOLLOWED_ROOMS. */
  constructor(most = MAX_FOLLOWED_ROOMS) {
    this.#most = most
  }

  get(roomId: string): InboxRoom | undefined {
    return this.#rooms.get(roomId)
  }

  /** The room, with a line for the person. */
  enter(roomId: string, userId: string): InboxRoom {
    let room = this.#rooms.get(roomId)
    if (room === undefined) {
      room = new InboxRoom(roomId)
      this.#rooms.set(roomId, room)
    }
    room.enter(userId)
    return room
  }

  leave(room: InboxRoom, userId: string): void {
    room.leave(userId)
    if (!room.isEmpty) return
    this.#rooms.delete(room.roomId)
    this.#followed.delete(room)
  }

  /** Something is kept of the room from now on. */
  keep(room: InboxRoom): void {
    this.#followed.delete(room)
    this.#followed.add(room)
    if (this.#followed.size <= this.#most) return
    const [quietest] = this.#followed
    if (quietest === undefined) return
    this.#followed.delete(quietest)
    quietest.forget()
  }
}
