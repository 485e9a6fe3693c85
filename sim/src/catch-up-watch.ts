import type { DownFrame } from '@holdfast/protocol'

/** Follows what one connection is sent of rooms, to know which of them are being caught up with. */
export class CatchUpWatch {
  /** Rooms of which something has come, and whether that was all there was to catch up with. */
  readonly #isLive = new Map<string, boolean>()

  /** Takes what is sent next. Whether it ends the reading of a room because its reader may read no more, before they had caught up. */
  take(frame: DownFrame): boolean {
    switch (frame.type) {
      case 'room.snapshot':
        this.#isLive.set(frame.roomId, false)
        return false
      case 'message.event':
        if (!this.#isLive.has(frame.roomId)) this.#isLive.set(frame.roomId, false)
        return false
      case 'room.live':
        this.#isLive.set(frame.roomId, true)
        return false
      case 'room.detached': {
        const wasBehind = this.#isLive.get(frame.roomId) === false
        this.#isLive.delete(frame.roomId)
        return wasBehind && frame.code !== 'lagging'
      }
      default:
        return false
    }
  }
}
