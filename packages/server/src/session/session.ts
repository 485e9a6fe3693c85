import {
  assertNever,
  type DecodedFrame,
  type DownFrame,
  decodeUp,
  encode,
  MAX_FRAMES_PER_BATCH,
  PROTOCOL_VERSION,
  type Refusal,
  type SessionHello,
} from '@holdfast/protocol'
import type { Identity } from '../auth/tickets.ts'
import type { Actor } from '../log/actor.ts'
import { SendQueue } from '../transport/send-queue.ts'
import type { Transport, TransportListener } from '../transport/transport.ts'
import { errorFrame, okFrame } from './answers.ts'
import type { CommandContext } from './context.ts'
import { dispatchCommand, isSessionFrame, refusalOfUnread, type SessionFrame } from './dispatch.ts'
import { Lanes } from './lanes.ts'
import { connected, type SessionEffect, type SessionEvent, type SessionState, transition } from './machine.ts'
import { refusalOfRefresh } from './refresh.ts'
import type { SessionDeps } from './session-deps.ts'
import { SessionRooms } from './session-rooms.ts'
import { TokenBucket } from './token-bucket.ts'

/** Commands of one session that may be under way before no more of its input is read; it is read again when half are answered. */
const MAX_UNDER_WAY = 1_024
/** 128 bits. */
const SESSION_ID_BYTES = 16

/** One connected client: performs what the machine decides, and no more. */
export class Session implements TransportListener {
  readonly #deps: SessionDeps
  readonly #transport: Transport
  readonly #queue: SendQueue
  readonly #rooms: SessionRooms
  readonly #context: CommandContext
  readonly #onEnd: (session: Session) => void
  readonly #budget: TokenBucket | null
  #state: SessionState
  #actor: Actor
  #underWay = 0
  /** Why no input is read; it is read when there is no reason left. */
  readonly #pauses = new Set<'lagging' | 'busy' | 'stopping'>()

  /** `onEnd` is called once, when the connection is gone. */
  constructor(deps: SessionDeps, transport: Transport, identity: Identity, onEnd: (session: Session) => void) {
    const { clock } = deps.platform
    this.#deps = deps
    this.#transport = transport
    this.#onEnd = onEnd
    this.#actor = identity.actor
    this.#state = connected(clock.monoMs(), identity.expiresAtMs, deps.times)
    this.#budget = deps.framePace === null ? null : new TokenBucket(deps.framePace, clock.monoMs())
    this.#queue = this.#newQueue()
    this.#rooms = this.#newRooms()
    this.#context = this.#newContext()
  }

  get actor(): Actor {
    return this.#actor
  }

  /** Takes input from here on. */
  start(): void {
    this.#deps.metrics.sessions.inc()
    this.#transport.start(this)
  }

  /** Time has passed. */
  tick(nowMs: number, wallMs: number): void {
    this.#on({ type: 'tick', nowMs, wallMs })
  }

  /** Tells the client that this node is going away. */
  drain(): void {
    this.#on({ type: 'drain' })
  }

  /** Takes no more input; what is under way is still answered. */
  stopReading(): void {
    this.#pause('stopping')
  }

  /** Closes, because this node is going away. */
  stop(): void {
    this.#on({ type: 'stop' })
  }

  /** Ends the connection without a closing handshake. */
  terminate(): void {
    this.#transport.terminate()
  }

  onMessage(text: string): void {
    try {
      this.#receive(text)
    } catch (error) {
      this.#fail(error)
    }
  }

  onAlive(): void {
    this.#on({ type: 'heard', nowMs: this.#deps.platform.clock.monoMs() })
  }

  onFlushed(): void {
    this.#queue.flushed()
  }

  onClosed(code: number): void {
    this.#deps.logger.debug({ userId: this.#actor.userId, code }, 'session closed')
    this.#on({ type: 'gone' })
  }

  #receive(text: string): void {
    const frames = decodeUp(text)
    if (frames === null) {
      this.#on({ type: 'garbage' })
      return
    }
    if (frames.length > MAX_FRAMES_PER_BATCH) {
      const message = `unable to take the frames; there are more than ${MAX_FRAMES_PER_BATCH} in one array`
      this.#answer(errorFrame({ code: 'too_large', message }, {}))
      return
    }
    this.#deps.metrics.framesIn.inc(frames.length)
    for (const frame of frames) {
      if (this.#state.name === 'closing' || this.#state.name === 'closed') return
      if (this.#isFlooding()) {
        this.#on({ type: 'flooded' })
        return
      }
      this.#on(this.#eventOf(frame), frame)
    }
  }

