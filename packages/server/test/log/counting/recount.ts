import type { RoomEvent } from '@holdfast/protocol'
import type { LogCommand } from '../../../src/log/command.ts'
import type { Outcome } from '../../../src/log/outcome.ts'

const CAP = 100

interface Said {
  readonly id: string
  readonly seq: number
  readonly senderId: string
  mentions: readonly string[]
  isDeleted: boolean
}

interface Position {
  lastReadSeq: number
  readRevision: number
  seenSeq: number
  isShown: boolean
}

/** What a person's line has to tell of what was said. */
export interface Counted {
  readonly seq: number
  readonly lastReadSeq: number
  readonly readRevision: number
  readonly unread: number
  readonly mentions: number
}

/** The simplest there is: all that was said and where everybody stands, and counting goes through all of it each time. */
export class RecountedRoom {
  seq = 0
  readonly said: Said[] = []
  readonly members = new Map<string, Position>()
  readonly #formerRevisions = new Map<string, number>()

  count(userId: string): Counted {
    const { lastReadSeq, readRevision } = this.#positionOf(userId)
    const unread = this.said.filter(one => one.seq > lastReadSeq && one.senderId !== userId && !one.isDeleted)
    const mentions = unread.filter(one => one.mentions.includes(userId))
    const capped = { unread: Math.min(CAP, unread.length), mentions: Math.min(CAP, mentions.length) }
    return { seq: this.seq, lastReadSeq, readRevision, ...capped }
  }

  /** How far others see each to have read. */
  seen(): Readonly<Record<string, number>> {
    const shown = [...this.members].flatMap(([userId, { seenSeq, isShown }]) => (isShown ? [[userId, seenSeq]] : []))
    return Object.fromEntries(shown)
  }

  fold(event: RoomEvent, isHiding: (userId: string) => boolean): void {
    this.seq = event.seq
    if (event.kind === 'message.created') {
      const { id, seq, senderId, mentions } = event.message
      this.said.push({ id, seq, senderId, mentions, isDeleted: false })
    } else if (event.kind === 'message.deleted' || event.kind === 'message.edited') {
      const message = this.said.find(one => one.id === event.messageId)
      if (message === undefined) throw new Error('what is changed was said')
      if (event.kind === 'message.deleted') message.isDeleted = true
      else message.mentions = event.mentions ?? message.mentions
    } else if (event.kind === 'member.joined') {
      const { userId } = event.member
      const readRevision = this.#formerRevisions.get(userId) ?? 0
      const seen = { seenSeq: event.seq, isShown: !isHiding(userId) }
      this.members.set(userId, { lastReadSeq: event.seq, readRevision, ...seen })
    } else if (event.kind === 'member.left') {
      this.#formerRevisions.set(event.userId, this.#positionOf(event.userId).readRevision)
      this.members.delete(event.userId)
    }
  }

  read(userId: string, seq: number, readRevision: number | null, isHiding: boolean): void {
    const position = this.#positionOf(userId)
    if (readRevision !== null && readRevision < position.readRevision) return
    const to = Math.min(seq, this.seq)
    if (to > position.lastReadSeq) position.lastReadSeq = to
    if (isHiding) return
    position.isShown = true
    if (to > position.seenSeq) position.seenSeq = to
  }

  unread(userId: string, seq: number): void {
    const position = this.#positionOf(userId)
    if (seq > position.lastReadSeq) return
    if (position.lastReadSeq === 0) return
    position.lastReadSeq = Math.max(0, seq - 1)
    position.readRevision++
  }

  hide(userId: string): void {
    const position = this.members.get(userId)
    if (position !== undefined) position.isShown = false
  }

  #positionOf(userId: string): Position {
    const position = this.members.get(userId)
    if (position === undefined) throw new Error('who keeps a position is a member')
    return position
  }
}

/** All rooms of a history, told by the outcomes of its commands. */
export class Recount {
  readonly rooms = new Map<string, RecountedRoom>()
  readonly #hiding = new Set<string>()

  room(roomId: string): RecountedRoom {
    let room = this.rooms.get(roomId)
    if (room === undefined) {
      room = new RecountedRoom()
      this.rooms.set(roomId, room)
    }
    return room
  }

  tell(command: LogCommand, outcome: Outcome): void {
    if (!outcome.ok) return
    const { userId } = command.actor
    if (command.kind === 'user.settings') {
      this.#settle(userId, command.changes.readReceipts)
      return
    }
    if (command.kind === 'user.seen') return
    const room = this.room(command.roomId)
    for (const event of outcome.events) room.fold(event, other => this.#hiding.has(other))
    if (command.kind === 'room.read') {
      room.read(userId, command.seq, command.readRevision, this.#hiding.has(userId))
    }
    if (command.kind === 'room.unread') room.unread(userId, command.seq)
  }

  isHiding(userId: string): boolean {
    return this.#hiding.has(userId)
  }

  #settle(userId: string, readReceipts: boolean | undefined): void {
    if (readReceipts === undefined) return
    if (readReceipts) this.#hiding.delete(userId)
    else this.#hiding.add(userId)
    if (!readReceipts) for (const room of this.rooms.values()) room.hide(userId)
  }
}
