import { assertNever, type PersonSettings } from '@holdfast/protocol'
import type { BusMessage } from '../bus/bus.ts'
import type { Cancel } from '../platform/clock.ts'
import { Admission } from './admission.ts'
import type { RoomDeps } from './deps.ts'
import { RoomHub } from './hub.ts'
import type { JoinDeps } from './join.ts'
import type { OpenRoom } from './reader.ts'
import type { Subscription } from './subscription.ts'
import { TypingElsewhere } from './typing-elsewhere.ts'

/** Rooms that nobody reads any more and that are kept for those who come back; the one left longest ago goes first. */
export const MAX_IDLE_HUBS = 256
/** How long such a room is kept, in milliseconds. */
export const IDLE_MS = 60_000
/** How often the rooms that are read are compared with the log while the bus may lose something, in milliseconds. */
export const HEAD_CHECK_MS = 2_000

/** The rooms that somebody on this node is reading, or has just been reading. */
export class RoomHubs {
  readonly #deps: JoinDeps
  readonly #hubs = new Map<string, RoomHub>()
  readonly #elsewhere: TypingElsewhere
  /** Those without readers, the one left longest ago first, with what drops them. */
  readonly #idle = new Map<RoomHub, Cancel>()
  #cancelCheck: Cancel | null = null

  constructor(deps: RoomDeps) {
    this.#deps = { ...deps, admission: new Admission(deps) }
    this.#elsewhere = new TypingElsewhere(deps.clock)
  }

  /** Rooms in memory. */
  get size(): number {
    return this.#hubs.size
  }

  /** Opens a room for a reader. What becomes of it is told through the request. */
  open(request: OpenRoom): Subscription {
    let hub = this.#hubs.get(request.roomId)
    if (hub === undefined) {
      hub = new RoomHub(request.roomId, this.#deps, idle => this.#keep(idle))
      this.#hubs.set(request.roomId, hub)
      const typing = this.#elsewhere.take(request.roomId)
      if (typing !== null) hub.signals.resumeTyping(typing)
    }
    this.#idle.get(hub)?.()
    this.#idle.delete(hub)
    return hub.open(request)
  }

  /** A hint from the bus. */
  receive(message: BusMessage): void {
    switch (message.kind) {
      case 'presence':
        return
      case 'settings':
        this.#settle(message.userId, message.settings)
        return
      default: {
        const hub = this.#hubs.get(message.roomId)
        if (hub !== undefined) this.#tell(hub, message)
        else this.#elsewhere.hear(message)
      }
    }
  }

  #tell(hub: RoomHub, message: Extract<BusMessage, { readonly roomId: string }>): void {
    switch (message.kind) {
      case 'events':
        hub.receive(message.epoch, message.events)
        return
      case 'reads':
        hub.signals.reads(message)
        return
      case 'typing':
        hub.signals.typing(message)
        return
      // The position in it comes as one of those read.
      case 'line':
        return
      case 'access':
        hub.recheck(message.userId, message.code)
        return
      case 'deleted':
        hub.forget('deleted')
        if (hub.isIdle) this.#drop(hub)
        return
      default:
        assertNever(message)
    }
  }

  /** Nothing is taken back from anybody by somebody who shows all there is. */
  #settle(userId: string, settings: PersonSettings): void {
    if (settings.readReceipts && !settings.appearOffline) return
    if (settings.appearOffline) this.#elsewhere.end(userId)
    for (const hub of this.#hubs.values()) hub.signals.settings(userId, settings)
  }

  /** Compares every room that is read with the log, now and then, until `close`. For a bus that may lose messages. */
  watchHeads(): void {
    this.#cancelCheck = this.#deps.scheduler.after(HEAD_CHECK_MS, () => {
      for (const hub of this.#hubs.values()) if (!hub.isIdle) void hub.checkHead()
      this.watchHeads()
    })
  }

  close(): void {
    this.#cancelCheck?.()
    for (const cancel of this.#idle.values()) cancel()
    this.#idle.clear()
    this.#hubs.clear()
  }

  #keep(hub: RoomHub): void {
    if (!hub.isFollowing) {
      this.#drop(hub)
      return
    }
    this.#idle.set(
      hub,
      this.#deps.scheduler.after(IDLE_MS, () => this.#drop(hub)),
    )
    if (this.#idle.size <= MAX_IDLE_HUBS) return
    const [oldest] = this.#idle.keys()
    if (oldest !== undefined) this.#drop(oldest)
  }

  #drop(hub: RoomHub): void {
    this.#idle.get(hub)?.()
    this.#idle.delete(hub)
    if (this.#hubs.get(hub.roomId) !== hub) return
    this.#hubs.delete(hub.roomId)
    this.#elsewhere.give(hub.roomId, hub.signals.typists)
  }
}