  #isFlooding(): boolean {
    const { framePace, platform } = this.#deps
    return this.#budget !== null && framePace !== null && this.#budget.take(framePace, platform.clock.monoMs()) > 0
  }

  #eventOf(decoded: DecodedFrame): SessionEvent {
    const type = decoded.ok ? decoded.frame.type : decoded.type
    if (type !== 'session.hello') return { type: 'frame' }
    if (!decoded.ok || decoded.frame.type !== 'session.hello') return { type: 'bad-hello' }
    const isSpoken = decoded.frame.protocol === PROTOCOL_VERSION
    return { type: 'hello', isSpoken, nowMs: this.#deps.platform.clock.monoMs() }
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
        this.#answer({ type: 'session.draining', reconnectWithinMs: this.#deps.reconnectWithinMs })
        return
      case 'close':
        this.#deps.metrics.closes.inc({ code: String(effect.code) })
        this.#letGo()
        this.#transport.close(effect.code, effect.reason)
        return
      case 'release':
        this.#letGo()
        this.#deps.metrics.sessions.dec()
        this.#onEnd(this)
        return
      default:
        assertNever(effect)
    }
  }

  #welcome(hello: SessionHello): void {
    const { platform, heartbeatMs, limits, node } = this.#deps
    this.#answer({
      type: 'session.welcome',
      ...(hello.ref !== undefined && { ref: hello.ref }),
      sessionId: Buffer.from(platform.random.bytes(SESSION_ID_BYTES)).toString('base64url'),
      userId: this.#actor.userId,
      serverTime: platform.clock.wallMs(),
      heartbeatMs,
      limits,
      node,
    })
    if (hello.inbox === true) {
      const message = 'unable to send the inbox; this server does not have it yet'
      this.#answer(errorFrame({ code: 'unsupported', message }, { ref: hello.ref }))
    }
    for (const room of hello.rooms ?? []) this.#rooms.open(room)
  }

  #refuseHello(frame: DecodedFrame | undefined): void {
    const ref = frame?.ok ? frame.frame.ref : undefined
    const message = 'unable to say hello twice; this session has begun'
    this.#answer(errorFrame({ code: 'bad_request', message }, { ref }))
  }

  #run(decoded: DecodedFrame): void {
    if (!decoded.ok) {
      this.#answer(refusalOfUnread(decoded))
      return
    }
    const { frame } = decoded
    if (isSessionFrame(frame)) {
      this.#runHere(frame)
      return
    }
    this.#underWay++
    if (this.#underWay >= MAX_UNDER_WAY) this.#pause('busy')
    dispatchCommand(this.#context, frame).then(
      answer => this.#answered(answer),
      error => this.#fail(error),
    )
  }

  #runHere(frame: SessionFrame): void {
    switch (frame.type) {
      case 'session.hello':
        return
      case 'room.open':
        this.#rooms.open(frame)
        return
      case 'room.close':
        this.#rooms.close(frame.roomId)
        this.#answer(okFrame({ ref: frame.ref, roomId: frame.roomId }))
        return
      default:
        assertNever(frame)
    }
  }

  #answered(answer: DownFrame | null): void {
    this.#underWay--
    if (this.#underWay <= MAX_UNDER_WAY / 2) this.#unpause('busy')
    if (answer !== null) this.#answer(answer)
  }

  #answer(frame: DownFrame): void {
    if (this.#state.name === 'closing' || this.#state.name === 'closed') return
    this.#deps.metrics.framesOut.inc()
    this.#queue.send(encode(frame))
  }

  #fail(error: unknown): void {
    this.#deps.logger.error({ err: error, userId: this.#actor.userId }, 'unable to go on with a session')
    this.#on({ type: 'failed' })
  }

  #letGo(): void {
    this.#rooms.closeAll()
    this.#queue.close()
  }

  #pause(reason: 'lagging' | 'busy' | 'stopping'): void {
    this.#pauses.add(reason)
    this.#transport.pause()
  }

  #unpause(reason: 'lagging' | 'busy'): void {
    if (this.#pauses.delete(reason) && this.#pauses.size === 0) this.#transport.resume()
  }

  #newQueue(): SendQueue {
    return new SendQueue({
      transport: this.#transport,
      scheduler: this.#deps.platform.scheduler,
      limitBytes: this.#deps.sendQueueBytes,
      drainMs: this.#deps.drainMs,
      onDrained: () => {
        this.#rooms.drained()
        this.#unpause('lagging')
      },
      onTooSlow: () => this.#on({ type: 'too-slow' }),
    })
  }

  #newRooms(): SessionRooms {
    return new SessionRooms({
      queue: this.#queue,
      open: this.#deps.openRoom,
      actor: () => this.#actor,
      maxWindow: this.#deps.limits.window,
      answer: frame => this.#answer(frame),
      onLagging: () => this.#pause('lagging'),
      onFailed: error => this.#fail(error),
      onDetached: code => this.#deps.metrics.detached.inc({ code }),
    })
  }

  /** The actor may change by `auth.refresh`: it is read anew for every command. */
  #newContext(): CommandContext {
    const session = this
    return {
      ...this.#deps.commands,
      get actor() {
        return session.#actor
      },
      lanes: new Lanes(),
      refresh: token => this.#refresh(token),
    }
  }

  async #refresh(token: string): Promise<Refusal | null> {
    const result = await this.#deps.authenticate(token)
    const refusal = refusalOfRefresh(result, this.#actor)
    if (refusal !== null || !result.ok) return refusal
    this.#actor = result.actor
    this.#on({ type: 'refreshed', expiresAtMs: result.expiresAtMs })
    return null
  }
}
