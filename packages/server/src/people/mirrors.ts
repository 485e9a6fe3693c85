import type { Audience } from './audience.ts'
import type { Directory } from './directory.ts'
import type { PresenceViewer } from './viewer.ts'

/** Tells the sessions of those who appear offline how it really is with them: from everybody else's frames they are left out. */
export class Mirrors {
  readonly #directory: Directory
  readonly #mirrors = new Map<string, Audience>()

  constructor(directory: Directory) {
    this.#directory = directory
  }

  /** The person appears offline, and this is a session of theirs. */
  join(viewer: PresenceViewer): void {
    const { userId } = viewer.actor
    let mirror = this.#mirrors.get(userId)
    if (mirror === undefined) {
      mirror = this.#directory.newAudience({ kind: 'own' })
      mirror.show([userId])
      this.#mirrors.set(userId, mirror)
    }
    mirror.join(viewer)
  }

  leave(viewer: PresenceViewer): void {
    const mirror = this.#mirrors.get(viewer.actor.userId)
    mirror?.leave(viewer)
    if (mirror?.isEmpty === true) this.drop(viewer.actor.userId)
  }

  /** The person does not appear offline any more, or is gone. */
  drop(userId: string): void {
    this.#mirrors.get(userId)?.close()
    this.#mirrors.delete(userId)
  }
}
