import { type Member, type Message, type Refusal, type Room, type RoomEvent, UNREAD_CAP } from '@holdfast/protocol'
import type { Actor } from '../actor.ts'
import { type MemberRow, type RoomRow, type Sanction, type SentRow, SLOW_MODE_LOOK_BACK } from '../facts.ts'
import { type ActivityMark, foldCase } from '../list-order.ts'
import { seqOfMessageId } from '../stamper.ts'
import type { MyRoom, OpenRoom, OpenRoomsRequest, OtherEvent, WriteRows } from '../store/rows.ts'
import { TAKEN } from '../store/rows.ts'
import type { MemoryLimits } from './memory-limits.ts'
import { byActivity, byName } from './memory-lists.ts'
import { MemoryRoom } from './memory-room.ts'
import { Tally } from './tally.ts'

/** The rows of a log in this process's memory. A deleted room's id is kept without it. */
export class MemoryRows implements WriteRows {
  readonly #limits: MemoryLimits
  readonly #rooms = new Map<string, MemoryRoom>()
  readonly #byKey = new Map<number, MemoryRoom>()
  readonly #direct = new Map<string, MemoryRoom>()
  readonly #roomsOf = new Map<string, Set<MemoryRoom>>()
  /** How many rooms that are there each person has created. */
  readonly #created = new Tally()
  readonly #graves = new Map<string, RoomRow>()
  readonly #names = new Map<string, string>()
  #lastKey = 0

  constructor(limits: MemoryLimits) {
    this.#limits = limits
  }

