import type { DownFrame, RoomEvent } from '@holdfast/protocol'

interface Known {
  isPublic: boolean
  readonly members: Set<string>
  /** The seq at which somebody left for the last time. */
  readonly left: Map<string, number>
}

/** Who is in which room, as of the last commit: whatever a node or a device believes. */
export class Membership {
  readonly #rooms = new Map<string, Known>()

  take(roomId: string, events: readonly RoomEvent[]): void {
    for (const event of events) {
      const known = this.#of(roomId)
      if (event.kind === 'room.created') known.isPublic = event.room.type === 'public'
      if (event.kind === 'member.joined') known.members.add(event.member.userId)
      if (event.kind !== 'member.left') continue
      known.members.delete(event.userId)
      known.left.set(event.userId, event.seq)
    }
  }

  /** What of a frame the person may not be sent now: the last seq of a room that they are out of, and where they left it; null: nothing. */
  breachOf(
    userId: string,
    frame: DownFrame,
  ): { readonly roomId: string; readonly seq: number; readonly left: number } | null {
    for (const { roomId, seq } of placesOf(frame)) {
      const known = this.#of(roomId)
      const left = known.left.get(userId) ?? 0
      if (!known.isPublic && !known.members.has(userId) && seq > left) return { roomId, seq, left }
    }
    return null
  }

  #of(roomId: string): Known {
    let known = this.#rooms.get(roomId)
    if (known === undefined) {
      known = { isPublic: false, members: new Set(), left: new Map() }
      this.#rooms.set(roomId, known)
    }
    return known
  }
}

/** How far into which rooms a frame reaches. */
function placesOf(frame: DownFrame): readonly { readonly roomId: string; readonly seq: number }[] {
  switch (frame.type) {
    case 'message.event':
      return [{ roomId: frame.roomId, seq: frame.events.at(-1)?.seq ?? 0 }]
    case 'room.snapshot':
      return [{ roomId: frame.roomId, seq: frame.seq }]
    case 'inbox':
      return frame.rooms.map(({ roomId, seq, lastMessage }) => ({ roomId, seq: Math.max(seq, lastMessage?.seq ?? 0) }))
    default:
      return []
  }
}
