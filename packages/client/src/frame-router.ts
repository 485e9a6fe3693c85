import { assertNever, type DownFrame, type ErrorFrame, type SendResult } from '@holdfast/protocol'
import type { Requests } from './connection/requests.ts'
import type { Outbox } from './outbox/outbox.ts'
import type { ClientRoom } from './room.ts'

/** Where frames go. */
export interface Destinations {
  readonly requests: Requests
  readonly outbox: Outbox
  /** Rooms that somebody has asked for, by id. */
  readonly rooms: ReadonlyMap<string, ClientRoom>
  /** This person is out of a room, or it is gone. */
  onMembership(): void
}

/** Hands a frame of the server to whom it is for. A frame about a room that nobody knows here is for nobody. */
export function routeFrame(frame: DownFrame, to: Destinations): void {
  switch (frame.type) {
    case 'room.snapshot':
      to.rooms.get(frame.roomId)?.subscription.takeSnapshot(frame)
      return
    case 'message.event':
      to.rooms.get(frame.roomId)?.subscription.takeEvents(frame)
      return
    case 'room.live':
      to.rooms.get(frame.roomId)?.subscription.takeLive(frame)
      return
    case 'room.detached':
      to.rooms.get(frame.roomId)?.subscription.takeDetached(frame)
      if (frame.code !== 'lagging') to.onMembership()
      return
    case 'message.ack': {
      const { messageId, seq, at, duplicate } = frame
      const result: SendResult = { messageId, seq, at, duplicate }
      to.outbox.acknowledge(frame.roomId, frame.clientId, result)
      return
    }
    case 'reads':
      to.rooms.get(frame.roomId)?.takeReads(frame.reads)
      return
    case 'ok':
      to.requests.takeOk(frame)
      return
    case 'error':
      routeError(frame, to)
      return
    // The connection has dealt with these.
    case 'session.welcome':
    case 'session.draining':
    case 'pong':
    // Signals that this client does not ask for.
    case 'typing':
    case 'presence':
    case 'inbox':
      return
    default:
      assertNever(frame)
  }
}

/** A refusal names what it is about: a message by its clientId, a command by its ref, a room of the hello by its roomId alone. */
function routeError(frame: ErrorFrame, to: Destinations): void {
  const { code, message, retryAfterMs, clientId, roomId, ref } = frame
  const refusal = { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  if (clientId !== undefined && roomId !== undefined) {
    to.outbox.refuse(roomId, clientId, refusal)
    return
  }
  if (ref === undefined) {
    if (roomId !== undefined) to.rooms.get(roomId)?.subscription.takeRefusal(refusal, null)
    return
  }
  to.requests.takeError(frame)
  for (const room of to.rooms.values()) room.subscription.takeRefusal(refusal, ref)
}
