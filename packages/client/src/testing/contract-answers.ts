import {
  type AuthRefresh,
  assertNever,
  CLOSE,
  type Cursor,
  cursorOf,
  type ErrorCode,
  PROTOCOL_VERSION,
  type RoomEvent,
  type RoomOpen,
  type RoomRead,
  type SessionHello,
  type UpFrame,
} from '@holdfast/protocol'
import { userIdOf } from './behaviour.ts'
import type { ConnectionHost } from './connection-host.ts'
import type { FakeConnection } from './fake-connection.ts'
import type { Feed } from './fake-inbox.ts'
import type { FakeRoom } from './fake-room.ts'
import { type ChangeFrame, enter, refusalOfContent, rulingOnChange } from './rules.ts'

/** What this needs of the connection that it answers at. */
interface Answering extends FakeConnection {
  /** The refused message is given up: those behind it may go. */
  cancel(roomId: string, clientId: string): void
}

type TypingFrame = Extract<UpFrame, { type: 'typing.start' | 'typing.stop' }>

/** What a server that keeps the contract says to each frame of one session. */
export class ContractAnswers {
  readonly #host: ConnectionHost
  readonly #connection: Answering
  #feed: Feed | null = null
  #isGreeted = false

  constructor(host: ConnectionHost, connection: Answering) {
    this.#host = host
    this.#connection = connection
  }

  answer(frame: UpFrame): void {
    if (frame.type === 'session.hello') this.#greet(frame)
    else if (this.#isGreeted) this.#do(frame)
    else this.#connection.end(CLOSE.badFrame, 'the first frame is session.hello')
  }

  #do(frame: Exclude<UpFrame, SessionHello>): void {
    switch (frame.type) {
      case 'room.open':
        this.#open(frame, cursorOf(frame))
        return
      case 'room.close':
        this.#connection.rooms.delete(frame.roomId)
        this.#connection.say({ type: 'ok', ...refOf(frame), roomId: frame.roomId })
        return
      case 'message.send': {
        const written = this.#connection.commit(frame)
        written?.publish()
        written?.ack()
        return
      }
      case 'message.cancel': {
        const { roomId, clientId } = frame
        this.#connection.cancel(roomId, clientId)
        this.#connection.say({ type: 'ok', ...refOf(frame), roomId, clientId })
        return
      }
      case 'message.edit':
      case 'message.delete':
      case 'message.pin':
      case 'message.unpin':
      case 'reaction.add':
      case 'reaction.remove':
        this.#change(frame)
        return
      case 'room.read':
        this.#read(frame)
        return
      case 'typing.start':
      case 'typing.stop':
        this.#type(frame)
        return
      case 'ping':
        this.#connection.say({ type: 'pong', ...refOf(frame), ...(frame.n !== undefined && { n: frame.n }) })
        return
      case 'auth.refresh':
        this.#refresh(frame)
        return
      case 'presence.watch':
        this.#connection.say({ type: 'ok', ...refOf(frame) })
        return
      case 'presence.set':
        return
      default:
        assertNever(frame)
    }
  }

  /** Tells what has changed in this person's rooms and was not told yet. */
  flushInbox(): void {
    const { isOpen } = this.#connection
    const frame = this.#feed === null || !isOpen ? null : (this.#host.inbox?.flush(this.#feed) ?? null)
    if (frame !== null) this.#connection.say(frame)
  }

  #greet(frame: SessionHello): void {
    if (this.#isGreeted) this.#connection.refuse(frame, 'bad_request')
    else if (frame.protocol !== PROTOCOL_VERSION) this.#connection.end(CLOSE.unsupportedProtocol, 'another protocol')
    else this.#welcome(frame)
  }

