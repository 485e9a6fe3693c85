import type { Member, Message, PersonSettings, Refusal, Room, RoomEvent } from '@holdfast/protocol'
import type { InboxMark } from '../cursors.ts'
import type { MemberRow, ReadPosition, RoomRow, Sanction, SentRow } from '../facts.ts'
import type { ActivityMark } from '../list-order.ts'
import type { DamagedRow } from '../store/damaged-row.ts'
import {
  type MyRoom,
  type OpenRoom,
  type OpenRoomsRequest,
  type OtherEvent,
  type ShownPosition,
  TAKEN,
  type WriteRows,
} from '../store/rows.ts'
import type { Connection } from './connection.ts'
import { EventsTable } from './events-table.ts'
import { KnownRooms } from './known-rooms.ts'
import { LineChanges } from './line-changes.ts'
import { MembersTable } from './members-table.ts'
import { MessagesTable } from './messages-table.ts'
import { MyRoomsQuery } from './my-rooms-query.ts'
import { PeopleTable } from './people-table.ts'
import { Purge } from './purge.ts'
import { RoomsTable } from './rooms-table.ts'

/**
 * The rows as one connection sees them, by prepared statements.
 */
export class SqliteRows implements WriteRows {
  readonly #roomsTable: RoomsTable
  readonly #members: MembersTable
  readonly #people: PeopleTable
  readonly #messages: MessagesTable
  readonly #log: EventsTable
  readonly #mine: MyRoomsQuery
  readonly #changes: LineChanges
  readonly #purge: Purge
  readonly #rooms: KnownRooms

  /** `isWriter`: nobody else writes to the database. `onDamage`: is told of a damaged row that is left out. */
  constructor(connection: Connection, isWriter: boolean, onDamage: (fault: DamagedRow) => void) {
    this.#roomsTable = new RoomsTable(connection)
    this.#rooms = new KnownRooms(this.#roomsTable, isWriter)
    this.#members = new MembersTable(connection, isWriter)
    this.#people = new PeopleTable(connection, isWriter)
    this.#changes = new LineChanges(connection)
    this.#messages = new MessagesTable(connection)
    this.#log = new EventsTable(connection)
    this.#mine = new MyRoomsQuery(connection, this.#messages, onDamage)
    this.#purge = new Purge(connection)
  }

  /** A transaction begins. */
  begin(): void {
    this.#rooms.begin()
    this.#changes.begin()
  }

  /** A transaction that writes is about to be committed. */
  flush(): void {
    this.#rooms.flush(() => this.#changes.current())
    this.#purge.step()
  }

  /** It is committed. */
  committed(): void {
    this.#rooms.committed()
  }

  /** The transaction that was under way is taken back. */
  rolledBack(): void {
    this.#members.rolledBack()
    this.#people.rolledBack()
  }

  room(roomId: string): RoomRow | null {
    return this.#rooms.find(roomId)
  }

  face(room: RoomRow): Room {
    return this.#roomsTable.face(room.key)
  }

  member(room: RoomRow, userId: string): MemberRow | null {
    return this.#members.find(room.key, userId)
  }

  ownerCount(room: RoomRow): number {
    return this.#members.ownerCount(room.key)
  }

  heir(room: RoomRow, leaving: string): MemberRow | null {
    return this.#members.heir(room.key, leaving)
  }

  ban(room: RoomRow, userId: string): Sanction | null {
    return this.#people.sanction(room.key, 'ban', userId)
  }

  mute(room: RoomRow, userId: string): Sanction | null {
    return this.#people.sanction(room.key, 'mute', userId)
  }

  message(room: RoomRow, messageId: string): Message | null {
    return this.#messages.find(room, messageId)
  }

  holdsMessage(room: RoomRow, messageId: string): boolean {
    return this.#messages.holds(room, messageId)
  }

  sent(room: RoomRow, senderId: string, clientId: string): SentRow | null {
    return this.#messages.sent(room, senderId, clientId)
  }

  lastMessageAt(room: RoomRow, senderId: string, since: number): number | null {
    return this.#messages.lastAt(room.key, senderId, since)
  }

  directRoom(directKey: string): RoomRow | null {
    const roomId = this.#roomsTable.idOfDirect(directKey)
    return roomId === null ? null : this.room(roomId)
  }

  /** How many there may be, the disk decides. */
  refuseRoom(ephemeral: boolean): Refusal | null {
    return ephemeral ? TAKEN : null
  }

  userName(userId: string): string | null {
    return this.#people.userName(userId)
  }

  eventsAfter(room: RoomRow, after: number, limit: number): readonly RoomEvent[] {
    return this.#log.after(room, after, limit)
  }

  firstEventSeq(): number {
    return 1
  }

  messagesBefore(room: RoomRow, before: number, limit: number): readonly Message[] {
    return this.#messages.before(room, before, limit)
  }

