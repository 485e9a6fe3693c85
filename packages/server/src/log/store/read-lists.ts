import type { DiscoverPage, MemberPage, RoomListEntry, RoomPage } from '@holdfast/protocol'
import * as cursors from '../cursors.ts'
import { memberOf } from '../decide/membership.ts'
import type { RoomRow } from '../facts.ts'
import { foldCase, nameMarkOf } from '../list-order.ts'
import type { Answer, DiscoverRequest, MembersRequest, RoomsRequest } from '../room-log.ts'
import type { MyRoom, ReadRows } from './rows.ts'

/** A page of a room's members, in the order of joining. */
export function memberPage(room: RoomRow, request: MembersRequest, rows: ReadRows): Answer<MemberPage> {
  const after = request.cursor === null ? 0 : cursors.parseMembers(request.cursor)
  if (after === null) return badCursor()
  const found = rows.membersAfter(room, after, foldCase(request.query), request.limit + 1)
  const page = found.slice(0, request.limit)
  const last = found.length > page.length ? page.at(-1) : undefined
  const nextCursor = last === undefined ? null : cursors.formatMembers(last.joinedSeq)
  return { ok: true, value: { members: page.map(memberOf), nextCursor } }
}

/** A page of one's own rooms, newest activity first. */
export function roomPage(request: RoomsRequest, rows: ReadRows): Answer<RoomPage> {
  const after = request.cursor === null ? null : cursors.parseActivity(request.cursor)
  if (after === null && request.cursor !== null) return badCursor()
  const found = rows.myRooms(request.actor.userId, after, request.limit + 1)
  const page = found.slice(0, request.limit)
  const last = found.length > page.length ? page.at(-1) : undefined
  const nextCursor = last === undefined ? null : cursors.formatActivity({ at: last.activeAt, roomId: last.room.id })
  const inboxCursor = cursors.formatInbox(rows.changes())
  return { ok: true, value: { rooms: page.map(entryOf), nextCursor, inboxCursor } }
}

/** A page of the public rooms that the person may join, by name. */
export function discoverPage(request: DiscoverRequest, now: number, rows: ReadRows): Answer<DiscoverPage> {
  const after = request.cursor === null ? null : cursors.parseName(request.cursor)
  if (after === null && request.cursor !== null) return badCursor()
  const { userId } = request.actor
  const found = rows.openRooms({ userId, now, after, query: foldCase(request.query), limit: request.limit + 1 })
  const page = found.slice(0, request.limit)
  const last = found.length > page.length ? page.at(-1) : undefined
  const nextCursor = last === undefined ? null : cursors.formatName(nameMarkOf(last.room))
  const rooms = page.map(({ room, memberCount }) => ({ ...room, memberCount }))
  return { ok: true, value: { rooms, nextCursor } }
}

function entryOf({ room, activeAt, ...line }: MyRoom): RoomListEntry {
  return { ...room, ...line }
}

function badCursor(): Answer<never> {
  return { ok: false, refusal: { code: 'bad_request', message: 'unable to read the page; its cursor is not one' } }
}
