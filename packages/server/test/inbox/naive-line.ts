import { emptyRoomState, type InboxEntry, type RoomEvent, type RoomState, reduce } from '@holdfast/protocol'

/** What a line has to tell, recounted from the room's events up to the line's own seq: the plainest way there is. */
export function naiveLine(
  events: readonly RoomEvent[],
  userId: string,
  { roomId, seq, lastReadSeq, muted, readRevision }: InboxEntry,
): InboxEntry {
  const state = stateAt(events, roomId, seq)
  const unread = state.messages.filter(
    message => message.seq > lastReadSeq && message.senderId !== userId && message.deletedAt === null,
  )
  const lastMessage = state.messages.at(-1) ?? null
  return {
    roomId,
    name: state.room.name,
    type: state.room.type,
    seq,
    unread: Math.min(100, unread.length),
    mentions: Math.min(100, unread.filter(message => message.mentions.includes(userId)).length),
    lastReadSeq,
    lastMessage,
    muted,
    readRevision,
    activeAt: lastMessage?.createdAt ?? state.room.createdAt,
  }
}

/** Whether the person was in the room as of `seq`. */
export function isMemberAt(events: readonly RoomEvent[], userId: string, seq: number): boolean {
  let isMember = false
  for (const event of events) {
    if (event.seq > seq) break
    if (event.kind === 'member.joined' && event.member.userId === userId) isMember = true
    if (event.kind === 'member.left' && event.userId === userId) isMember = false
  }
  return isMember
}

function stateAt(events: readonly RoomEvent[], roomId: string, seq: number): RoomState {
  return reduce(
    emptyRoomState(roomId, ''),
    events.filter(event => event.seq <= seq),
  )
}
