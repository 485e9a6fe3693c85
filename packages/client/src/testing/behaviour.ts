import type { DownFrame, UpFrame } from '@holdfast/protocol'
import type { FakeConnection } from './fake-connection.ts'

/** A call over HTTP, as far as a behaviour looks at it. */
export interface FakeCall {
  readonly method: string
  /** With what is searched for: `/api/rooms?limit=100`. */
  readonly path: string
  readonly userId: string
}

/**
 * How a server, and the network before it, differ from one that keeps the contract. What is left out is as the contract has it;
 * an empty one is the contract itself.
 */
export interface Behaviour {
  /** Deals with a frame of a client. True: it has been dealt with. */
  receive?(frame: UpFrame, connection: FakeConnection): boolean
  /** The messages that go out in the place of one that holds `frames`; none: it is lost. */
  send?(frames: readonly DownFrame[], connection: FakeConnection): readonly (readonly DownFrame[])[]
  /** How long what goes out is under way; nothing overtakes on one connection. Milliseconds. */
  delayMs?(connection: FakeConnection): number
  /** Is given each open connection as the behaviour is set. */
  begin?(connection: FakeConnection): void
  /** Whether a token is taken, for a socket and for HTTP. A socket that is not looks to a browser like any other failure: 1006. */
  admit?(token: string): boolean
  /** Whether a socket opens at all. */
  connect?(userId: string): boolean
  /** Answers a call over HTTP itself, or fails as a network does by throwing; null: it does not. */
  http?(call: FakeCall): Response | null
}

/** The contract. */
export const keepsContract: Behaviour = {}

/** `behaviour` for one person alone; to all others the contract is kept. */
export function only(userId: string, behaviour: Behaviour): Behaviour {
  return {
    receive: (frame, connection) => connection.userId === userId && behaviour.receive?.(frame, connection) === true,
    send: (frames, connection) =>
      connection.userId === userId && behaviour.send ? behaviour.send(frames, connection) : [frames],
    delayMs: connection => (connection.userId === userId ? (behaviour.delayMs?.(connection) ?? 0) : 0),
    begin: connection => {
      if (connection.userId === userId) behaviour.begin?.(connection)
    },
    admit: token => userIdOf(token) !== userId || behaviour.admit?.(token) !== false,
    connect: who => who !== userId || behaviour.connect?.(who) !== false,
    http: call => (call.userId === userId ? (behaviour.http?.(call) ?? null) : null),
  }
}

/** `behaviour` for the first `count` times that it makes a difference; from then on the contract is kept. */
export function times(count: number, behaviour: Behaviour): Behaviour {
  let left = count
  const spend = (isDifferent: boolean): boolean => {
    if (isDifferent) left--
    return isDifferent
  }
  return {
    receive: (frame, connection) => left > 0 && spend(behaviour.receive?.(frame, connection) === true),
    send: (frames, connection) => {
      const messages = left > 0 && behaviour.send ? behaviour.send(frames, connection) : [frames]
      spend(messages.length !== 1 || messages[0] !== frames)
      return messages
    },
    delayMs(connection) {
      const ms = left > 0 ? (behaviour.delayMs?.(connection) ?? 0) : 0
      spend(ms > 0)
      return ms
    },
    begin: connection => behaviour.begin?.(connection),
    admit: token => left === 0 || !spend(behaviour.admit?.(token) === false),
    connect: userId => left === 0 || !spend(behaviour.connect?.(userId) === false),
    http(call) {
      const answer = left > 0 ? (behaviour.http?.(call) ?? null) : null
      spend(answer !== null)
      return answer
    },
  }
}

/** Several at once: the first that makes a difference to something decides about it. What some lose or repeat, others delay. */
export function all(...behaviours: readonly Behaviour[]): Behaviour {
  return {
    receive: (frame, connection) => behaviours.some(each => each.receive?.(frame, connection) === true),
    send: (frames, connection) =>
      behaviours.reduce<readonly (readonly DownFrame[])[]>(
        (messages, each) => messages.flatMap(message => each.send?.(message, connection) ?? [message]),
        [frames],
      ),
    delayMs: connection => Math.max(0, ...behaviours.map(each => each.delayMs?.(connection) ?? 0)),
    begin: connection => {
      for (const each of behaviours) each.begin?.(connection)
    },
    admit: token => behaviours.every(each => each.admit?.(token) !== false),
    connect: userId => behaviours.every(each => each.connect?.(userId) !== false),
    http(call) {
      for (const each of behaviours) {
        const answer = each.http?.(call) ?? null
        if (answer !== null) return answer
      }
      return null
    },
  }
}

/** Whose a token is, for the fake server: what stands before its first dot. */
export function userIdOf(token: string): string {
  return token.split('.')[0] ?? ''
}
