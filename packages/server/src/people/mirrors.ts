import type { Audience } from './audience.ts'
import { Directory, type DirectoryDeps } from './directory.ts'
import type { PresenceViewer } from './viewer.ts'

/**
 * Tells the sessions of those who appear offline how it really is with them: from everybody else's frames they are left out.
 *
 * It has a directory of its own, so that what they do while hidden is no reason for anything that others could see: not for a
 * frame, and not for a frame to come a moment sooner.
 */
export class Mirrors {
  readonly #directory: Directory
  readonly #mirrors = new Map<string, Audience>()

  constructor(deps: Omit<DirectoryDeps, 'isMirrored'>) {
    this.#directory = new Directory({ ...deps, isMirrored: () => false })
  }

  /** Whether a person's sessions are told by this. */
  has(userId: string): boolean {
    return this.#mirrors.has(userId)
  }

  /** A hint: somebody may be another way than before. */
  changed(userId: string): void {
    this.#directory.changed(userId)
  }

  /** As if there had been a hint about everybody. */
  doubtAll(): void {
    this.#directory.doubtAll()
  }

  close(): void {
    this.#directory.close()
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
