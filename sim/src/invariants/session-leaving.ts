import type { DownFrame } from '@holdfast/protocol'
import type { SessionContext, SessionRule } from './session-rule.ts'

/** Where a session stands in a room of which it was answered an opening; null: one is under way. */
interface Standing {
  /** The head when the opening was answered: a leaving beyond it ends the subscription. */
  readonly answeredAt: number | null
  /** It was told of its end, by an event or by `room.detached`. */
  readonly isOver: boolean
}

/**
 * GONE1, GONE3: nothing beyond their leaving reaches whoever is out of a private room, or banned from any, as of this moment; nor, in a
 * public room, whoever has left it, until they open it anew. Nothing of a room reaches whoever was told that it is over for them.
 */
export function nothingAfterLeaving({ userId, ledger, breach }: SessionContext): SessionRule {
  const standings = new Map<string, Standing>()
  const open = (roomId: string) => standings.set(roomId, { answeredAt: null, isOver: false })
  const check = (frame: DownFrame) => {
    for (const { roomId, seq } of placesOf(frame)) {
      const room = ledger.room(roomId)
      if (room === undefined || room.members.has(userId)) continue
      const left = room.left.get(userId) ?? 0
      // A snapshot tells how it is; whoever has left may still be told of their leaving by events.
      const isPast = frame.type === 'room.snapshot' ? seq >= left : seq > left
      const what = `${userId} was sent ${frame.type} up to ${seq} of ${roomId}, which they left at ${left}`
      // Anybody may open a public room, but only members have it in their list.
      const answeredAt = frame.type === 'inbox' ? 0 : (standings.get(roomId)?.answeredAt ?? left)
      if (isPast && (!room.isPublic || left > answeredAt || frame.type === 'inbox')) breach('GONE1', what)
      else if (room.banned.has(userId) && isPast && left > 0) breach('GONE3', `${what}, and are banned from`)
    }
  }
  const follow = (frame: DownFrame) => {
    const roomId = roomOf(frame)
    const standing = roomId === null ? undefined : standings.get(roomId)
    if (roomId === null || standing === undefined) return
    if (standing.isOver && frame.type !== 'room.detached')
      breach('GONE1', `${userId} was sent ${frame.type} of ${roomId}, having been told that it is over for them`)
    const isAnswer = frame.type === 'room.live' || frame.type === 'room.snapshot'
    if (isAnswer) standings.set(roomId, { answeredAt: ledger.room(roomId)?.events.length ?? 0, isOver: false })
    if (frame.type === 'room.detached') standings.set(roomId, { ...standing, isOver: true })
  }
  return {
    up(frame) {
      if (frame.type === 'session.hello') for (const { roomId } of frame.rooms ?? []) open(roomId)
      if (frame.type === 'room.open') open(frame.roomId)
    },
    down(frame) {
      check(frame)
      follow(frame)
    },
  }
}

/** The room that a subscription was sent this of; null for what is no part of one. */
function roomOf(frame: DownFrame): string | null {
  switch (frame.type) {
    case 'message.event':
    case 'room.snapshot':
    case 'room.live':
    case 'room.detached':
    case 'typing':
    case 'reads':
      return frame.roomId
    default:
      return null
  }
}

/** How far into which rooms a frame reaches. */
function placesOf(frame: DownFrame): readonly { readonly roomId: string; readonly seq: number }[] {
  switch (frame.type) {
    case 'message.event':
      return [{ roomId: frame.roomId, seq: frame.events.at(-1)?.seq ?? 0 }]
    case 'room.snapshot':
      return [{ roomId: frame.roomId, seq: frame.seq }]
    case 'inbox':
      return frame.rooms.map(({ roomId, seq, lastMessage }) => ({ roomId, seq: Math.max(seq, lastMessage?.seq ?? 0) }))
    default:
      return []
  }
}
