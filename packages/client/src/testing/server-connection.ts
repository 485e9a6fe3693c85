import {
  CLOSE,
  type DecodedFrame,
  type DetachCode,
  type DownFrame,
  decodeUp,
  type ErrorCode,
  encode,
  isRetryable,
  type MessageSend,
  type RoomEvent,
  type UpFrame,
  utf8Length,
} from '@holdfast/protocol'
import { REQUEST_WAIT_MS } from '../connection/requests.ts'
import type { Socket, SocketHandlers } from '../platform/socket.ts'
import { userIdOf } from './behaviour.ts'
import type { ConnectionHost } from './connection-host.ts'
import { ContractAnswers, refOf } from './contract-answers.ts'
import type { FakeConnection } from './fake-connection.ts'
import { enter, refusalOfDraft, rulingOnSend } from './rules.ts'

/** One client's socket, the server's end. What the contract says to a frame is in `ContractAnswers`. */
export class ServerConnection implements FakeConnection, Socket {
  readonly token: string
  readonly userId: string
  readonly received: UpFrame[] = []
  readonly rooms = new Set<string>()
  isHeld = false
  held: (readonly DownFrame[])[] = []
  #isOpen = true
  #closedByClient = false
  #isFrozen = false
  readonly #answers: ContractAnswers
  readonly #host: ConnectionHost
  readonly #handlers: SocketHandlers
  /** roomId → the clientId whose refusal for now holds up the rest. */
  readonly #blocked = new Map<string, string>()
  /** ref → a change that is asked for, and when it was. */
  readonly #asked = new Map<string, { readonly frame: UpFrame; readonly at: number }>()
  /** What is under way to the client, in order. */
  readonly #underWay: (readonly DownFrame[])[] = []
  /** When the last of it arrives, in the server's time. */
  #lastDue = 0

  constructor(host: ConnectionHost, token: string, handlers: SocketHandlers) {
    this.#host = host
    this.token = token
    this.userId = userIdOf(token)
    this.#handlers = handlers
    this.#answers = new ContractAnswers(host, this)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get closedByClient(): boolean {
    return this.#closedByClient
  }

