import type { Member } from './member.ts'
import type { Message } from './message.ts'
import type { Room } from './room.ts'

/**
 * What a reader holds of a room: the fold of the log up to `seq`, with the messages from some point on.
 * Immutable: a change makes a new object, and whatever did not change keeps its identity.
 */
export interface RoomState {
  /** Names the incarnation of the log that this is a fold of. */
  readonly epoch: string
  /** The last event folded in. */
  readonly seq: number
  readonly room: Room
  /** By userId, in the order of joining. In a large room only those whom the snapshot named and who joined since. */
  readonly members: ReadonlyMap<string, Member>
  readonly memberCount: number
  /** In the order of display: ascending `seq`. Contiguous from the oldest one held: no message between two of them is missing. */
  readonly messages: readonly Message[]
}

/** The state of a room whose log nothing has been folded from yet: what `room.created`, always the first event, is applied to. */
export function emptyRoomState(roomId: string, epoch: string): RoomState {
  return {
    epoch,
    seq: 0,
    room: {
      id: roomId,
      name: '',
      type: 'private',
      topic: '',
      ephemeral: false,
      slowModeMs: 0,
      metadata: {},
      createdBy: '',
      createdAt: 0,
    },
    members: new Map(),
    memberCount: 0,
    messages: [],
  }
}
