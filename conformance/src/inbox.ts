import { isDeepStrictEqual } from 'node:util'
import { eventually } from './bounded.ts'
import type { InboxEntry, InboxRoom, Room, RoomList } from './contract.ts'
import { expectBody } from './http.ts'
import type { Person } from './people.ts'
import { framesOf } from './signals.ts'
import type { Socket } from './socket.ts'

/** A page of my rooms. */
export async function listOf(reader: Person, query = ''): Promise<RoomList> {
  return expectBody(await reader.api.get<RoomList>(`/api/rooms${query}`), 200)
}

/** One room of the list: the reader's own state of it. Fails when the room is not on the first page. */
export async function entryOf(reader: Person, roomId: string): Promise<Room & InboxEntry> {
  const found = (await listOf(reader)).rooms.find(room => room.id === roomId)
  if (found === undefined) throw new Error(`${roomId} is not in the list`)
  return found
}

/** What the `inbox` frames told of a room, in order. */
export function inboxOf(socket: Socket, roomId: string, from = 0): InboxRoom[] {
  return framesOf(socket, 'inbox', from).flatMap(frame => frame.rooms.filter(room => room.roomId === roomId))
}

/** Waits until the last line told of a room is as `where` wishes. */
export async function untilInbox(
  socket: Socket,
  roomId: string,
  where: (room: InboxRoom) => boolean,
  from = 0,
): Promise<InboxRoom> {
  const look = async () => {
    const last = inboxOf(socket, roomId, from).at(-1)
    return last !== undefined && where(last) ? last : undefined
  }
  const frames = () => `${framesOf(socket, 'inbox').length} inbox frames`
  return await eventually(
    look,
    () => `an inbox line; ${frames()}, told ${JSON.stringify(inboxOf(socket, roomId).at(-1))}`,
  )
}

/** What two tellings of one room must have in common. */
export function lineOf(entry: InboxEntry): object {
  const { seq, unread, mentions, lastReadSeq, lastMessage } = entry
  return { seq, unread, mentions, lastReadSeq, lastMessage }
}

/** Whether two tellings of one room say the same. */
export function isSameLine(one: InboxEntry, other: InboxEntry): boolean {
  return isDeepStrictEqual(lineOf(one), lineOf(other))
}
