import type { PresenceAudience, PresenceViewer } from '../../src/people/viewer.ts'

/** An audience that only remembers whom it shows and whom it tells, and what it was asked to do that makes no sense. */
export class FakeAudience implements PresenceAudience {
  readonly roomId: string
  readonly shown = new Set<string>()
  readonly viewers = new Set<PresenceViewer>()
  readonly breaches: string[] = []
  isClosed = false

  constructor(roomId: string) {
    this.roomId = roomId
  }

  show(userIds: readonly string[]): void {
    this.#check('show')
    this.shown.clear()
    for (const userId of userIds) this.shown.add(userId)
  }

  add(userId: string): void {
    this.#check('add')
    if (this.shown.has(userId)) this.breaches.push(`${userId} is shown twice`)
    this.shown.add(userId)
  }

  remove(userId: string): void {
    this.#check('remove')
    if (!this.shown.delete(userId)) this.breaches.push(`${userId} was not shown`)
  }

  join(viewer: PresenceViewer): void {
    this.#check('join')
    if (this.viewers.has(viewer)) this.breaches.push('a viewer has joined twice')
    this.viewers.add(viewer)
  }

  leave(viewer: PresenceViewer): void {
    this.#check('leave')
    if (!this.viewers.delete(viewer)) this.breaches.push('a viewer has left who was none')
  }

  close(): void {
    this.#check('close')
    this.isClosed = true
    if (this.viewers.size > 0) this.breaches.push('closed with viewers')
  }

  #check(what: string): void {
    if (this.isClosed) this.breaches.push(`${what} after close`)
  }
}
