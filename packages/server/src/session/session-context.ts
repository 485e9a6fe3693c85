import type { Refusal } from '@holdfast/protocol'
import type { Actor } from '../log/actor.ts'
import type { CommandContext, CommandDeps } from './context.ts'
import { Lanes } from './lanes.ts'
import type { SignalSource } from './signals.ts'

/** The session whose commands these are. */
export interface SessionContextHost {
  /** May change by `auth.refresh`: read anew for every command. */
  readonly actor: Actor
  /** Null until the hello. */
  readonly sessionId: string | null
  refresh(token: string): Promise<Refusal | null>
}

/** What the commands of one session are run with. Made for the first of them: an idle session has none. */
export class SessionContext implements CommandContext {
  readonly lanes = new Lanes()
  readonly submit: CommandDeps['submit']
  readonly #deps: CommandDeps
  readonly #host: SessionContextHost

  constructor(deps: CommandDeps, host: SessionContextHost) {
    this.#deps = deps
    this.#host = host
    this.submit = deps.submit
  }

  get limits(): CommandDeps['limits'] {
    return this.#deps.limits
  }

  get sendLimit(): CommandDeps['sendLimit'] {
    return this.#deps.sendLimit
  }

  get changeLimit(): CommandDeps['changeLimit'] {
    return this.#deps.changeLimit
  }

  get metrics(): CommandDeps['metrics'] {
    return this.#deps.metrics
  }

  get signals(): CommandDeps['signals'] {
    return this.#deps.signals
  }

  get actor(): Actor {
    return this.#host.actor
  }

  get source(): SignalSource {
    const { sessionId, actor } = this.#host
    return { sessionId, actor }
  }

  refresh(token: string): Promise<Refusal | null> {
    return this.#host.refresh(token)
  }
}
