import { isDeepStrictEqual } from 'node:util'
import type { InboxEntry } from '@holdfast/protocol'
import { expect } from 'vitest'
import type { Actor } from '../../../src/log/actor.ts'
import { given, type Harness } from '../kit.ts'

/** What a device shows of a room. */
type Line = Omit<InboxEntry, 'roomId' | 'name' | 'type' | 'activeAt'>

/** One device of a person: it knows its rooms by what has changed since it last asked, and lists them anew only when told to. */
export class Device {
  readonly actor: Actor
  #lists = 0
  #cursor = ''
  readonly #lines = new Map<string, Line>()

  constructor(actor: Actor) {
    this.actor = actor
  }

  /** How often it had to list its rooms. */
  get lists(): number {
    return this.#lists
  }

  /** Comes up to date, and must show then what the list shows. */
  async check(h: Harness): Promise<void> {
    const changes = await h.log.inboxSince(this.actor.userId, this.#cursor, 2)
    if (changes !== null) {
      for (const entry of changes.entries) this.#lines.set(entry.roomId, lineOf(entry))
      this.#cursor = changes.cursor
    }
    if (changes === null || changes.total !== this.#lines.size) await this.#list(h)
    const shown = new Map((await h.list(this.actor)).map(room => [room.id, lineOf(room)]))
    if (isDeepStrictEqual(this.#lines, shown)) return
    expect(this.#lines, `what a device of ${this.actor.userId} shows`).toEqual(shown)
  }

  async #list(h: Harness): Promise<void> {
    const page = await given(h.log.rooms({ actor: this.actor, cursor: null, limit: 100 }))
    this.#lists++
    this.#cursor = page.inboxCursor
    this.#lines.clear()
    for (const room of page.rooms) this.#lines.set(room.id, lineOf(room))
  }
}

function lineOf({ seq, unread, mentions, lastReadSeq, lastMessage, muted, readRevision }: Line): Line {
  return { seq, unread, mentions, lastReadSeq, lastMessage, muted, readRevision }
}
