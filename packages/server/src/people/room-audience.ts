import type { RoomLog } from '../log/room-log.ts'
import type { Logger } from '../observe/logger.ts'
import type { Scheduler } from '../platform/clock.ts'
import type { Audience } from './audience.ts'
import type { PresenceAudience, PresenceViewer } from './viewer.ts'

/** How long to wait before a log that could not tell who is a member is asked again. Milliseconds. */
export const ASK_AGAIN_MS = 1_000
/** Most readers of a room about whom the log is asked in one read; then others have their turn. */
export const ASKED_A_TURN = 50

/** What the audience of a room needs. */
export interface RoomAudienceDeps {
  readonly log: Pick<RoomLog, 'membersAmong'>
  readonly scheduler: Scheduler
  readonly logger: Logger
}

/**
 * The audience of a room: its members. Whoever reads a public room without having joined it shares no room with those in it,
 * and is told of nobody until they join.
 */
export class RoomAudience implements PresenceAudience {
  readonly #roomId: string
  readonly #audience: Audience
  readonly #deps: RoomAudienceDeps
  readonly #onClosed: () => void
  /** Readers who were not found to be members, each with the number of their coming. */
  readonly #outside = new Map<PresenceViewer, number>()
  /** Those of them about whom the log has to be asked. */
  readonly #unasked = new Set<PresenceViewer>()
  #comings = 0
  /** Whether the first members are known: most readers are among them. */
  #hasShown = false
  #isAsking = false
  #isClosed = false

  constructor(roomId: string, audience: Audience, deps: RoomAudienceDeps, onClosed: () => void) {
    this.#roomId = roomId
    this.#audience = audience
    this.#deps = deps
    this.#onClosed = onClosed
  }

  show(userIds: readonly string[]): void {
    this.#audience.show(userIds)
    this.#hasShown = true
    for (const viewer of this.#outside.keys()) this.#consider(viewer)
  }

  add(userId: string): void {
    this.#audience.add(userId)
    this.joined(userId)
  }

  remove(userId: string): void {
    this.#audience.remove(userId)
  }

  join(viewer: PresenceViewer): void {
    if (this.#isClosed) return
    this.#outside.set(viewer, ++this.#comings)
    if (this.#hasShown) this.#consider(viewer)
  }

  leave(viewer: PresenceViewer): void {
    this.#outside.delete(viewer)
    this.#unasked.delete(viewer)
    this.#audience.leave(viewer)
  }

  /** Somebody has joined the room. */
  joined(userId: string): void {
    for (const viewer of this.#outside.keys()) if (viewer.actor.userId === userId) this.#admit(viewer)
  }

  close(): void {
    this.#isClosed = true
    this.#outside.clear()
    this.#unasked.clear()
    this.#audience.close()
    this.#onClosed()
  }

  #consider(viewer: PresenceViewer): void {
    if (this.#audience.shows(viewer.actor.userId)) {
      this.#admit(viewer)
      return
    }
    this.#unasked.add(viewer)
    void this.#askAll()
  }

  #admit(viewer: PresenceViewer): void {
    this.#outside.delete(viewer)
    this.#unasked.delete(viewer)
    this.#audience.join(viewer)
  }

  /** Never rejects. */
  async #askAll(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    try {
      while (this.#unasked.size > 0) {
        await this.#ask([...this.#unasked].slice(0, ASKED_A_TURN))
        if (this.#unasked.size > 0) await new Promise<void>(go => this.#deps.scheduler.soon(go))
      }
    } catch (error) {
      this.#deps.logger.warn({ err: error, roomId: this.#roomId }, 'unable to find out who is a member of a room')
      this.#deps.scheduler.after(ASK_AGAIN_MS, () => void this.#askAll())
    } finally {
      this.#isAsking = false
    }
  }

  /** On behalf of the first of them, who reads the room. */
  async #ask(viewers: readonly PresenceViewer[]): Promise<void> {
    const [first] = viewers
    if (first === undefined) return
    const comings = new Map(viewers.map(viewer => [viewer, this.#outside.get(viewer)]))
    const userIds = [...new Set(viewers.map(({ actor }) => actor.userId))]
    const answer = await this.#deps.log.membersAmong(this.#roomId, first.actor, userIds)
    if (!answer.ok && viewers.length > 1) {
      // That the first may not read it any more says nothing of the others.
      await Promise.all(viewers.map(viewer => this.#ask([viewer])))
      return
    }
    const members = new Set(answer.ok ? answer.value : [])
    for (const [viewer, coming] of comings) {
      // Who has left meanwhile may be back as somebody who only reads: they are asked about anew.
      if (coming === undefined || coming !== this.#outside.get(viewer)) continue
      this.#unasked.delete(viewer)
      if (members.has(viewer.actor.userId)) this.#admit(viewer)
    }
  }
}
