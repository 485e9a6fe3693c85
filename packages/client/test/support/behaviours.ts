import type { ErrorCode, MessageSend, UpFrame } from '@holdfast/protocol'
import type { Behaviour, FakeConnection } from './fake-server.ts'

/** Named ways in which a network and a server behave, so that a test reads as a story. Each deals with `message.send`. */

type OnSend = (frame: MessageSend, connection: FakeConnection) => boolean

function onSend(deal: OnSend): Behaviour {
  return (frame: UpFrame, connection) => frame.type === 'message.send' && deal(frame, connection)
}

/** The message is durable and everyone sees it, but its sender gets no ack. */
export const SERVER_DROPS_ACK = onSend((frame, connection) => {
  connection.commit(frame).publish()
  return true
})

/** The message is durable, but the connection ends before anybody is told. */
export const CONNECTION_DIES_BEFORE_ACK = onSend((frame, connection) => {
  connection.commit(frame)
  connection.end(1006)
  return true
})

/** The message never arrives: the connection ends first. */
export const CONNECTION_DIES_BEFORE_COMMIT = onSend((_frame, connection) => {
  connection.end(1006)
  return true
})

export const ECHO_BEFORE_ACK = onSend((frame, connection) => {
  const { ack, publish } = connection.commit(frame)
  publish()
  ack()
  return true
})

/** The ack comes; the event only when the returned function is called. */
export function ACK_LONG_BEFORE_ECHO(): { readonly behaviour: Behaviour; readonly echo: () => void } {
  const echoes: (() => void)[] = []
  const behaviour = onSend((frame, connection) => {
    const { ack, publish } = connection.commit(frame)
    ack()
    echoes.push(publish)
    return true
  })
  return {
    behaviour,
    echo: () => {
      for (const echo of echoes.splice(0)) echo()
    },
  }
}

/** Nothing at all comes back, and nothing is written. */
export const SERVER_IGNORES = onSend(() => true)

/** Refuses the next `times` sends that it would have taken; those behind a transient one are refused `out_of_order`. */
export function SERVER_REFUSES(times: number, code: ErrorCode, retryAfterMs?: number): Behaviour {
  let left = times
  return onSend((frame, connection) => {
    if (left === 0 || connection.isBlockedFor(frame)) return false
    left--
    connection.refuse(frame, code, retryAfterMs)
    return true
  })
}
