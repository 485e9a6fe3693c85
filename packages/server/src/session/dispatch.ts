import { assertNever, type DecodedFrame, type DownFrame, type UpFrame } from '@holdfast/protocol'
import { errorFrame } from './answers.ts'
import { authRefresh } from './commands/auth-refresh.ts'
import { messageCancel } from './commands/message-cancel.ts'
import { messageDelete } from './commands/message-delete.ts'
import { messageEdit } from './commands/message-edit.ts'
import { messagePin } from './commands/message-pin.ts'
import { messageSend } from './commands/message-send.ts'
import { presenceSet, presenceWatch } from './commands/presence.ts'
import { reaction } from './commands/reaction.ts'
import { roomRead } from './commands/room-read.ts'
import { typing } from './commands/typing.ts'
import type { CommandContext } from './context.ts'

/** Frames that only a session can take, since they change what it is told. */
export type SessionFrame = Extract<UpFrame, { type: 'session.hello' | 'room.open' | 'room.close' }>

/** Frames that mean the same in a session and in an HTTP request. */
export type CommandFrame = Exclude<UpFrame, SessionFrame>

/**
 * Runs one command and gives its answer; null when it has none. Whatever writes reaches the log before this returns, so that
 * commands are decided in the order in which they are dispatched; the answers may come in another. Does not throw.
 */
export function dispatchCommand(context: CommandContext, frame: CommandFrame): Promise<DownFrame | null> {
  switch (frame.type) {
    case 'message.send':
      return messageSend(context, frame)
    case 'message.cancel':
      return messageCancel(context, frame)
    case 'message.edit':
      return messageEdit(context, frame)
    case 'message.delete':
      return messageDelete(context, frame)
    case 'reaction.add':
    case 'reaction.remove':
      return reaction(context, frame)
    case 'message.pin':
    case 'message.unpin':
      return messagePin(context, frame)
    case 'room.read':
      return roomRead(context, frame)
    case 'auth.refresh':
      return authRefresh(context, frame)
    case 'ping':
      return Promise.resolve(pongFrame(frame))
    case 'typing.start':
    case 'typing.stop':
      return typing(context, frame)
    case 'presence.set':
      return presenceSet(context, frame)
    case 'presence.watch':
      return presenceWatch(context, frame)
    default:
      return assertNever(frame)
  }
}

function pongFrame({ ref, n }: UpFrame & { type: 'ping' }): DownFrame {
  return { type: 'pong', ...(ref !== undefined && { ref }), ...(n !== undefined && { n }) }
}

/** The answer to a frame that could not be read. Names room and message only where they tell the command apart. */
export function refusalOfUnread(decoded: DecodedFrame & { ok: false }): DownFrame {
  const { type, addressee, reason } = decoded
  const { ref, roomId, clientId } = addressee
  const isTold = clientId !== undefined || type === 'room.open'
  return errorFrame(
    { code: 'bad_request', message: `unable to read the frame; ${reason}` },
    isTold ? { ref, roomId, clientId } : { ref },
  )
}

/** The commands of one HTTP request: every frame but those of a session, as a session would run them. */
export function requestCommands(context: CommandContext): (decoded: DecodedFrame) => Promise<DownFrame | null> {
  return async decoded => {
    if (!decoded.ok) return refusalOfUnread(decoded)
    return isSessionFrame(decoded.frame) ? needsSession(decoded.frame) : dispatchCommand(context, decoded.frame)
  }
}

export function isSessionFrame(frame: UpFrame): frame is SessionFrame {
  return frame.type === 'session.hello' || frame.type === 'room.open' || frame.type === 'room.close'
}

function needsSession({ type, ref }: SessionFrame): DownFrame {
  return errorFrame({ code: 'bad_request', message: `unable to run ${type}; it needs a connection` }, { ref })
}
