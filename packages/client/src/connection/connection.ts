import {
  assertNever,
  BEARER_SUBPROTOCOL_PREFIX,
  type DownFrame,
  decodeDown,
  encode,
  PROTOCOL_VERSION,
  type SessionHello,
  type SessionWelcome,
  SUBPROTOCOL,
  type UpFrame,
} from '@holdfast/protocol'
import { type Changes, Emitter } from '../changes.ts'
import { shallowEqual } from '../equal.ts'
import { messageOf, TokenRefused } from '../errors.ts'
import type { ClientInfo } from '../options.ts'
import type { ClientPlatform } from '../platform/platform.ts'
import { Runner } from '../platform/runner.ts'
import type { Socket } from '../platform/socket.ts'
import type { Readable } from '../readable.ts'
import { IDLE, stepConnection, wakeConnectionAt } from './connection-machine.ts'
import type { ConnectionEffect, ConnectionEvent, ConnectionState } from './connection-state.ts'
import { type ConnectionStatus, statusOf } from './status.ts'
import { claimsOf } from './token-claims.ts'

/** What a connection needs from the rest of the client. */
export interface ConnectionDeps {
  readonly platform: ClientPlatform
  readonly changes: Changes
  /** Address of the socket, `ws(s)://…`. */
  readonly url: string
  readonly clientInfo: ClientInfo
  getToken(): Promise<string>
  /** False only when the server says that it does not take `token`. */
  checkToken(token: string): Promise<boolean>
  /** What the hello asks for. */
  hello(): Pick<SessionHello, 'rooms' | 'inbox' | 'inboxSince'>
  /** What goes out in one message with it. */
  greeting(): readonly UpFrame[]
  /** A session has begun: what waits may be sent. */
  onUp(welcome: SessionWelcome): void
  /** The session has ended. */
  onDown(): void
  /** Frames of the session, as they came in one message. */
  onFrames(frames: readonly DownFrame[]): void
}

/** The close code of this side when all is well: the only one below 3000 that browsers let a page give. */
const CLOSE_NORMAL = 1000
/** Stands for a server that sends what is no frame: worth another connection. */
const CLOSE_PROTOCOL_ERROR = 1002
/** The `ref` of every `auth.refresh`: there is one at a time. */
const REFRESH_REF = 'auth.refresh'

/** Performs what the connection machine says, and tells it what happens. It decides nothing. */
export class Connection extends Emitter implements Readable<ConnectionStatus> {
  readonly #deps: ConnectionDeps
  readonly #runner: Runner<ConnectionState, ConnectionEvent, ConnectionEffect>
  #status: ConnectionStatus = { state: 'idle' }
  #socket: Socket | null = null
  #welcome: SessionWelcome | null = null
  /** Counts the tokens asked for, so that a late one is told from the one awaited. */
  #tokenRequests = 0
  #unwatch: (() => void) | null = null

