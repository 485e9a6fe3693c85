import {
  type DownFrame,
  type ErrorCode,
  isRetryable,
  type MessageSend,
  type SessionHello,
  statusOf,
  type UpFrame,
} from '@holdfast/protocol'
import type { Behaviour } from './behaviour.ts'
import type { FakeConnection } from './fake-connection.ts'

/** Named ways in which a server and a network misbehave, so that a test reads as a story. Each says what an application sees. */

function onSend(deal: (frame: MessageSend, connection: FakeConnection) => boolean): Behaviour {
  return { receive: (frame, connection) => frame.type === 'message.send' && deal(frame, connection) }
}

/** The message is durable and everybody sees it, but its sender gets no ack. Seen: it is sent as soon as its echo arrives, and shown once. */
export const dropsAck = onSend((frame, connection) => {
  connection.commit(frame)?.publish()
  return true
})

/** The message is durable and the others are told, but its sender's connection ends. Seen: it waits, is sent again with the same id, and shown once. */
export const diesBeforeAck = onSend((frame, connection) => {
  const written = connection.commit(frame)
  connection.end()
  written?.publish()
  return true
})

/** The connection ends before the message is written. Seen: it waits, and goes out with the next connection. */
export const diesBeforeCommit = onSend((_frame, connection) => {
  connection.end()
  return true
})

/** The sender sees the event before the ack, as with most servers that keep the contract. Seen: the row is sent at once, and stays one row. */
export const echoBeforeAck = onSend((frame, connection) => {
  const written = connection.commit(frame)
  written?.publish()
  written?.ack()
  return true
})

/** The sender gets the ack first. Seen: nothing else than with the echo first. */
export const ackBeforeEcho = onSend((frame, connection) => {
  const written = connection.commit(frame)
  written?.ack()
  written?.publish()
  return true
})

/** The ack comes; the event only when `echo` is called. Seen: the row says `sent`, and becomes a message of the log later. */
export function ackLongBeforeEcho(): Behaviour & { readonly echo: () => void } {
  const echoes: (() => void)[] = []
  const behaviour = onSend((frame, connection) => {
    const written = connection.commit(frame)
    written?.ack()
    if (written !== null) echoes.push(written.publish)
    return true
  })
  return {
    ...behaviour,
    echo: () => {
      for (const echo of echoes.splice(0)) echo()
    },
  }
}

/** A message is not written, and nothing comes back. Seen: it stays `sending`, and goes out again after a while. */
export const ignores = onSend(() => true)

/**
 * Messages are refused; those behind one that is refused for now are refused `out_of_order`. Seen: with a retryable code the row waits
 * with its `error` and all go out in order later; with another it is `failed`, to retry or discard.
 */
export function refuses(code: ErrorCode, retryAfterMs?: number): Behaviour {
  return onSend((frame, connection) => {
    if (connection.isBlockedFor(frame)) return false
    connection.refuse(frame, code, retryAfterMs)
    return true
  })
}

/** Messages come too fast. Seen: they wait for `retryAfterMs`, and go out in the order written. */
export function rateLimited(retryAfterMs: number): Behaviour {
  return refuses('rate_limited', retryAfterMs)
}

/** Nothing can be written now; reading goes on. Seen: messages and read positions wait, other commands reject with `unavailable`, calls that change something too. */
export const storeUnavailable: Behaviour = {
  receive: (frame, connection) => {
    const isSend = frame.type === 'message.send'
    const isRead = frame.type === 'room.read'
    if (!(isSend || isRead || 'messageId' in frame) || (isSend && connection.isBlockedFor(frame))) return false
    connection.refuse(frame, 'unavailable')
    return true
  },
  http: ({ method }) => (method === 'GET' ? null : problem('unavailable', 'unable to write; the store is unavailable')),
}

/** The connection is up, and nothing comes through it any more, either way (half-open). Seen: online at first; after the heartbeat it is given up and made anew. */
export const silent: Behaviour = {
  receive: (_frame, connection) => {
    connection.freeze()
    return true
  },
  send: (_frames, connection) => {
    connection.freeze()
    return []
  },
}

/** Everything that the server says takes `ms` to arrive. Seen: rows stay `sending` for so long; the order is as ever. */
export function slow(ms: number): Behaviour {
  return { delayMs: () => ms }
}

/** A reader counts as too slow at the next event. Seen: nothing: the room is opened again from where it was, and what was missed comes. */
export const detachesLagging: Behaviour = {
  send: (frames, connection) => {
    const lagging = new Set(frames.flatMap(frame => (frame.type === 'message.event' ? [frame.roomId] : [])))
    // What answers an opening is no live event; to lag there would end nowhere.
    if (lagging.size === 0 || !frames.every(isLiveEvent)) return [frames]
    for (const roomId of lagging) connection.rooms.delete(roomId)
    return [[...lagging].map(roomId => ({ type: 'room.detached', roomId, code: 'lagging' }) as const)]
  },
}

/** Every event comes twice. Seen: nothing: it is shown once. */
export const repeatsEvents: Behaviour = {
  send: frames => (frames.every(isLiveEvent) ? [frames, frames] : [frames]),
}

/** Events get lost while the connection stays. Seen: nothing behind the hole is shown; it is noticed by the next event, and filled. */
export const losesEvents: Behaviour = { send: frames => (frames.every(isLiveEvent) ? [] : [frames]) }

/** No cursor is good enough, as after a long absence. Seen: the room is opened from a snapshot; older messages are behind `loadOlder`. */
export const forgetsCursors: Behaviour = {
  receive: (frame, connection) => {
    const without = withoutCursors(frame)
    if (without === null) return false
    connection.answer(without)
    return true
  },
}

/** No token is good: 401. Seen: connecting stops as `unauthorized` once a new token does not help. */
export const refusesTokens: Behaviour = { admit: () => false }

/** Connections end, no socket opens and no call is answered: the server is down, or the network. Seen: `waiting`, with growing waits; what is written waits. */
export const unreachable: Behaviour = {
  begin: connection => connection.end(),
  connect: () => false,
  http: () => {
    throw new TypeError('fetch failed')
  },
}

/** Sockets work and calls over HTTP fail. Seen: rooms stay live; older pages, the list and membership reject or show an `error`. */
export function failsCalls(code: ErrorCode = 'unavailable'): Behaviour {
  return { http: ({ method, path }) => problem(code, `unable to ${method} ${path}; it was made to fail`) }
}

/** An error as HTTP answers carry it. */
export function problem(code: ErrorCode, detail: string): Response {
  const status = statusOf(code)
  const retryable = isRetryable(code)
  return Response.json({ type: 'about:blank', title: code, status, detail, code, retryable }, { status })
}

function isLiveEvent(frame: DownFrame): boolean {
  return frame.type === 'message.event'
}

/** The frame as one of a client that holds nothing; null: it names no cursor. */
function withoutCursors(frame: UpFrame): UpFrame | null {
  if (frame.type === 'room.open' && frame.seq !== undefined) {
    const { epoch: _epoch, seq: _seq, ...open } = frame
    return open
  }
  if (frame.type !== 'session.hello' || frame.rooms?.every(room => room.seq === undefined) !== false) return null
  const hello: SessionHello = { ...frame, rooms: frame.rooms.map(({ roomId }) => ({ roomId })) }
  return hello
}
