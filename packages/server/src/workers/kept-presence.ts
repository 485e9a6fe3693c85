import type { BusMessage } from '../bus/bus.ts'
import { Agenda } from '../people/agenda.ts'
import type { PersonViews } from '../people/person.ts'
import type { PersonChange } from '../people/person-change.ts'
import { STAND_IN } from '../people/presence-sessions.ts'
import type { Changed, PresenceStore } from '../people/presence-store.ts'
import type { Clock, Scheduler } from '../platform/clock.ts'

export interface KeptPresenceDeps {
  readonly store: PresenceStore
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Tells all gateways. */
  readonly publish: (message: BusMessage) => void
}

/**
 * Who is there, kept for gateways that may end at any moment: what a gateway would have to do later (let a grace pass, notice that
 * somebody has fallen silent) is done here, and whoever was connected to one that is gone is so no more.
 */
export class KeptPresence {
  readonly #deps: KeptPresenceDeps
  /** People who change by the passing of time. */
  readonly #agenda: Agenda<string>

  constructor(deps: KeptPresenceDeps) {
    this.#deps = deps
    this.#agenda = new Agenda(deps, due => {
      for (const userId of due) void this.#tick(userId)
    })
  }

  /** What one gateway is served. */
  of(): GatewayPresence {
    return new GatewayPresence({
      read: userIds => this.#deps.store.read(userIds),
      change: (userId, change) => this.#change(userId, change),
      gone: (userId, sessionId) => this.#gone(userId, sessionId),
    })
  }

  close(): void {
    this.#agenda.close()
  }

  /** Who changes by the passing of time is looked at here: whoever has asked need not. */
  async #change(userId: string, change: PersonChange): Promise<Changed> {
    const nowMs = this.#deps.clock.monoMs()
    const { news, dueInMs } = await this.#deps.store.change(userId, change)
    if (dueInMs !== null) this.#agenda.plan(userId, nowMs + dueInMs)
    return { news, dueInMs: null }
  }

  #tick(userId: string): Promise<void> {
    return this.#changeAndTell(userId, { kind: 'tick' })
  }

  #gone(userId: string, sessionId: string): void {
    void this.#changeAndTell(userId, { kind: 'end', sessionId })
  }

  async #changeAndTell(userId: string, change: PersonChange): Promise<void> {
    const { news } = await this.#change(userId, change)
    if (news !== 'none') this.#deps.publish({ kind: 'presence', userId, isPrivate: news === 'own' })
  }
}

interface GatewayPresenceDeps extends PresenceStore {
  gone(userId: string, sessionId: string): void
}

/** The store of presence as one gateway uses it, and which of its sessions are in it. */
export class GatewayPresence implements PresenceStore {
  readonly #deps: GatewayPresenceDeps
  /** By sessionId, whose it is. */
  readonly #sessions = new Map<string, string>()

  constructor(deps: GatewayPresenceDeps) {
    this.#deps = deps
  }

  change(userId: string, change: PersonChange): Promise<Changed> {
    // What stands in for requests is no session, and of no gateway: it ends by itself.
    if (change.kind === 'put' && change.sessionId !== STAND_IN) this.#sessions.set(change.sessionId, userId)
    else if (change.kind === 'end') this.#sessions.delete(change.sessionId)
    return this.#deps.change(userId, change)
  }

  read(userIds: readonly string[]): Promise<readonly PersonViews[]> {
    return this.#deps.read(userIds)
  }

  /** The gateway is gone, and its sessions with it. */
  end(): void {
    for (const [sessionId, userId] of this.#sessions) this.#deps.gone(userId, sessionId)
    this.#sessions.clear()
  }
}