  get unanswered(): readonly UpFrame[] {
    if (!this.#isOpen) return []
    const since = this.#host.time.clock.monoMs() - REQUEST_WAIT_MS
    return [...this.#asked.values()].flatMap(({ frame, at }) => (at > since ? [frame] : []))
  }

  /** What the client sends arrives a moment later: never inside the call that sent it. */
  send(text: string): void {
    void Promise.resolve().then(() => this.#receive(text))
  }

  /** The client closes it: what it sent before arrives, and it hears nothing more. */
  close(): void {
    this.#isOpen = false
    this.#closedByClient = true
  }

  freeze(): void {
    this.#isFrozen = true
  }

  end(code = 1006, reason = ''): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.held = []
    this.#handlers.onClose(code, reason)
  }

  say(...frames: readonly DownFrame[]): void {
    if (!this.#isOpen || frames.length === 0) return
    const messages = this.#host.behaviour.send?.(frames, this) ?? [frames]
    const ms = messages.length === 0 ? 0 : (this.#host.behaviour.delayMs?.(this) ?? 0)
    for (const message of messages) this.#deliverIn(ms, message)
  }

  deliver(...frames: readonly DownFrame[]): void {
    if (!this.#isOpen || frames.length === 0) return
    if (this.isHeld) this.held.push(frames)
    else this.#out(frames)
  }

  sayText(text: string): void {
    if (this.#isOpen && !this.#isFrozen) this.#handlers.onMessage(text)
  }

  flush(change: Parameters<FakeConnection['flush']>[0] = messages => messages): void {
    const messages = change(this.held)
    this.held = []
    for (const frames of messages) this.#out(frames)
  }

  later(ms: number, task: () => void): void {
    this.#host.time.scheduler.after(ms, task)
  }

  publish(roomId: string, events: readonly RoomEvent[]): void {
    if (!this.rooms.has(roomId)) return
    const leave = events.find(event => event.kind === 'member.left' && event.userId === this.userId)
    // Nothing behind one's own leaving reaches oneself.
    const until = leave === undefined ? events : events.slice(0, events.indexOf(leave) + 1)
    this.say({ type: 'message.event', roomId, events: structuredClone([...until]) })
    if (leave?.kind === 'member.left') this.detach(roomId, leave.reason)
  }

  detach(roomId: string, code: DetachCode): void {
    if (this.rooms.delete(roomId)) this.say({ type: 'room.detached', roomId, code })
  }

  refuse(frame: UpFrame, code: ErrorCode, retryAfterMs?: number): void {
    const isSend = frame.type === 'message.send'
    if (isSend && isRetryable(code) && code !== 'out_of_order') this.#blocked.set(frame.roomId, frame.clientId)
    else if (isSend && code !== 'out_of_order') this.cancel(frame.roomId, frame.clientId)
    const isAboutRoom = isSend || frame.type === 'room.open'
    this.say({
      type: 'error',
      code,
      message: `unable to do it; ${code}`,
      retryable: isRetryable(code),
      ...refOf(frame),
      ...(isAboutRoom && { roomId: frame.roomId }),
      ...(isSend && { clientId: frame.clientId }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    })
  }

  isBlockedFor({ roomId, clientId }: MessageSend): boolean {
    const blocker = this.#blocked.get(roomId)
    return blocker !== undefined && blocker !== clientId
  }

  commit(frame: MessageSend): { readonly ack: () => void; readonly publish: () => void } | null {
    const { roomId, clientId } = frame
    const { rooms, limits, time } = this.#host
    const refusal = refusalOfDraft(frame, limits.contentBytes)
    const standing = refusal ?? enter(rooms.get(roomId), this.userId)
    if (typeof standing === 'string') {
      this.refuse(frame, standing)
      return null
    }
    const ruling = rulingOnSend(standing, frame, this.isBlockedFor(frame), time.clock.wallMs())
    if (ruling?.refused) {
      this.refuse(frame, ruling.refused, ruling.retryAfterMs)
      return null
    }
    this.cancel(roomId, clientId)
    const { event, result } = standing.room.send(this.userId, frame)
    return {
      ack: () => this.say({ type: 'message.ack', ...refOf(frame), clientId, roomId, ...result }),
      publish: () => {
        if (event !== null) this.#host.publish(roomId, event)
      },
    }
  }

  answer(frame: UpFrame): void {
    this.#answers.answer(frame)
  }

  /** The refused message is given up, or has gone through: those behind it may go. */
  cancel(roomId: string, clientId: string): void {
    if (this.#blocked.get(roomId) === clientId) this.#blocked.delete(roomId)
  }

  /** Tells what has changed in this person's rooms and was not told yet. */
  flushInbox(): void {
    this.#answers.flushInbox()
  }

  /** Nothing overtakes what is under way. */
  #deliverIn(ms: number, frames: readonly DownFrame[]): void {
    if (ms === 0 && this.#underWay.length === 0) {
      this.deliver(...frames)
      return
    }
    const now = this.#host.time.clock.monoMs()
    this.#lastDue = Math.max(this.#lastDue, now + ms)
    this.#underWay.push(frames)
    this.later(this.#lastDue - now, () => this.deliver(...(this.#underWay.shift() ?? [])))
  }

  #out(frames: readonly DownFrame[]): void {
    for (const frame of frames) {
      if ('ref' in frame && frame.ref !== undefined && !this.#isFrozen) this.#asked.delete(frame.ref)
    }
    this.sayText(encode(frames.length === 1 && frames[0] !== undefined ? frames[0] : frames))
  }

  #receive(text: string): void {
    if (!(this.#isOpen || this.#closedByClient)) return
    const frames = decodeUp(text)
    for (const decoded of frames ?? []) if (decoded.ok) this.#note(decoded.frame)
    if (this.#isFrozen) return
    if (utf8Length(text) > this.#host.limits.frameBytes) {
      this.end(CLOSE.messageTooBig, 'the message is too long')
      return
    }
    if (frames === null) this.end(CLOSE.badFrame, 'no frame')
    for (const decoded of frames ?? []) this.#take(decoded)
  }

  #note(frame: UpFrame): void {
    if (!('messageId' in frame) || frame.ref === undefined) return
    this.#asked.set(frame.ref, { frame, at: this.#host.time.clock.monoMs() })
  }

  #take(decoded: DecodedFrame): void {
    if (!decoded.ok) {
      const { addressee, reason, type } = decoded
      this.#host.onBadFrame(reason)
      const { roomId: _roomId, ...others } = addressee
      const named = type === 'room.open' || addressee.clientId !== undefined ? addressee : others
      const message = `unable to read the frame; ${reason}`
      this.say({ type: 'error', ...named, code: 'bad_request', message, retryable: false })
      return
    }
    this.received.push(decoded.frame)
    if (this.#host.behaviour.receive?.(decoded.frame, this) !== true) this.answer(decoded.frame)
  }
}
