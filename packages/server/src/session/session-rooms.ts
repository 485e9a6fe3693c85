import { type DetachCode, type DownFrame, isRoomId, MAX_OPEN_ROOMS, type Refusal } from '@holdfast/protocol'
import type { Actor } from '../log/actor.ts'
import type { SendQueue } from '../transport/send-queue.ts'
import type { SharedText } from '../transport/shared-text.ts'
import { errorFrame } from './answers.ts'
import { OpenedRoom, type OpenedRoomOwner, type RoomRequest } from './opened-room.ts'
import type { SessionDeps } from './session-deps.ts'
import type { SignalSink } from './signal-sink.ts'

/** Rooms that one session has in the course of opening at a time; the others wait. It bounds what is read for it at once. */
const OPENING_AT_ONCE = 8

/** What a session's rooms need of the session. */
export interface SessionRoomsHost {
  readonly actor: Actor
  /** Sends an answer. */
  answer(frame: DownFrame): void
  /** Something went wrong that is no refusal. */
  fail(error: unknown): void
}

type RoomsDeps = Pick<SessionDeps, 'openRoom' | 'limits' | 'metrics'>

/** The rooms that one session has open. */
export class SessionRooms implements OpenedRoomOwner {
  readonly #deps: RoomsDeps
  readonly #queue: SendQueue
  readonly #sink: SignalSink
  readonly #host: SessionRoomsHost
  readonly #rooms = new Map<string, OpenedRoom>()
  #waiting = 0
  #opening = 0
  /** Ended for lack of room in the queue; the client is told once it has taken what is in it. Null: none. */
  #lagging: Set<string> | null = null

  /** `sink`: where what may be lost is sent. */
  constructor(deps: RoomsDeps, queue: SendQueue, sink: SignalSink, host: SessionRoomsHost) {
    this.#deps = deps
    this.#queue = queue
    this.#sink = sink
    this.#host = host
  }

  get actor(): Actor {
    return this.#host.actor
  }

  get maxWindow(): number {
    return this.#deps.limits.window
  }

  /** Opens a room, or opens it over: from here on nothing of the old subscription is sent. */
  open(request: RoomRequest): void {
    const { roomId, ref } = request
    this.close(roomId)
    if (!isRoomId(roomId)) {
      this.#answerRefusal(roomId, ref, { code: 'not_found', message: 'unable to open the room; there is none' })
      return
    }
    if (this.#rooms.size >= MAX_OPEN_ROOMS) {
      const message = `unable to open the room; a session may have ${MAX_OPEN_ROOMS} open`
      this.#answerRefusal(roomId, ref, { code: 'too_large', message })
      return
    }
    this.#rooms.set(roomId, new OpenedRoom(request, this))
    this.#waiting++
    this.#openWaiting()
  }

  /** Stops reading a room. Harmless when it was not open. */
  close(roomId: string): void {
    this.#lagging?.delete(roomId)
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
    for (const room of this.#rooms.values()) this.#leave(room)
    const subscriptions = [...this.#rooms.values()].map(room => room.subscription)
    this.#rooms.clear()
    for (const subscription of subscriptions) subscription?.end()
    this.#lagging = null
  }

  /** The queue has been taken: the client is told which rooms it has to open again. */
  drained(): void {
    const lagging = this.#lagging ?? []
    this.#lagging = null
    for (const roomId of lagging) this.#answerDetached(roomId, 'lagging')
  }

  offer(message: SharedText): boolean {
    if (!this.#queue.offer(message)) {
      this.#lag()
      return false
    }
    this.#deps.metrics.framesOut.inc()
    return true
  }

  hasRoomFor(bytes: number): boolean {
    return this.#queue.hasRoomFor(bytes)
  }

  whenRoomFor(bytes: number): Promise<boolean> {
    return this.#queue.whenRoomFor(bytes)
  }

  signal(message: SharedText): boolean {
    return this.#sink.signal(message)
  }

  presence(message: SharedText): boolean {
    return this.#sink.presence(message)
  }

  live(room: OpenedRoom): void {
    this.#settle(room)
  }

  refused(room: OpenedRoom, refusal: Refusal): void {
    this.#forget(room)
    this.#answerRefusal(room.roomId, room.ref, refusal)
  }

  detached(room: OpenedRoom, code: DetachCode): void {
    this.#forget(room)
    this.#answerDetached(room.roomId, code)
  }

  failed(room: OpenedRoom, error: unknown): void {
    this.#forget(room)
    this.#host.fail(error)
  }

  /** In the order in which they were asked for. */
  #openWaiting(): void {
    if (this.#waiting === 0) return
    for (const room of this.#rooms.values()) {
      if (this.#opening >= OPENING_AT_ONCE) return
      if (room.state !== 'waiting') continue
      this.#waiting--
      this.#opening++
      room.state = 'opening'
      room.subscription = this.#deps.openRoom(room)
    }
  }

  #lag(): void {
    for (const [roomId, room] of this.#rooms) {
      if (room.subscription?.hasBegun !== true) continue
      this.#forget(room)
      room.subscription.end()
      this.#lagging ??= new Set()
      this.#lagging.add(roomId)
    }
  }

  /** The room has been opened, or not: another may be. */
  #settle(room: OpenedRoom): void {
    const wasOpening = room.state === 'opening'
    this.#leave(room)
    if (wasOpening) this.#openWaiting()
  }

  /** It waits no more for anything. */
  #leave(room: OpenedRoom): void {
    if (room.state === 'waiting') this.#waiting--
    if (room.state === 'opening') this.#opening--
    room.state = 'settled'
  }

  #forget(room: OpenedRoom): void {
    if (this.#rooms.get(room.roomId) === room) this.#rooms.delete(room.roomId)
    this.#settle(room)
  }

  #answerRefusal(roomId: string, ref: string | undefined, refusal: Refusal): void {
    this.#host.answer(errorFrame(refusal, { ref, roomId }))
  }

  #answerDetached(roomId: string, code: DetachCode): void {
    this.#deps.metrics.detached.inc({ code })
    this.#host.answer({ type: 'room.detached', roomId, code })
  }
}
