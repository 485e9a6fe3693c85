import {
  assertNever,
  type DecodedFrame,
  type DownFrame,
  encode,
  type Refusal,
  type SessionHello,
} from '@holdfast/protocol'
import type { Identity } from '../auth/tickets.ts'
import type { Actor } from '../log/actor.ts'
import { SendQueue, type SendQueueListener } from '../transport/send-queue.ts'
import type { Breach, Transport, TransportListener } from '../transport/transport.ts'
import { errorFrame, okFrame } from './answers.ts'
import { ByteBudget } from './byte-budget.ts'
import { type CommandFrame, dispatchCommand, isSessionFrame, refusalOfUnread, type SessionFrame } from './dispatch.ts'
import { eventOf } from './incoming.ts'
import { type Incoming, Intake, type IntakeTaker } from './intake.ts'
import { connected, type SessionEffect, type SessionEvent, type SessionState, transition } from './machine.ts'
import { refusalOfRefresh } from './refresh.ts'
import { SessionContext, type SessionContextHost } from './session-context.ts'
import type { SessionDeps } from './session-deps.ts'
import { SessionPeer } from './session-peer.ts'
import { SessionRooms, type SessionRoomsHost } from './session-rooms.ts'
import { SignalSink } from './signal-sink.ts'
import { TokenBucket } from './token-bucket.ts'
import { newSessionId, welcomeFrame } from './welcome.ts'

/** Commands of one session that may be under way before no more of its input is read; it is read again when half are answered. */
const MAX_UNDER_WAY = 1_024

/** Who keeps the sessions of a node. */
export interface SessionKeeper {
  /** Called once, when the connection is gone. */
  ended(session: Session): void
}