  constructor(deps: ConnectionDeps) {
    super(deps.changes)
    this.#deps = deps
    const { platform } = deps
    this.#runner = new Runner({
      platform,
      initial: IDLE,
      step: (state, event, input) => stepConnection(state, event, { ...input, networkUp: platform.network.isUp() }),
      wakeAt: wakeConnectionAt,
      perform: effect => this.#perform(effect),
      onState: (state, before) => {
        // A session that hears something is no news.
        if (state.kind !== 'online' || before.kind !== 'online') this.#tell(state)
      },
    })
  }

  getSnapshot(): ConnectionStatus {
    return this.#status
  }

  /** Whether a session is running: frames that are sent now go out. */
  get isUp(): boolean {
    const { kind } = this.#runner.state
    return kind === 'online' || kind === 'draining'
  }

  connect(): void {
    this.#unwatch ??= this.#deps.platform.network.watch(change => {
      if (change !== 'hidden') this.#dispatch({ kind: change })
    })
    this.#dispatch({ kind: 'connect' })
  }

  disconnect(): void {
    this.#end({ kind: 'disconnect' })
  }

  logOut(): void {
    this.#end({ kind: 'log-out' })
  }

  /**
   * Sends `frame` over the session; does nothing and says false while there is none. While the socket is closing it says true,
   * and the platform throws the frame away: whoever wants it to arrive sends it again in the next session.
   */
  send(frame: UpFrame | readonly UpFrame[]): boolean {
    const socket = this.isUp ? this.#socket : null
    socket?.send(encode(frame))
    return socket !== null
  }

  #end(event: ConnectionEvent): void {
    this.#unwatch?.()
    this.#unwatch = null
    this.#dispatch(event)
  }

  #dispatch(event: ConnectionEvent): void {
    this.#deps.changes.batch(() => this.#runner.dispatch(event))
  }

  #tell(state: ConnectionState): void {
    const { clock } = this.#deps.platform
    const status = statusOf(state, clock.wallMs() - clock.monoMs())
    if (shallowEqual(status, this.#status)) return
    this.#status = status
    this.changed()
  }

  #perform(effect: ConnectionEffect): void {
    switch (effect.do) {
      case 'fetch-token':
        void this.#fetchToken()
        return
      case 'check-token':
        void this.#checkToken(effect.token)
        return
      case 'open-socket':
        this.#openSocket(effect.token)
        return
      case 'close-socket':
        this.#closeSocket()
        return
      case 'say-hello':
        this.#sayHello()
        return
      case 'announce-up':
        if (this.#welcome) this.#deps.onUp(this.#welcome)
        return
      case 'announce-down':
        this.#socket = null
        this.#deps.onDown()
        return
      case 'ping':
        this.send({ type: 'ping' })
        return
      case 'refresh':
        this.send({ type: 'auth.refresh', ref: REFRESH_REF, token: effect.token })
        return
      default:
        assertNever(effect)
    }
  }

  async #fetchToken(): Promise<void> {
    const request = ++this.#tokenRequests
    const event = await this.#deps.getToken().then(
      (token): ConnectionEvent => ({ kind: 'token', token, expiresAt: claimsOf(token).expiresAt }),
      (error: unknown): ConnectionEvent => ({
        kind: error instanceof TokenRefused ? 'token-refused' : 'token-failed',
        message: messageOf(error),
      }),
    )
    if (request === this.#tokenRequests) this.#dispatch(event)
  }

  async #checkToken(token: string): Promise<void> {
    const request = ++this.#tokenRequests
    const isTaken = await this.#deps.checkToken(token)
    if (request !== this.#tokenRequests) return
    this.#dispatch(
      isTaken ? { kind: 'token-passed' } : { kind: 'token-refused', message: 'the server does not take the token' },
    )
  }

  #openSocket(token: string): void {
    const { platform, url } = this.#deps
    const isCurrent = () => this.#socket === socket
    const socket: Socket = platform.openSocket(url, [SUBPROTOCOL, `${BEARER_SUBPROTOCOL_PREFIX}${token}`], {
      onOpen: () => {
        if (isCurrent()) this.#dispatch({ kind: 'opened' })
      },
      onMessage: text => {
        if (isCurrent()) this.#receive(text)
      },
      onClose: (code, reason) => {
        if (!isCurrent()) return
        this.#socket = null
        this.#dispatch({ kind: 'closed', code, reason })
      },
    })
    this.#socket = socket
  }

  /** From here on nothing of this socket is heard any more, whether or not the other side answers. */
  #closeSocket(): void {
    const socket = this.#socket
    this.#socket = null
    socket?.close(CLOSE_NORMAL, '')
  }

  #sayHello(): void {
    const { clientInfo, hello, greeting } = this.#deps
    const first: UpFrame = { type: 'session.hello', protocol: PROTOCOL_VERSION, client: clientInfo, ...hello() }
    this.#socket?.send(encode([first, ...greeting()]))
  }

  #receive(text: string): void {
    const frames = decodeDown(text)
    if (frames === null) {
      this.#closeSocket()
      this.#dispatch({ kind: 'closed', code: CLOSE_PROTOCOL_ERROR, reason: 'the server sent no frame' })
      return
    }
    this.#deps.changes.batch(() => {
      this.#dispatch({ kind: 'heard' })
      for (const frame of frames) this.#hear(frame)
      this.#deps.onFrames(frames)
    })
  }

  /** The frames that are about the connection itself. */
  #hear(frame: DownFrame): void {
    switch (frame.type) {
      case 'session.welcome':
        this.#welcome = frame
        this.#dispatch({ kind: 'welcome', heartbeatMs: frame.heartbeatMs, serverTime: frame.serverTime })
        return
      case 'session.draining':
        this.#dispatch({ kind: 'drain', withinMs: frame.reconnectWithinMs })
        return
      case 'error':
        if (frame.ref === REFRESH_REF) this.#dispatch({ kind: 'refresh-refused' })
        return
      default:
        return
    }
  }
}
