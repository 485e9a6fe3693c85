import type { Look } from './differences.ts'
import type { FakeServer } from './fake-server.ts'

/** The room as the server itself has it, to be compared as if it were somebody's view; null: it has none. */
export function truthOf(server: FakeServer, roomId: string): Look | null {
  const room = server.rooms.get(roomId)
  if (room === undefined) return null
  const { epoch, seq, reads, state, messages } = room
  return {
    name: 'the server',
    userId: null,
    connection: '',
    view: {
      status: 'live',
      refusal: null,
      continuity: { epoch, seq, complete: true, gap: null },
      loadingOlder: false,
      hasMore: false,
      room: state.room,
      members: [...state.members.values()],
      memberCount: state.memberCount,
      timeline: messages.map(message => ({ kind: 'message', message })),
      reads: reads.shownTo('', state.members.keys()),
      lastReadSeq: 0,
      unread: 0,
    },
  }
}

/** What people have asked of the room's messages and were not answered, each a sentence. */
export function unansweredIn(server: FakeServer, roomId: string): readonly string[] {
  return server.connections.flatMap(({ userId, unanswered }) =>
    unanswered.flatMap(frame =>
      'roomId' in frame && frame.roomId === roomId ? [`${userId} has ${frame.type} on its way, not answered`] : [],
    ),
  )
}
