import { assertNever } from '@holdfast/protocol'
import type { LogCommand } from '../command.ts'
import type { SendLane } from '../send-lane.ts'
import type { Decision, Grounds } from './decision.ts'
import { join, leave, putMember, removeMember } from './member-commands.ts'
import { deleteMessage, editMessage, pinMessage, react } from './message-commands.ts'
import { seen, setNotifications, settle } from './person-commands.ts'
import { markRead, markUnread } from './read.ts'
import { createRoom, deleteRoom, updateRoom } from './room-commands.ts'
import { putBan, putMute, removeBan, removeMute } from './sanction-commands.ts'
import { send } from './send.ts'

/**
 * What becomes of a command, from what is stored at this moment. It writes nothing and it never throws for what a
 * person asked; the same for every store.
 *
 * @param laneOf the lane of a send as the batch has left it so far
 */
export function decide(command: LogCommand, grounds: Grounds, laneOf: (lane: SendLane) => SendLane): Decision {
  switch (command.kind) {
    case 'message.send':
      return send(command, laneOf(command.lane), grounds)
    case 'room.read':
      return markRead(command, grounds)
    case 'room.unread':
      return markUnread(command, grounds)
    case 'room.notifications':
      return setNotifications(command, grounds)
    case 'message.edit':
      return editMessage(command, grounds)
    case 'message.delete':
      return deleteMessage(command, grounds)
    case 'message.pin':
    case 'message.unpin':
      return pinMessage(command, grounds)
    case 'reaction.add':
    case 'reaction.remove':
      return react(command, grounds)
    case 'room.create':
      return createRoom(command, grounds)
    case 'room.update':
      return updateRoom(command, grounds)
    case 'room.delete':
      return deleteRoom(command, grounds)
    case 'member.join':
      return join(command, grounds)
    case 'member.leave':
      return leave(command, grounds)
    case 'member.put':
      return putMember(command, grounds)
    case 'member.remove':
      return removeMember(command, grounds)
    case 'ban.put':
      return putBan(command, grounds)
    case 'ban.remove':
      return removeBan(command, grounds)
    case 'mute.put':
      return putMute(command, grounds)
    case 'mute.remove':
      return removeMute(command, grounds)
    case 'user.seen':
      return seen(command, grounds)
    case 'user.settings':
      return settle(command, grounds)
    default:
      return assertNever(command)
  }
}
