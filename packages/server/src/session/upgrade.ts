import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ErrorCode } from '@holdfast/protocol'
import type { AddressLimit } from '../auth/address-limit.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import { credentialOfUpgrade } from '../auth/credentials.ts'
import type { OriginPolicy } from '../auth/origins.ts'
import type { Identity, Tickets } from '../auth/tickets.ts'
import type { Actor } from '../log/actor.ts'
import type { Logger } from '../observe/logger.ts'
import type { Scheduler } from '../platform/clock.ts'
import { Turns } from '../platform/turns.ts'
import { refuseUpgrade, type WebSocketAcceptor } from '../transport/acceptor.ts'
import { MAX_SESSIONS_PER_PERSON, type Sessions } from './sessions.ts'
import type { PersonLimit } from './token-bucket.ts'

/**
 * Upgrades whose deciding is begun before everything else has its turn. One takes some 100 µs, and the hello that follows half as much, so that with both a
 * turn takes some 10 ms.
 */
export const UPGRADES_A_TURN = 64

/** What deciding an upgrade needs. */
export interface UpgradeDeps {
  /** The path of the WebSocket; requests for any other are not ours. */
  readonly path: string
  readonly origins: OriginPolicy
  readonly tokenInQuery: boolean
  readonly authenticator: Authenticator
  readonly tickets: Tickets
  readonly addressLimit: AddressLimit
  /** How often one person opens sockets. */
  readonly connectLimit: PersonLimit
  readonly seen: (actor: Actor) => void
  readonly sessions: Sessions
  readonly acceptor: WebSocketAcceptor
  readonly isDraining: () => boolean
  readonly scheduler: Scheduler
  readonly logger: Logger
}

/** An upgrade that is answered by an HTTP error. */
interface Refused {
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  readonly retryAfterMs?: number
}

/** Decides WebSocket upgrades before there is a WebSocket (contract §3): a bad credential gets 401, a foreign page 403. */
export class UpgradeGate {
  readonly #deps: UpgradeDeps
  readonly #turns: Turns

  constructor(deps: UpgradeDeps) {
    this.#deps = deps
    this.#turns = new Turns(deps.scheduler, UPGRADES_A_TURN)
  }

  /** False, with the socket untouched, when the request is for another path than ours. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (pathOf(request) !== this.#deps.path) return false
    // Until the WebSocket is there, nobody else listens: a peer that resets must not end the process.
    socket.on('error', ignore)
    this.#turns.take(() => void this.#open(request, socket, head))
    return true
  }

  /** Never rejects. */
  async #open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // It has gone while it waited: nothing is asked, and nothing counted.
    if (socket.destroyed) return
    try {
      await this.#decide(request, socket, head)
    } catch (error) {
      this.#deps.logger.error({ err: error }, 'unable to decide an upgrade')
      refuse(socket, { status: 500, code: 'unavailable', detail: 'unable to open a socket; something went wrong here' })
    }
  }

  async #decide(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { origins, sessions, connectLimit, isDraining, acceptor, seen } = this.#deps
    if (!origins.allows(request.headers.origin, request.headers.host)) return refuse(socket, FOREIGN_ORIGIN)
    if (isDraining()) return refuse(socket, DRAINING)
    const identity = await this.#identify(request)
    if ('status' in identity) return refuse(socket, identity)
    const { userId } = identity.actor
    if (!sessions.hasRoomFor(userId)) return refuse(socket, TOO_MANY_SESSIONS)
    const retryAfterMs = connectLimit.take(userId)
    if (retryAfterMs > 0) return refuse(socket, { ...TOO_FAST, retryAfterMs })
    if (isDraining()) return refuse(socket, DRAINING)
    seen(identity.actor)
    acceptor.accept(request, socket, head, transport => {
      // From here on the WebSocket listens.
      socket.off('error', ignore)
      sessions.add(transport, identity)
    })
  }

  async #identify(request: IncomingMessage): Promise<Identity | Refused> {
    const { tokenInQuery, authenticator, tickets } = this.#deps
    const credential = credentialOfUpgrade(request, { tokenInQuery })
    switch (credential.kind) {
      case 'none':
        return unauthorized(`unable to open a socket; ${credential.reason}`)
      case 'ticket':
        return (
          (await tickets.redeem(credential.ticket)) ??
          this.#failed(request, 'unable to open a socket; the ticket is not good')
        )
      case 'bearer': {
        const result = await authenticator.authenticate(credential.token)
        if (result.ok) return result
        return result.hasExpired ? unauthorized(result.reason) : this.#failed(request, result.reason)
      }
    }
  }

  /** Bad credentials are counted by address, so that they cannot be tried without end. */
  async #failed(request: IncomingMessage, detail: string): Promise<Refused> {
    const retryAfterMs = await this.#deps.addressLimit.failure(request.socket.remoteAddress ?? null)
    if (retryAfterMs === null) return unauthorized(detail)
    const tooMany = 'unable to open a socket; too many bad credentials came from this address'
    return { status: 429, code: 'rate_limited', detail: tooMany, retryAfterMs }
  }
}

function ignore(): void {}

const FOREIGN_ORIGIN: Refused = {
  status: 403,
  code: 'forbidden',
  detail: 'unable to open a socket; pages of this origin may not ask',
}
const DRAINING: Refused = {
  status: 503,
  code: 'unavailable',
  detail: 'unable to open a socket; this node is going away',
  retryAfterMs: 1_000,
}
const TOO_MANY_SESSIONS: Refused = {
  status: 429,
  code: 'rate_limited',
  detail: `unable to open a socket; one person may have ${MAX_SESSIONS_PER_PERSON} on a node`,
  retryAfterMs: 10_000,
}

const TOO_FAST: Refused = {
  status: 429,
  code: 'rate_limited',
  detail: 'unable to open a socket; you are opening too many too fast',
}

function unauthorized(detail: string): Refused {
  return { status: 401, code: 'unauthorized', detail }
}

function refuse(socket: Duplex, { status, code, detail, retryAfterMs }: Refused): void {
  const problem = { type: 'about:blank', title: code, status, detail, code, retryable: retryAfterMs !== undefined }
  refuseUpgrade(socket, status, JSON.stringify(problem), [
    ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
    ...(retryAfterMs === undefined ? [] : [`Retry-After: ${Math.ceil(retryAfterMs / 1_000)}`]),
  ])
}

function pathOf({ url = '' }: IncomingMessage): string {
  const mark = url.indexOf('?')
  return mark === -1 ? url : url.slice(0, mark)
}