  messagesAfter(room: RoomRow, after: number, limit: number): readonly Message[] {
    return this.#messages.after(room, after, limit)
  }

  unread(room: RoomRow, userId: string, after: number): number {
    return this.#messages.unread(room.key, userId, after)
  }

  mentions(room: RoomRow, userId: string, after: number): number {
    return this.#messages.mentions(room.key, userId, after)
  }

  membersAfter(room: RoomRow, after: number, query: string, limit: number): readonly MemberRow[] {
    return this.#members.after(room.key, after, query, limit)
  }

  myRooms(userId: string, after: ActivityMark | null, limit: number): readonly MyRoom[] {
    return this.#mine.page(userId, after, limit)
  }

  myRoomsAmong(userId: string, roomIds: readonly string[]): readonly MyRoom[] {
    return this.#mine.among(userId, roomIds)
  }

  myRoomsSince(userId: string, count: number, limit: number): readonly MyRoom[] {
    return this.#mine.since(userId, count, limit)
  }

  myRoomCount(userId: string): number {
    return this.#mine.count(userId)
  }

  myRoomIds(userId: string, limit: number): readonly string[] {
    return this.#mine.ids(userId, limit)
  }

  changes(): InboxMark {
    return this.#changes.read()
  }

  settings(userId: string): PersonSettings {
    return this.#people.settings(userId)
  }

  acquainted(userId: string, userIds: readonly string[]): readonly string[] {
    return this.#people.acquainted(userId, userIds)
  }

  seenBy(room: RoomRow, seq: number, without: string, limit: number): readonly ShownPosition[] {
    return this.#members.seenBy(room.key, seq, without, limit)
  }

  openRooms(request: OpenRoomsRequest): readonly OpenRoom[] {
    return this.#roomsTable.open(request)
  }

  insertRoom(room: Room, epoch: string, directKey: string | null): void {
    this.#roomsTable.insert(room, epoch, directKey)
    this.#rooms.renew(room.id)
  }

  updateRoom(room: RoomRow, face: Room): void {
    this.#roomsTable.update(room.key, face)
    this.#rooms.change(room, { slowModeMs: face.slowModeMs })
  }

  eraseRoom(room: RoomRow): void {
    this.#roomsTable.bury(room.key)
    this.#purge.doom(room.key)
    this.#rooms.renew(room.roomId)
  }

  advance(room: RoomRow, seq: number, at: number): void {
    this.#rooms.change(room, { lastSeq: seq, lastAt: at })
  }

  insertEvent(room: RoomRow, event: OtherEvent): void {
    this.#log.insert(room.key, event)
  }

  insertMember(room: RoomRow, member: Member, joinedSeq: number, isShown: boolean): void {
    this.#members.insert(room.key, member, { joinedSeq, isShown, changed: this.#changes.current() })
    this.#rooms.change(room, { memberCount: room.memberCount + 1 })
  }

  updateMember(room: RoomRow, member: Member): void {
    this.#members.update(room.key, member)
  }

  removeMember(room: RoomRow, userId: string): void {
    this.#members.remove(room.key, userId)
    this.#rooms.change(room, { memberCount: room.memberCount - 1 })
  }

  setRead(room: RoomRow, userId: string, position: ReadPosition): void {
    this.#members.setRead(room.key, userId, position, this.#changes.current())
  }

  setNotifications(room: RoomRow, userId: string, muted: boolean): void {
    this.#members.setMuted(room.key, userId, muted, this.#changes.current())
  }

  setBan(room: RoomRow, userId: string, ban: Sanction | null): void {
    this.#people.setSanction(room.key, 'ban', userId, ban)
  }

  setMute(room: RoomRow, userId: string, mute: Sanction | null): void {
    this.#people.setSanction(room.key, 'mute', userId, mute)
  }

  setUserName(userId: string, name: string): void {
    this.#people.setUserName(userId, name)
  }

  setSettings(userId: string, settings: PersonSettings): void {
    this.#people.setSettings(userId, settings)
    if (!settings.readReceipts) this.#members.hideReads(userId)
  }

  insertMessage(room: RoomRow, message: Message, fingerprint: string): void {
    const { lastSender, runSeq: began } = this.#rooms.stored(room)
    const runSeq = lastSender === message.senderId ? began : message.seq
    this.#messages.insert(room.key, message, fingerprint, runSeq)
    this.#rooms.change(room, { activeAt: message.createdAt, lastSender: message.senderId, runSeq })
  }

  updateMessage(room: RoomRow, message: Message): void {
    this.#messages.update(room.key, message)
  }

  editMessage(room: RoomRow, before: Message, after: Message, seq: number): void {
    this.#log.keepReplaced(room.key, before, seq)
    this.#messages.replace(room.key, before, after)
  }

  eraseMessage(room: RoomRow, before: Message, tombstone: Message): void {
    this.#messages.replace(room.key, before, tombstone)
    this.#log.eraseEdits(room.key, tombstone.seq)
  }
}
