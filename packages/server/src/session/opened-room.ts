import { cursorOf, DEFAULT_WINDOW, type DetachCode, type Refusal } from '@holdfast/protocol'
import type { OpenRoom, Reader } from '../room/reader.ts'
import type { Subscription } from '../room/subscription.ts'

/** What a client asks for when it opens a room, in `room.open` or `session.hello`. */
export interface RoomRequest {
  readonly roomId: string
  readonly ref?: string | undefined
  readonly epoch?: string | undefined
  readonly seq?: number | undefined
  readonly window?: number | undefined
}

/** Those who have the room open, and are told what becomes of it. */
export interface OpenedRoomOwner extends Reader {
  /** Most messages that a snapshot may be asked for. */
  readonly maxWindow: number
  live(room: OpenedRoom): void
  refused(room: OpenedRoom, refusal: Refusal): void
  detached(room: OpenedRoom, code: DetachCode): void
  failed(room: OpenedRoom, error: unknown): void
}

/** One room of a session: waiting for its turn, in the course of being opened, or open. */
export class OpenedRoom implements OpenRoom {
  readonly roomId: string
  readonly ref: string | undefined
  readonly cursor: OpenRoom['cursor']
  readonly window: number
  readonly reader: OpenedRoomOwner
  state: 'waiting' | 'opening' | 'settled' = 'waiting'
  /** Null until its turn. */
  subscription: Subscription | null = null

  constructor(request: RoomRequest, owner: OpenedRoomOwner) {
    this.roomId = request.roomId
    this.ref = request.ref
    this.cursor = cursorOf(request)
    this.window = Math.min(request.window ?? DEFAULT_WINDOW, owner.maxWindow)
    this.reader = owner
  }

  onLive(): void {
    this.reader.live(this)
  }

  onRefused(refusal: Refusal): void {
    this.reader.refused(this, refusal)
  }

  onDetached(code: DetachCode): void {
    this.reader.detached(this, code)
  }

  onFailed(error: unknown): void {
    this.reader.failed(this, error)
  }
}
