import type { InboxEntry, RoomEvent } from '@holdfast/protocol'
import { Face } from './face.ts'
import { type Ground, Line } from './line.ts'
import { Lowerings } from './lowerings.ts'
import { Recent } from './recent.ts'

/** Events kept while the room's face is being read from the log; with more, what was read is too old to begin with. */
const MAX_WAITING = 1_000

/**
 * A room as the inboxes of its members show it: what they share, and the line of each of them who is here. Most rooms of most
 * people say nothing while they are here: a line is made when it is needed first.
 */
export class InboxRoom implements Ground {
  readonly roomId: string
  /** Grows with each change that everybody's line shows. */
  version = 0
  generation = 0
  made = 0
  lowerings = new Lowerings()
  doubtedAt = 0
  since = 0
  recent = new Recent(0)
  /** By userId, of all members who are here; null: there has been no need of a line. */
  readonly #lines = new Map<string, Line | null>()
  #heard = 0
  #isFollowing = false
  #epoch: string | null = null
  /** The last event that the bus has brought. */
  #told = 0
  /** Null until somebody's line was read from the log. */
  #face: Face | null = null
  /** What was heard until then. */
  #waiting: RoomEvent[] = []

  constructor(roomId: string) {
    this.roomId = roomId
  }

  /** The members who are here. */
  get people(): Iterable<string> {
    return this.#lines.keys()
  }

  get isEmpty(): boolean {
    return this.#lines.size === 0
  }

  get heard(): number {
    return this.#heard
  }

  /** When it was last active, as far as is known; in milliseconds since the epoch. */
  get activeAt(): number {
    return this.#face?.activeAt ?? 0
  }

  /** The person is a member who is here, from now on: with a new line, if they were before. */
  enter(userId: string): void {
    this.#lines.set(userId, null)
  }

  leave(userId: string): void {
    this.#lines.delete(userId)
  }

  /** The line of a member who is here; undefined for anybody else. A new one has to be read from the log. */
  line(userId: string): Line | undefined {
    const line = this.#lines.get(userId)
    if (line !== null) return line
    const made = new Line(userId)
    this.#lines.set(userId, made)
    return made
  }

  /** The same, as far as there has been need of it. */
  lineMade(userId: string): Line | undefined {
    return this.#lines.get(userId) ?? undefined
  }

  /** The bus says that these events are in the log. Whether any of them is new, to some of the members at least. */
  receive(epoch: string, events: readonly RoomEvent[]): boolean {
    if (this.#epoch !== null && this.#epoch !== epoch) this.#told = 0
    const before = this.#told
    for (const event of events) this.#take(epoch, event)
    return this.#told > before
  }

  /** The log has answered for one of its members. */
  adopt(line: Line, entry: InboxEntry): void {
    if (!this.#isFollowing || (this.#face === null && entry.seq > this.#heard)) this.startAt(entry.seq)
    if (entry.seq >= this.since) this.#face ??= this.#faceSince(entry)
    line.adopt(entry, this)
  }

  /** Whether the line has to be read from the log before it is told. */
  isDoubtful(line: Line): boolean {
    return this.#face === null || line.isDoubtful(this)
  }

  /** Follows the room from here on: something before may have been missed, and nothing known before holds any more. */
  startAt(seq: number): void {
    this.#isFollowing = true
    this.#heard = seq
    this.since = seq
    this.recent = new Recent(seq)
    this.lowerings = new Lowerings()
    this.doubtedAt = 0
    this.#face = null
    this.#waiting = []
    this.generation++
    this.version++
  }

  /** Forgets all but whose room it is. */
  forget(): void {
    this.startAt(0)
    this.#isFollowing = false
  }

  /** One person's line as JSON, with its size in bytes; null when it has to be read from the log. */
  render(line: Line): { readonly text: string; readonly bytes: number } | null {
    const standing = this.#face === null ? null : line.standing(this)
    if (standing === null || this.#face === null) return null
    const { unread, mentions, lastReadSeq, muted, readRevision } = standing
    const own = `{"seq":${this.#heard},"unread":${unread},"mentions":${mentions},"lastReadSeq":${lastReadSeq},"muted":${muted},"readRevision":${readRevision},`
    const { text, bytes } = this.#face.encoded
    return { text: `${own}${text}}`, bytes: own.length + bytes + 1 }
  }

  #take(epoch: string, event: RoomEvent): void {
    if (this.#epoch !== null && this.#epoch !== epoch) this.startAt(event.seq - 1)
    this.#epoch = epoch
    if (event.seq <= this.#told) return
    this.#told = event.seq
    // Read from the log before it was heard of: known to whom it was read for.
    if (this.#isFollowing && event.seq <= this.#heard) return
    if (!this.#isFollowing || event.seq !== this.#heard + 1) this.startAt(event.seq - 1)
    this.#heard = event.seq
    this.version++
    this.#count(event)
    if (this.#face !== null) this.#face.fold(event)
    else if (this.#waiting.push(event) > MAX_WAITING) this.startAt(event.seq)
  }

  #faceSince(entry: InboxEntry): Face {
    const face = new Face(entry)
    for (const event of this.#waiting) if (event.seq > entry.seq) face.fold(event)
    this.#waiting = []
    return face
  }

  #count(event: RoomEvent): void {
    if (event.kind === 'message.created') {
      const { message } = event
      this.made++
      this.recent.add(message)
      this.#lines.get(message.senderId)?.wrote()
      for (const userId of new Set(message.mentions)) {
        if (userId !== message.senderId) this.#lines.get(userId)?.mentioned()
      }
    } else if (event.kind === 'message.deleted') {
      const message = this.recent.remove(event.messageId)
      this.lowerings.add(event.seq, message?.seq ?? 0)
      this.#doubt(event.seq, message?.mentions ?? null, [])
    } else if (event.kind === 'message.edited' && event.mentions !== undefined) {
      this.#doubt(event.seq, this.recent.mention(event.messageId, event.mentions), event.mentions)
    }
  }

  /** A message mentioned some and mentions others now. Where nothing is known of it, it may be anybody. */
  #doubt(at: number, before: readonly string[] | null, after: readonly string[]): void {
    if (before === null) this.doubtedAt = at
    else for (const userId of [...before, ...after]) this.#lines.get(userId)?.doubt(at)
  }
}
