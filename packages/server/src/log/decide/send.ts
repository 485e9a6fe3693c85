import { canModerate, type Message, type RoomEvent } from '@holdfast/protocol'
import { type Entrance, enter, isInForce, isRefusal } from '../access.ts'
import type { MessageSendCommand } from '../command.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { SendLane } from '../send-lane.ts'
import { append, type Decision, type Grounds, refuse, turnAway, unchanged } from './decision.ts'

/**
 * Sends a message, in this order: who may not see the room or is no member learns nothing else; a message that was sent
 * before is answered with its first ack whatever holds now (the sender only wants to know); then the order of the
 * session's sends; then what it replies to, which is refused for good; then what may keep the sender from speaking, slow
 * mode last because looking for their latest message costs most.
 *
 * @param lane the sender's lane as the batch has left it so far
 */
export function send(command: MessageSendCommand, lane: SendLane, grounds: Grounds): Decision {
  const { facts, stamper } = grounds
  const entrance = enter(facts, command.roomId, command.actor, stamper.now())
  if (isRefusal(entrance)) return turnAway(entrance)
  const { room } = entrance
  if (entrance.member === null) return refuse('forbidden', 'unable to send; it takes joining the room')
  const again = answerDuplicate(command, entrance, grounds)
  if (again !== null) return again
  if (lane.isBlockedFor(command.clientId, command.ticket)) {
    return refuse('out_of_order', 'unable to send; an earlier message was refused and must be sent again or cancelled')
  }
  if (command.replyTo !== null && !facts.holdsMessage(room, command.replyTo)) {
    return refuse('not_found', 'unable to send; the message replied to is not in the room')
  }
  const silence = refuseToHear(command, entrance, grounds)
  if (silence !== null) return silence
  const at = stamper.at(room.lastAt)
  const message = messageOf(command, entrance, stamper.messageId(at, room.lastSeq + 1), at)
  const event: RoomEvent = { kind: 'message.created', seq: message.seq, at, by: message.senderId, message }
  return append(room, [event], { kind: 'ack', messageId: message.id, at, duplicate: false })
}

/** Null when nothing was sent under this `clientId`. */
function answerDuplicate(command: MessageSendCommand, { room }: Entrance, { facts }: Grounds): Decision | null {
  const sent = facts.sent(room, command.actor.userId, command.clientId)
  if (sent === null) return null
  if (sent.fingerprint !== fingerprintOf(command)) {
    return refuse('conflict', 'unable to send; this clientId names another message')
  }
  const { messageId, seq, at } = sent
  const detail = { kind: 'ack', messageId, at, duplicate: true } as const
  return unchanged({ ...room, lastSeq: seq }, detail)
}

/** Null when the sender may speak now. */
function refuseToHear(
  command: MessageSendCommand,
  { room, role }: Entrance,
  { facts, stamper }: Grounds,
): Decision | null {
  if (command.type === 'system') return refuse('forbidden', 'unable to send; system messages are not for people')
  const now = stamper.now()
  if (isInForce(facts.mute(room, command.actor.userId), now)) {
    return refuse('muted', 'unable to send; you are muted in this room')
  }
  if (room.slowModeMs === 0 || canModerate(role)) return null
  const last = facts.lastMessageAt(room, command.actor.userId, now - room.slowModeMs)
  if (last === null) return null
  // One that is further ahead does not tell when it was: the clock was put back, by an hour maybe, and nobody is to wait for that.
  // Until the clock has caught up the room's stamps stand still, and the send rate alone holds.
  if (last - now > room.slowModeMs) return null
  // A stamp may be ahead of the clock; the wait told is never longer than the slow mode itself.
  const waitMs = Math.min(room.slowModeMs, last + room.slowModeMs - now)
  return refuse('rate_limited', 'unable to send; the room is in slow mode', waitMs)
}

function messageOf(command: MessageSendCommand, { room }: Entrance, id: string, at: number): Message {
  return {
    id,
    seq: room.lastSeq + 1,
    roomId: room.roomId,
    senderId: command.actor.userId,
    senderName: command.actor.name,
    clientId: command.clientId,
    type: command.type,
    content: command.content,
    replyTo: command.replyTo,
    attachments: [],
    mentions: [...new Set(command.mentions)],
    seen: command.seen === null ? null : Math.min(command.seen, room.lastSeq),
    createdAt: at,
    editedAt: null,
    deletedAt: null,
    reactions: {},
    pinned: false,
  }
}
