import type {
  DownFrame,
  ErrorFrame,
  Inbox,
  MessageEventFrame,
  Ok,
  Pong,
  Presence,
  Reads,
  Refusal,
  RoomDetached,
  RoomLive,
  RoomSnapshot,
  SendResult,
  SessionDraining,
  SessionWelcome,
  Typing,
} from '@holdfast/protocol'
import { waitOf } from './errors.ts'

/** Takes what is about one room. */
export interface RoomDestination {
  readonly subscription: {
    take(frame: RoomSnapshot | MessageEventFrame | RoomLive | RoomDetached): void
  }
  /** `ref`: of the command that is refused; null for what the hello asked. */
  takeRefusal(refusal: Refusal, ref: string | null): void
  takeReads(frame: Reads): void
}

/** What the server has said of one of this client's messages. */
export type MessageAnswer =
  | { readonly kind: 'ack'; readonly clientId: string; readonly result: SendResult }
  | { readonly kind: 'refuse'; readonly clientId: string; readonly refusal: Refusal }

/** Where frames go. */
export interface Destinations {
  /** Rooms that somebody has asked for, by id. */
  readonly rooms: ReadonlyMap<string, RoomDestination>
  readonly outbox: {
    tell(roomId: string, event: MessageAnswer): void
  }
  readonly requests: {
    takeOk(frame: Ok): void
    takeError(frame: ErrorFrame): void
  }
  readonly signals: {
    take(frame: Typing | Presence): void
  }
  readonly list: {
    takeInbox(frame: Inbox): void
  }
  /** A subscription has ended: this person may be out of a room, or it is gone. */
  onMembership(): void
}

/** Hands a frame of the server to whom it is for. A frame about a room that nobody knows here is for nobody. */
export function routeFrame(frame: DownFrame, to: Destinations): void {
  switch (frame.type) {
    case 'room.snapshot':
    case 'message.event':
    case 'room.live':
    case 'room.detached':
      to.rooms.get(frame.roomId)?.subscription.take(frame)
      if (frame.type === 'room.detached') to.onMembership()
      return
    case 'message.ack': {
      const { type: _type, ref: _ref, roomId, clientId, ...result } = frame
      to.outbox.tell(roomId, { kind: 'ack', clientId, result })
      return
    }
    case 'reads':
      to.rooms.get(frame.roomId)?.takeReads(frame)
      return
    case 'typing':
    case 'presence':
      to.signals.take(frame)
      return
    case 'inbox':
      to.list.takeInbox(frame)
      return
    case 'ok':
      to.requests.takeOk(frame)
      return
    case 'error':
      routeError(frame, to)
      return
    default:
      // The connection has dealt with these, and no other type of this version is left; a later server may send others.
      frame satisfies SessionWelcome | SessionDraining | Pong
  }
}

/** A refusal names what it is about: a message by its clientId, a command by its ref, a room of the hello by its roomId alone. */
function routeError(sent: ErrorFrame, to: Destinations): void {
  const frame = { ...sent, retryAfterMs: waitOf(sent.retryAfterMs) }
  const { type: _type, retryable: _retryable, clientId, roomId, ref, ...refusal } = frame
  if (clientId && roomId) {
    to.outbox.tell(roomId, { kind: 'refuse', clientId, refusal })
    return
  }
  if (ref === undefined) {
    to.rooms.get(roomId ?? '')?.takeRefusal(refusal, null)
    return
  }
  to.requests.takeError(frame)
  for (const room of to.rooms.values()) room.takeRefusal(refusal, ref)
}
