import type { Refusal, SessionLimits } from '@holdfast/protocol'
import type { Actor } from '../log/actor.ts'
import type { LogCommand } from '../log/command.ts'
import type { Outcome } from '../log/outcome.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Lanes } from './lanes.ts'
import type { SignalSource, Signals } from './signals.ts'
import type { PersonLimit } from './token-bucket.ts'

/** What all commands of this node share. */
export interface CommandDeps {
  /** Commits a command; resolves when it is durable or refused. Commands are decided in the order of these calls. */
  readonly submit: (command: LogCommand) => Promise<Outcome>
  readonly limits: SessionLimits
  /** Messages a second and person. */
  readonly sendLimit: PersonLimit
  /** All other changes a second and person. */
  readonly changeLimit: PersonLimit
  readonly metrics: Pick<Metrics, 'sends'>
  /** Carries what is no event of the log. */
  readonly signals: Signals
}

/** What a command is run with: for a session, or for one HTTP request. */
export interface CommandContext extends CommandDeps {
  readonly actor: Actor
  readonly lanes: Lanes
  /** Whose signals these are. */
  readonly source: SignalSource
  /** Puts a newer token of the same person in force; or says why not. */
  refresh(token: string): Promise<Refusal | null>
}
