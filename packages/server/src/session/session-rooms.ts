import {
  cursorOf,
  DEFAULT_WINDOW,
  type DetachCode,
  type DownFrame,
  isRoomId,
  MAX_OPEN_ROOMS,
  type Refusal,
} from '@holdfast/protocol'
import type { Actor } from '../log/actor.ts'
import type { OpenRoom, Reader } from '../room/reader.ts'
import type { Subscription } from '../room/subscription.ts'
import type { SendQueue } from '../transport/send-queue.ts'
import type { SharedText } from '../transport/shared-text.ts'
import { errorFrame } from './answers.ts'
import type { SignalSink } from './signal-sink.ts'

/** Rooms that one session has in the course of opening at a time; the others wait. It bounds what is read for it at once. */
const OPENING_AT_ONCE = 8

/** What a client asks for when it opens a room, in `room.open` or `session.hello`. */
export interface RoomRequest {
  readonly roomId: string
  readonly ref?: string | undefined
  readonly epoch?: string | undefined
  readonly seq?: number | undefined
  readonly window?: number | undefined
}

/** What a session's rooms need of the session. */
export interface SessionRoomsOptions {
  readonly queue: SendQueue
  /** Where what may be lost is sent. */
  readonly sink: SignalSink
  readonly open: (request: OpenRoom) => Subscription
  readonly actor: () => Actor
  readonly maxWindow: number
  /** Sends an answer. */
  readonly answer: (frame: DownFrame) => void
  /** A frame was handed to the queue. */
  readonly onSent: () => void
  readonly onFailed: (error: unknown) => void
  readonly onDetached: (code: DetachCode) => void
}

/** One room of the session: waiting for its turn, or with its subscription. */
interface OpenedRoom {
  readonly request: RoomRequest
  subscription: Subscription | null
}

/** The rooms that one session has open. */
export class SessionRooms implements Reader {
  readonly #options: SessionRoomsOptions
  readonly #rooms = new Map<string, OpenedRoom>()
  readonly #waiting = new Set<OpenedRoom>()
  readonly #opening = new Set<OpenedRoom>()
  /** Ended for lack of room in the queue; the client is told once it has taken what is in it. */
  readonly #lagging = new Set<string>()

  constructor(options: SessionRoomsOptions) {
    this.#options = options
  }

  get actor(): Actor {
    return this.#options.actor()
  }

  /** Opens a room, or opens it over: from here on nothing of the old subscription is sent. */
  open(request: RoomRequest): void {
    const { roomId } = request
    this.close(roomId)
    if (!isRoomId(roomId)) {
      this.#refuse(request, { code: 'not_found', message: 'unable to open the room; there is none' })
      return
    }
    if (this.#rooms.size >= MAX_OPEN_ROOMS) {
      const message = `unable to open the room; a session may have ${MAX_OPEN_ROOMS} open`
      this.#refuse(request, { code: 'too_large', message })
      return
    }
    const room: OpenedRoom = { request, subscription: null }
    this.#rooms.set(roomId, room)
    this.#waiting.add(room)
    this.#openWaiting()
  }

  /** Stops reading a room. Harmless when it was not open. */
  close(roomId: string): void {
    this.#lagging.delete(roomId)
    const room = this.#rooms.get(roomId)
    if (room === undefined) return
    this.#forget(room)
    room.subscription?.end()
  }

  /** The rooms that are open or being opened. */
  get roomIds(): readonly string[] {
    return [...this.#rooms.keys()]
  }

  closeAll(): void {
    this.#waiting.clear()
    for (const roomId of this.roomIds) this.close(roomId)
    this.#lagging.clear()
  }

  /** The queue has been taken: the client is told which rooms it has to open again. */
  drained(): void {
    for (const roomId of this.#lagging) this.#detached(roomId, 'lagging')
    this.#lagging.clear()
  }

  offer(message: SharedText): boolean {
    if (!this.#options.queue.offer(message)) {
      this.#lag()
      return false
    }
    this.#options.onSent()
    return true
  }

  hasRoomFor(bytes: number): boolean {
    return this.#options.queue.hasRoomFor(bytes)
  }

  whenRoomFor(bytes: number): Promise<void> {
    return this.#options.queue.whenRoomFor(bytes)
  }

  signal(message: SharedText): boolean {
    return this.#options.sink.signal(message)
  }

  presence(message: SharedText): boolean {
    return this.#options.sink.presence(message)
  }

  #openWaiting(): void {
    for (const room of this.#waiting) {
      if (this.#opening.size >= OPENING_AT_ONCE) return
      this.#waiting.delete(room)
      this.#opening.add(room)
      room.subscription = this.#options.open(this.#openRequest(room))
    }
  }

  #openRequest(room: OpenedRoom): OpenRoom {
    const { roomId, ref, window = DEFAULT_WINDOW } = room.request
    return {
      roomId,
      ref,
      reader: this,
      cursor: cursorOf(room.request),
      window: Math.min(window, this.#options.maxWindow),
      onLive: () => this.#settle(room),
      onRefused: refusal => {
        this.#forget(room)
        this.#refuse(room.request, refusal)
      },
      onDetached: code => {
        this.#forget(room)
        this.#detached(roomId, code)
      },
      onFailed: error => {
        this.#forget(room)
        this.#options.onFailed(error)
      },
    }
  }

  #lag(): void {
    for (const [roomId, room] of this.#rooms) {
      if (room.subscription?.hasBegun !== true) continue
      this.#forget(room)
      room.subscription.end()
      this.#lagging.add(roomId)
    }
  }

  /** The room has been opened, or not: another may be. */
  #settle(room: OpenedRoom): void {
    if (this.#opening.delete(room)) this.#openWaiting()
  }

  #forget(room: OpenedRoom): void {
    if (this.#rooms.get(room.request.roomId) === room) this.#rooms.delete(room.request.roomId)
    this.#waiting.delete(room)
    this.#settle(room)
  }

  #refuse({ roomId, ref }: RoomRequest, refusal: Refusal): void {
    this.#options.answer(errorFrame(refusal, { ref, roomId }))
  }

  #detached(roomId: string, code: DetachCode): void {
    this.#options.onDetached(code)
    this.#options.answer({ type: 'room.detached', roomId, code })
  }
}