  #welcome(frame: SessionHello): void {
    this.#isGreeted = true
    const { heartbeatMs, limits, inbox } = this.#host
    const { userId } = this.#connection
    const sessionId = this.#host.nextSessionId()
    const serverTime = this.#host.serverTime()
    const self = { sessionId, userId, serverTime, heartbeatMs, limits, node: 'fake' }
    this.#connection.say({ type: 'session.welcome', ...refOf(frame), ...self })
    for (const { roomId, ...cursor } of frame.rooms ?? []) this.#open({ type: 'room.open', roomId }, cursorOf(cursor))
    if (frame.inbox !== true || inbox === null) return
    const { feed, first } = inbox.begin(userId, frame.inboxSince)
    this.#feed = feed
    if (first !== null) this.#connection.say(first)
  }

  #open(frame: RoomOpen, cursor: Cursor | null): void {
    const { roomId, window } = frame
    const { userId, rooms } = this.#connection
    rooms.delete(roomId)
    const standing = enter(this.#host.rooms.get(roomId), userId)
    if (typeof standing === 'string') {
      this.#connection.refuse(frame, standing)
      return
    }
    const { room } = standing
    rooms.add(roomId)
    const missed = cursor === null ? null : missedSince(room, cursor, this.#host.limits.delta)
    const live = { type: 'room.live', ...refOf(frame), roomId, epoch: room.epoch, seq: room.seq } as const
    // One message, so that a behaviour can tell what was missed from what happens now.
    if (missed === null) this.#connection.say(room.snapshot(userId, window), live)
    else if (missed.length === 0) this.#connection.say(live)
    else this.#connection.say({ type: 'message.event', roomId, events: missed }, live)
    // What a snapshot would have told.
    if (missed !== null) this.#host.tellReads(roomId, [...room.state.members.keys()], this.#connection)
  }

  #change(frame: ChangeFrame): void {
    const { roomId } = frame
    const { rooms, limits, time } = this.#host
    const refusal = frame.type === 'message.edit' ? refusalOfContent(frame.content, limits.contentBytes) : null
    const standing = refusal ?? enter(rooms.get(roomId), this.#connection.userId)
    if (typeof standing === 'string') {
      this.#connection.refuse(frame, standing)
      return
    }
    const ruling = rulingOnChange(standing, frame, time.clock.wallMs())
    if (ruling.refused !== null) {
      this.#connection.refuse(frame, ruling.refused, ruling.retryAfterMs)
      return
    }
    const { room } = standing
    this.#host.publish(roomId, ...ruling.events.map(event => room.append(event)))
    this.#connection.say({ type: 'ok', ...refOf(frame), seq: room.seq })
  }

  #read(frame: RoomRead): void {
    const { roomId, seq, readRevision } = frame
    const { userId } = this.#connection
    const standing = enter(this.#host.rooms.get(roomId), userId)
    if (typeof standing === 'string') {
      this.#connection.refuse(frame, standing)
      return
    }
    if (standing.role === null) {
      this.#connection.refuse(frame, 'forbidden')
      return
    }
    if (standing.room.read(userId, seq, readRevision)) this.#host.tellReads(roomId, [userId])
  }

  #refresh(frame: AuthRefresh): void {
    const refusal = this.#refusalOfToken(frame.token)
    if (refusal === null) this.#connection.say({ type: 'ok', ...refOf(frame) })
    else this.#connection.refuse(frame, refusal)
  }

  #refusalOfToken(token: string): ErrorCode | null {
    if (this.#host.behaviour.admit?.(token) === false) return 'unauthorized'
    return userIdOf(token) === this.#connection.userId ? null : 'forbidden'
  }

  #type(frame: TypingFrame): void {
    const { roomId } = frame
    const { userId } = this.#connection
    const standing = enter(this.#host.rooms.get(roomId), userId)
    if (typeof standing === 'string') {
      this.#connection.refuse(frame, standing)
      return
    }
    if (standing.role === null) {
      this.#connection.refuse(frame, 'forbidden')
      return
    }
    if (standing.room.silenced.has(userId)) {
      this.#connection.refuse(frame, 'muted')
      return
    }
    if (frame.type === 'typing.start') this.#host.typing.start(roomId, userId)
    else this.#host.typing.stop(roomId, userId)
  }
}

/** The events behind `cursor`, at most `most`; null: it takes a snapshot. */
function missedSince(room: FakeRoom, cursor: Cursor, most: number): RoomEvent[] | null {
  const behind = room.seq - cursor.seq
  const isOfThisLog = cursor.epoch === room.epoch && behind >= 0
  return isOfThisLog && behind <= most ? structuredClone(room.events.slice(cursor.seq)) : null
}

/** What an answer repeats of the frame that it answers. */
export function refOf(frame: UpFrame): { readonly ref?: string } {
  return frame.ref === undefined ? {} : { ref: frame.ref }
}
