import type { Member, Message, PersonSettings, Refusal, Room, RoomEvent } from '@holdfast/protocol'
import type { Actor } from '../actor.ts'
import type { InboxMark } from '../cursors.ts'
import type { MemberRow, ReadPosition, RoomRow, Sanction, SentRow } from '../facts.ts'
import { type ActivityMark, foldCase } from '../list-order.ts'
import { seqOfMessageId } from '../stamper.ts'
import type { MyRoom, OpenRoom, OpenRoomsRequest, OtherEvent, ShownPosition, WriteRows } from '../store/rows.ts'
import type { MemoryLimits } from './memory-limits.ts'
import { byActivity, byName, lineOf } from './memory-lists.ts'
import { MemoryPeople } from './memory-people.ts'
import { MemoryRegistry } from './memory-registry.ts'
import type { MemoryRoom } from './memory-room.ts'

/** The rows of a log in this process's memory. A deleted room's id is kept without it. */
export class MemoryRows implements WriteRows {
  readonly #rooms: MemoryRegistry
  readonly #people: MemoryPeople
  /** Names this log, which ends with the process. */
  readonly #incarnation: string
  /** See `ReadRows.changes`. */
  #changes = 0
  #hasChanged = false

  constructor(limits: MemoryLimits, incarnation: string) {
    this.#rooms = new MemoryRegistry(limits)
    this.#incarnation = incarnation
    this.#people = new MemoryPeople(limits.names)
  }

  /** A transaction begins. */
  begin(): void {
    this.#hasChanged = false
  }

  refuseRoom(ephemeral: boolean, creator: Actor): Refusal | null {
    return this.#rooms.refuse(ephemeral, creator)
  }

  room(roomId: string): RoomRow | null {
    return this.#rooms.row(roomId)
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

  holdsMessage(room: RoomRow, messageId: string): boolean {
    return this.message(room, messageId) !== null
  }

  sent(room: RoomRow, senderId: string, clientId: string): SentRow | null {
    return this.#of(room).sent(senderId, clientId)
  }

  lastMessageAt(room: RoomRow, senderId: string, since: number): number | null {
    return this.#of(room).lastMessageAt(senderId, since)
  }

  directRoom(directKey: string): RoomRow | null {
    return this.#rooms.ofPeople(directKey)
  }

  userName(userId: string): string | null {
    return this.#people.name(userId)
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
    return this.#of(room).unread(userId, after)
  }

  mentions(room: RoomRow, userId: string, after: number): number {
    return this.#of(room).mentions(userId, after)
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
    return byActivity(this.#people.roomsOf(userId), after, limit).flatMap(held => lineOf(held, userId))
  }

  myRoomsAmong(userId: string, roomIds: readonly string[]): readonly MyRoom[] {
    return [...new Set(roomIds)].flatMap(roomId => {
      const held = this.#rooms.find(roomId)
      return held === undefined ? [] : lineOf(held, userId)
    })
  }

  myRoomsSince(userId: string, count: number, limit: number): readonly MyRoom[] {
    const isLater = (held: MemoryRoom) => Math.max(held.changed, held.members.get(userId)?.changed ?? 0) > count
    const changed = [...this.#people.roomsOf(userId)].filter(isLater).slice(0, limit)
    return changed.flatMap(held => lineOf(held, userId))
  }

  myRoomCount(userId: string): number {
    return this.#people.roomsOf(userId).size
  }

  myRoomIds(userId: string, limit: number): readonly string[] {
    return byActivity(this.#people.roomsOf(userId), null, limit).map(({ row }) => row.roomId)
  }

  changes(): InboxMark {
    return { store: this.#incarnation, count: this.#changes }
  }

  settings(userId: string): PersonSettings {
    return this.#people.settings(userId)
  }

  acquainted(userId: string, userIds: readonly string[]): readonly string[] {
    return this.#people.acquainted(userId, userIds)
  }

  seenBy(room: RoomRow, seq: number, without: string, limit: number): readonly ShownPosition[] {
    return this.#of(room).seenBy(seq, without, limit)
  }

  openRooms(request: OpenRoomsRequest): readonly OpenRoom[] {
    return byName(this.#rooms.all(), request)
  }

  insertRoom(room: Room, epoch: string, directKey: string | null): void {
    this.#rooms.add(room, epoch, directKey)
  }

  updateRoom(room: RoomRow, face: Room): void {
    const held = this.#of(room)
    held.face = face
    held.row = { ...held.row, slowModeMs: face.slowModeMs }
  }

  eraseRoom(room: RoomRow): void {
    const held = this.#of(room)
    for (const userId of held.members.keys()) this.#people.leave(userId, held)
    this.#rooms.remove(held)
  }

  advance(room: RoomRow, seq: number, at: number): void {
    const held = this.#of(room)
    held.row = { ...held.row, lastSeq: seq, lastAt: at }
    held.changed = this.#change()
  }

  insertEvent(room: RoomRow, event: OtherEvent): void {
    this.#of(room).addEvent(event)
  }

  insertMember(room: RoomRow, member: Member, joinedSeq: number, isShown: boolean): void {
    const held = this.#of(room)
    held.admit(member, { joinedSeq, isShown, changed: this.#change() })
    this.#people.enter(member.userId, held)
  }

  updateMember(room: RoomRow, member: Member): void {
    this.#of(room).alter(member.userId, member)
  }

  removeMember(room: RoomRow, userId: string): void {
    const held = this.#of(room)
    held.dismiss(userId)
    this.#people.leave(userId, held)
  }

  setRead(room: RoomRow, userId: string, position: ReadPosition): void {
    this.#of(room).alter(userId, { ...position, changed: this.#change() })
  }

  setNotifications(room: RoomRow, userId: string, muted: boolean): void {
    this.#of(room).alter(userId, { muted, changed: this.#change() })
  }

  setBan(room: RoomRow, userId: string, ban: Sanction | null): void {
    put(this.#of(room).bans, userId, ban)
  }

  setMute(room: RoomRow, userId: string, mute: Sanction | null): void {
    put(this.#of(room).mutes, userId, mute)
  }

  setUserName(userId: string, name: string): void {
    this.#people.setName(userId, name)
  }

  setSettings(userId: string, settings: PersonSettings): void {
    this.#people.setSettings(userId, settings)
    if (settings.readReceipts) return
    for (const held of this.#people.roomsOf(userId)) held.alter(userId, { isShown: false })
  }

  insertMessage(room: RoomRow, message: Message, fingerprint: string): void {
    const held = this.#of(room)
    held.addMessage(message, fingerprint)
    held.row = { ...held.row, activeAt: message.createdAt }
  }

  updateMessage(room: RoomRow, message: Message): void {
    this.#of(room).replace(message)
  }

  /** What an edit replaced is kept where there is a disk to keep it on, not here. */
  editMessage(room: RoomRow, _before: Message, after: Message): void {
    this.#of(room).replace(after)
  }

  eraseMessage(room: RoomRow, _before: Message, tombstone: Message): void {
    this.#of(room).replace(tombstone)
    this.#of(room).erase(tombstone)
  }

  #of(room: RoomRow): MemoryRoom {
    return this.#rooms.of(room)
  }

  /** The number that this transaction marks changed lines with. */
  #change(): number {
    if (!this.#hasChanged) this.#changes++
    this.#hasChanged = true
    return this.#changes
  }
}

function put(sanctions: Map<string, Sanction>, userId: string, sanction: Sanction | null): void {
  if (sanction === null) sanctions.delete(userId)
  else sanctions.set(userId, sanction)
}