/** One connected client: performs what the machine decides, and no more. */
export class Session
  implements TransportListener, SendQueueListener, IntakeTaker, SessionRoomsHost, SessionContextHost
{
  readonly #deps: SessionDeps
  readonly #transport: Transport
  readonly #queue: SendQueue
  readonly #sink: SignalSink
  readonly #rooms: SessionRooms
  readonly #keeper: SessionKeeper
  readonly #budget: TokenBucket | null
  #state: SessionState
  #actor: Actor
  /** Null until the hello. */
  #peer: SessionPeer | null = null
  /** Null until the first command. */
  #context: SessionContext | null = null
  #underWay = 0
  /** The last sign of life that the machine has not been told; null: it knows. Most messages are one, and only ticks ask. */
  #heardAtMs: number | null = null
  readonly #intake: Intake

  constructor(deps: SessionDeps, transport: Transport, identity: Identity, keeper: SessionKeeper) {
    const { clock } = deps.platform
    this.#deps = deps
    this.#transport = transport
    this.#intake = new Intake(transport, this, deps.limits.frameBytes)
    this.#keeper = keeper
    this.#actor = identity.actor
    this.#state = connected(clock.monoMs(), identity.expiresAtMs, deps.times)
    this.#budget = deps.framePace === null ? null : new TokenBucket(deps.framePace, clock.monoMs())
    this.#queue = new SendQueue(transport, deps.sendQueue, this)
    const budget = new ByteBudget(deps.presencePace, clock)
    this.#sink = new SignalSink(this.#queue, budget, deps.metrics)
    this.#rooms = new SessionRooms(deps, this.#queue, this.#sink, this)
  }

  get actor(): Actor {
    return this.#actor
  }

  get sessionId(): string | null {
    return this.#peer?.sessionId ?? null
  }

  /** Takes input from here on. */
  start(): void {
    this.#deps.metrics.sessions.inc()
    this.#transport.start(this)
  }

  /** Time has passed. */
  tick(nowMs: number, wallMs: number): void {
    if (this.#heardAtMs !== null) this.#on({ type: 'heard', nowMs: this.#heardAtMs })
    this.#heardAtMs = null
    this.#on({ type: 'tick', nowMs, wallMs })
  }

  /** Tells the client that this node is going away. */
  drain(): void {
    this.#on({ type: 'drain' })
  }

  /** Takes no more input; what is under way is still answered. */
  stopReading(): void {
    this.#intake.hold('stopping')
  }

  /** Closes, because this node is going away. */
  stop(): void {
    this.#on({ type: 'stop' })
  }

  /** Ends the connection without a closing handshake. */
  terminate(): void {
    this.#transport.terminate()
  }

  /** What a peer goes on to send while its socket is being closed is nobody's: keeping it would have no bound. */
  onMessage(text: string): void {
    if (this.#isOver) return
    try {
      this.#intake.arrive(text)
    } catch (error) {
      this.fail(error)
    }
  }

  onAlive(): void {
    this.#heardAtMs = this.#deps.platform.clock.monoMs()
  }

  onBreach(breach: Breach): void {
    this.#on({ type: breach })
  }

  onFlushed(): void {
    this.#queue.flushed()
  }

  onClosed(code: number): void {
    this.#deps.logger.debug({ userId: this.#actor.userId, code }, 'session closed')
    this.#on({ type: 'gone' })
  }

  onLagging(): void {
    this.#intake.hold('lagging')
  }

  onDrained(): void {
    this.#rooms.drained()
    this.#intake.release('lagging')
  }

  onTooSlow(): void {
    this.#on({ type: 'too-slow' })
  }

  /** A frame has its turn. */
  take(frame: Incoming): void {
    this.#deps.metrics.framesIn.inc()
    if (this.#isFlooding()) this.#on({ type: 'flooded' })
    else if (frame === null) this.#on({ type: 'garbage' })
    else this.#on(eventOf(frame, this.#deps.platform.clock), frame)
  }

  onOverrun(): void {
    this.#on({ type: 'flooded' })
  }

  #isFlooding(): boolean {
    const { framePace, platform } = this.#deps
    return this.#budget !== null && framePace !== null && this.#budget.take(framePace, platform.clock.monoMs()) > 0
  }

  /** Nothing is taken or sent any more. */
  get #isOver(): boolean {
    return this.#state.name === 'closing' || this.#state.name === 'closed'
  }

  #on(event: SessionEvent, frame?: DecodedFrame): void {
    const { state, effects } = transition(this.#state, event, this.#deps.times)
    this.#state = state
    for (const effect of effects) this.#perform(effect, frame)
  }

  #perform(effect: SessionEffect, frame: DecodedFrame | undefined): void {
    switch (effect.type) {
      case 'welcome':
        if (frame?.ok && frame.frame.type === 'session.hello') this.#welcome(frame.frame)
        return
      case 'run':
        if (frame !== undefined) this.#run(frame)
        return
      case 'refuse':
        this.#refuseHello(frame)
        return
      case 'ping':
        this.#transport.ping()
        return
      case 'announce-draining':
        this.answer({ type: 'session.draining', reconnectWithinMs: this.#deps.reconnectWithinMs })
        return
      case 'close':
        this.#deps.metrics.closes.inc({ code: String(effect.code) })
        this.#letGo()
        this.#transport.close(effect.code, effect.reason)
        return
      case 'release':
        this.#letGo()
        this.#deps.metrics.sessions.dec()
        this.#keeper.ended(this)
        return
      default:
        assertNever(effect)
    }
  }

  #welcome(hello: SessionHello): void {
    const sessionId = newSessionId(this.#deps.platform.random)
    this.answer(welcomeFrame(this.#deps, sessionId, this.#actor.userId, hello))
    this.#peer = new SessionPeer(sessionId, hello, this, this.#sink)
    this.#deps.commands.signals.begin(this.#peer)
    for (const room of hello.rooms ?? []) this.#rooms.open(room)
  }

  #refuseHello(frame: DecodedFrame | undefined): void {
    const ref = frame?.ok ? frame.frame.ref : undefined
    const message = 'unable to say hello twice; this session has begun'
    this.answer(errorFrame({ code: 'bad_request', message }, { ref }))
  }

  #run(decoded: DecodedFrame): void {
    if (!decoded.ok) this.answer(refusalOfUnread(decoded))
    else if (isSessionFrame(decoded.frame)) this.#runHere(decoded.frame)
    else this.#dispatch(decoded.frame)
  }

  #runHere(frame: SessionFrame): void {
    if (frame.type === 'room.open') this.#rooms.open(frame)
    if (frame.type !== 'room.close') return
    this.#rooms.close(frame.roomId)
    this.answer(okFrame({ ref: frame.ref, roomId: frame.roomId }))
  }

  #dispatch(frame: CommandFrame): void {
    this.#underWay++
    if (this.#underWay >= MAX_UNDER_WAY) this.#intake.hold('busy')
    this.#context ??= new SessionContext(this.#deps.commands, this)
    dispatchCommand(this.#context, frame).then(
      answer => this.#answered(answer),
      error => this.fail(error),
    )
  }

  #answered(answer: DownFrame | null): void {
    this.#underWay--
    if (this.#underWay <= MAX_UNDER_WAY / 2) this.#intake.release('busy')
    if (answer !== null) this.answer(answer)
  }

  answer(frame: DownFrame): void {
    if (this.#isOver) return
    this.#deps.metrics.framesOut.inc()
    this.#queue.send(encode(frame))
  }

  fail(error: unknown): void {
    this.#deps.logger.error({ err: error, userId: this.#actor.userId }, 'unable to go on with a session')
    this.#on({ type: 'failed' })
  }

  #letGo(): void {
    if (this.#peer !== null) this.#deps.commands.signals.end(this.#peer.sessionId)
    this.#peer = null
    this.#intake.clear()
    this.#rooms.closeAll()
    this.#queue.close()
  }

  /** Puts a newer token of the same person in force; or says why not. */
  async refresh(token: string): Promise<Refusal | null> {
    const result = await this.#deps.authenticate(token)
    const refusal = refusalOfRefresh(result, this.#actor)
    if (refusal !== null || !result.ok) return refusal
    const hasLostPower = this.#actor.isAdmin && !result.actor.isAdmin
    this.#actor = result.actor
    if (hasLostPower) for (const roomId of this.#rooms.roomIds) this.#deps.recheckRoom(roomId, this.#actor.userId)
    this.#on({ type: 'refreshed', expiresAtMs: result.expiresAtMs })
    return null
  }
}