  refuseRoom(ephemeral: boolean, creator: Actor): Refusal | null {
    if (this.#limits.ephemeralOnly && !ephemeral) return TAKEN
    if (!creator.isAdmin && this.#created.of(creator.userId) >= this.#limits.roomsPerPerson) {
      return { code: 'too_large', message: 'unable to create the room; you have created as many as one person may' }
    }
    if (this.#rooms.size < this.#limits.rooms) return null
    return { code: 'unavailable', message: 'unable to create the room; there are too many now' }
  }

  room(roomId: string): RoomRow | null {
    return this.#rooms.get(roomId)?.row ?? this.#graves.get(roomId) ?? null
  }

  face(room: RoomRow): Room {
    return this.#of(room).face
  }

  member(room: RoomRow, userId: string): MemberRow | null {
    return this.#of(room).members.get(userId) ?? null
  }

  ownerCount(room: RoomRow): number {
    let count = 0
    for (const member of this.#of(room).members.values()) if (member.role === 'owner') count++
    return count
  }

  heir(room: RoomRow, leaving: string): MemberRow | null {
    const others = [...this.#of(room).members.values()].filter(member => member.userId !== leaving)
    return others.find(member => member.role === 'admin') ?? others[0] ?? null
  }

  ban(room: RoomRow, userId: string): Sanction | null {
    return this.#of(room).bans.get(userId) ?? null
  }

  mute(room: RoomRow, userId: string): Sanction | null {
    return this.#of(room).mutes.get(userId) ?? null
  }

  message(room: RoomRow, messageId: string): Message | null {
    const seq = seqOfMessageId(messageId)
    if (seq === null) return null
    const held = this.#of(room)
    const message = held.messages[held.placeOf(seq)]
    return message?.id === messageId ? message : null
  }

  sent(room: RoomRow, senderId: string, clientId: string): SentRow | null {
    return this.#of(room).sent(senderId, clientId)
  }

  lastMessageAt(room: RoomRow, senderId: string, since: number): number | null {
    const { messages } = this.#of(room)
    const end = Math.max(0, messages.length - SLOW_MODE_LOOK_BACK)
    for (let i = messages.length - 1; i >= end; i--) {
      const message = messages[i]
      if (message === undefined || message.createdAt <= since) return null
      if (message.senderId === senderId) return message.createdAt
    }
    return null
  }

  directRoom(directKey: string): RoomRow | null {
    return this.#direct.get(directKey)?.row ?? null
  }

  userName(userId: string): string | null {
    return this.#names.get(userId) ?? null
  }

  eventsAfter(room: RoomRow, after: number, limit: number): readonly RoomEvent[] {
    const held = this.#of(room)
    const start = Math.max(0, after + 1 - held.firstEventSeq)
    return held.events.slice(start, start + limit)
  }

  firstEventSeq(room: RoomRow): number {
    return this.#of(room).firstEventSeq
  }

  messagesBefore(room: RoomRow, before: number, limit: number): readonly Message[] {
    const held = this.#of(room)
    const end = held.placeAfter(before - 1)
    return held.messages.slice(Math.max(0, end - limit), end)
  }

  messagesAfter(room: RoomRow, after: number, limit: number): readonly Message[] {
    const held = this.#of(room)
    const start = held.placeAfter(after)
    return held.messages.slice(start, start + limit)
  }

  unread(room: RoomRow, userId: string, after: number): number {
    return this.#count(room, after, message => message.senderId !== userId)
  }

  mentions(room: RoomRow, userId: string, after: number): number {
    return this.#count(room, after, message => message.senderId !== userId && message.mentions.includes(userId))
  }

  membersAfter(room: RoomRow, after: number, query: string, limit: number): readonly MemberRow[] {
    const found: MemberRow[] = []
    for (const member of this.#of(room).members.values()) {
      if (found.length >= limit) break
      if (member.joinedSeq > after && foldCase(member.name).includes(query)) found.push(member)
    }
    return found
  }

  myRooms(userId: string, after: ActivityMark | null, limit: number): readonly MyRoom[] {
    return byActivity(this.#roomsOf.get(userId) ?? [], after, limit).map(held => this.#mine(held.row, userId))
  }

  openRooms(request: OpenRoomsRequest): readonly OpenRoom[] {
    return byName(this.#rooms.values(), request)
  }

  insertRoom(room: Room, epoch: string, directKey: string | null): void {
    const key = ++this.#lastKey
    const { id: roomId, type, slowModeMs } = room
    const row: RoomRow = {
      ...{ key, roomId, epoch, lastSeq: 0, lastAt: 0, activeAt: room.createdAt, type, slowModeMs },
      ...{ memberCount: 0, isDeleted: false },
    }
    const held = new MemoryRoom(row, room, directKey, this.#limits.eventsPerRoom)
    this.#rooms.set(roomId, held)
    this.#byKey.set(key, held)
    this.#created.add(room.createdBy, 1)
    if (directKey !== null) this.#direct.set(directKey, held)
  }

  updateRoom(room: RoomRow, face: Room): void {
    const held = this.#of(room)
    held.face = face
    held.row = { ...held.row, slowModeMs: face.slowModeMs }
  }

  eraseRoom(room: RoomRow): void {
    const held = this.#of(room)
    for (const userId of held.members.keys()) this.#roomsOf.get(userId)?.delete(held)
    if (held.directKey !== null) this.#direct.delete(held.directKey)
    this.#rooms.delete(room.roomId)
    this.#byKey.delete(room.key)
    this.#created.add(held.face.createdBy, -1)
    this.#graves.set(room.roomId, { ...held.row, isDeleted: true })
    forgetOldest(this.#graves, this.#limits.deletedRooms)
  }

  advance(room: RoomRow, seq: number, at: number): void {
    const held = this.#of(room)
    held.row = { ...held.row, lastSeq: seq, lastAt: at }
  }

  insertEvent(room: RoomRow, event: OtherEvent): void {
    this.#of(room).addEvent(event)
  }

  insertMember(room: RoomRow, member: Member, joinedSeq: number): void {
    const held = this.#of(room)
    held.members.set(member.userId, { ...member, joinedSeq, lastReadSeq: joinedSeq })
    held.row = { ...held.row, memberCount: held.members.size }
    let mine = this.#roomsOf.get(member.userId)
    if (mine === undefined) {
      mine = new Set()
      this.#roomsOf.set(member.userId, mine)
    }
    mine.add(held)
  }

  updateMember(room: RoomRow, member: Member): void {
    const { members } = this.#of(room)
    const before = members.get(member.userId)
    if (before !== undefined) members.set(member.userId, { ...before, ...member })
  }

  removeMember(room: RoomRow, userId: string): void {
    const held = this.#of(room)
    held.members.delete(userId)
    held.row = { ...held.row, memberCount: held.members.size }
    const mine = this.#roomsOf.get(userId)
    mine?.delete(held)
    if (mine?.size === 0) this.#roomsOf.delete(userId)
  }

  setRead(room: RoomRow, userId: string, seq: number): void {
    const { members } = this.#of(room)
    const before = members.get(userId)
    if (before !== undefined) members.set(userId, { ...before, lastReadSeq: seq })
  }

  setBan(room: RoomRow, userId: string, ban: Sanction | null): void {
    put(this.#of(room).bans, userId, ban)
  }

  setMute(room: RoomRow, userId: string, mute: Sanction | null): void {
    put(this.#of(room).mutes, userId, mute)
  }

  setUserName(userId: string, name: string): void {
    this.#names.delete(userId)
    this.#names.set(userId, name)
    forgetOldest(this.#names, this.#limits.names)
  }

  insertMessage(room: RoomRow, message: Message, fingerprint: string): void {
    const held = this.#of(room)
    held.addMessage(message, fingerprint)
    held.row = { ...held.row, activeAt: message.createdAt }
  }

  updateMessage(room: RoomRow, message: Message): void {
    const held = this.#of(room)
    const place = held.placeOf(message.seq)
    if (place >= 0) held.messages[place] = message
  }

  /** What an edit replaced is kept where there is a disk to keep it on, not here. */
  keepReplaced(): void {}

  eraseMessage(room: RoomRow, _before: Message, tombstone: Message): void {
    this.updateMessage(room, tombstone)
    this.#of(room).erase(tombstone)
  }

  #of(room: RoomRow): MemoryRoom {
    const held = this.#byKey.get(room.key)
    if (held === undefined) throw new Error('unable to use the room; it is gone')
    return held
  }

  #count(room: RoomRow, after: number, counts: (message: Message) => boolean): number {
    const held = this.#of(room)
    let count = 0
    for (let i = held.placeAfter(after); i < held.messages.length && count < UNREAD_CAP; i++) {
      const message = held.messages[i]
      if (message !== undefined && message.deletedAt === null && counts(message)) count++
    }
    return count
  }

  #mine(row: RoomRow, userId: string): MyRoom {
    const { face, messages } = this.#of(row)
    const lastReadSeq = this.member(row, userId)?.lastReadSeq ?? row.lastSeq
    const unread = this.unread(row, userId, lastReadSeq)
    const mentions = this.mentions(row, userId, lastReadSeq)
    return { room: face, seq: row.lastSeq, lastReadSeq, unread, mentions, lastMessage: messages.at(-1) ?? null }
  }
}

function put(sanctions: Map<string, Sanction>, userId: string, sanction: Sanction | null): void {
  if (sanction === null) sanctions.delete(userId)
  else sanctions.set(userId, sanction)
}

/** Maps keep the order of insertion: the first is the oldest. */
function forgetOldest<T>(map: Map<string, T>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return
    map.delete(key)
  }
}
