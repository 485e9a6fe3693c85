import { newsOf } from './batch-news.ts'
import type { LogCommand } from './command.ts'
import { settleLane } from './decide/batch-lanes.ts'
import { type Outcome, refused } from './outcome.ts'
import type { Published } from './published.ts'
import type { RoomLog } from './room-log.ts'

/** How much may wait for the store, and how much of it goes into one transaction. */
export interface CommitterLimits {
  /** Commands that wait or are being committed; one more is refused `unavailable`. */
  readonly queuedCommands: number
  /** The same, by size in bytes. */
  readonly queuedBytes: number
  /** Most commands in one transaction. */
  readonly batchCommands: number
  /** A transaction takes no further command once it has this many bytes to write, by `weightOf`. */
  readonly batchBytes: number
}

/** 32 MiB of waiting messages are a second or more of a busy store: beyond that, refusing is kinder than waiting. */
export const DEFAULT_COMMITTER_LIMITS: CommitterLimits = {
  queuedCommands: 20_000,
  queuedBytes: 32 * 1024 * 1024,
  batchCommands: 1_000,
  batchBytes: 4 * 1024 * 1024,
}

/** Watches the committer; each is optional in effect, none may throw. */
export interface CommitObserver {
  /** A transaction of `commands` begins; the returned function is called when it has ended. */
  batch(commands: number): () => void
  /** Something that should not fail did: the log rejected, or a listener to what is published threw. */
  failed(error: unknown): void
}

export interface CommitterDeps {
  readonly log: Pick<RoomLog, 'commit'>
  readonly scheduler: { soon(task: () => void): void }
  /**
   * Hands to the bus what is durable now. Called in commit order, before the senders are answered. Null: whoever commits for this one
   * tells of it.
   */
  readonly publish: ((news: Published) => void) | null
  readonly limits: CommitterLimits
  readonly observe?: CommitObserver
}

interface Waiting {
  readonly command: LogCommand
  readonly bytes: number
  readonly answer: (outcome: Outcome) => void
}

/**
 * The only commit point of a node. Everything that queued while the last transaction ran is the next one: no timer and
 * no added latency when idle, larger transactions under load. In this order: persist, publish, acknowledge.
 *
 * When idle, what arrives within one turn of the event loop goes together.
 */
export class Committer {
  readonly #deps: CommitterDeps
  /** In the order of arrival. */
  readonly #queue: Waiting[] = []
  #bytes = 0
  #inCommit = 0
  #isScheduled = false
  #onDrained: (() => void)[] = []
  #onTold: (() => void)[] = []

  constructor(deps: CommitterDeps) {
    this.#deps = deps
  }

  /** Commands that are not answered yet. */
  get queued(): number {
    return this.#queue.length + this.#inCommit
  }

  /**
   * Resolves with the command's outcome, durable when it is ok. Never rejects. Commands are decided in the order
   * submitted.
   */
  submit(command: LogCommand): Promise<Outcome> {
    const { limits } = this.#deps
    const bytes = sizeOf(command)
    if (this.queued >= limits.queuedCommands || this.#bytes + bytes > limits.queuedBytes) {
      const outcome = refused('unavailable', 'unable to write; too much is waiting for the store')
      settle(command, outcome)
      return Promise.resolve(outcome)
    }
    this.#bytes += bytes
    return new Promise(answer => {
      this.#queue.push({ command, bytes, answer })
      this.#schedule()
    })
  }

  /** Resolves when all that was submitted is answered. */
  drain(): Promise<void> {
    if (this.queued === 0) return Promise.resolve()
    return new Promise(resolve => this.#onDrained.push(resolve))
  }

  /** Resolves when all that a reader of the log can have seen by now has been published. */
  told(): Promise<void> {
    if (this.#inCommit === 0) return Promise.resolve()
    return new Promise(resolve => this.#onTold.push(resolve))
  }

  #schedule(): void {
    if (this.#isScheduled || this.#inCommit > 0 || this.#queue.length === 0) return
    this.#isScheduled = true
    this.#deps.scheduler.soon(() => {
      this.#isScheduled = false
      void this.#run()
    })
  }

  async #run(): Promise<void> {
    const batch = this.#take()
    this.#inCommit = batch.length
    const outcomes = await this.#commit(batch.map(waiting => waiting.command))
    this.#finish(batch, outcomes)
    this.#inCommit = 0
    for (const resolve of this.#onTold.splice(0)) resolve()
    for (const { bytes } of batch) this.#bytes -= bytes
    this.#schedule()
    if (this.queued === 0) for (const resolve of this.#onDrained.splice(0)) resolve()
  }

  #take(): readonly Waiting[] {
    const { batchCommands, batchBytes } = this.#deps.limits
    let count = 0
    let bytes = 0
    for (const waiting of this.#queue) {
      if (count >= batchCommands || bytes >= batchBytes) break
      bytes += weightOf(waiting)
      count++
    }
    return this.#queue.splice(0, count)
  }

  async #commit(batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    const ended = this.#deps.observe?.batch(batch.length)
    try {
      return await this.#deps.log.commit(batch)
    } catch (error) {
      this.#deps.observe?.failed(error)
      return []
    } finally {
      ended?.()
    }
  }

  /**
   * The lanes first: whoever hears of an outcome finds its lane as the outcome left it. Then the news, then the
   * answers.
   */
  #finish(batch: readonly Waiting[], answered: readonly Outcome[]): void {
    const outcomes = batch.map((_, i) => answered[i] ?? refused('unavailable', 'unable to write; the store failed'))
    const commands = batch.map(waiting => waiting.command)
    batch.forEach(({ command }, i) => {
      const outcome = outcomes[i]
      if (outcome !== undefined) settle(command, outcome)
    })
    if (this.#deps.publish !== null) for (const news of newsOf(commands, outcomes)) this.#publish(news)
    batch.forEach(({ answer }, i) => {
      const outcome = outcomes[i]
      if (outcome !== undefined) answer(outcome)
    })
  }

  /** A hint that cannot be given is no reason to keep the senders waiting: readers find the gap. */
  #publish(news: Published): void {
    try {
      this.#deps.publish?.(news)
    } catch (error) {
      this.#deps.observe?.failed(error)
    }
  }
}

function settle(command: LogCommand, outcome: Outcome): void {
  if (command.kind === 'message.send') settleLane(command.lane, command, outcome)
}

/** What a command holds besides its texts, roughly. */
const COMMAND_BYTES = 512

/**
 * About how many bytes a command keeps in memory and in the transaction; UTF-16 texts take two for each unit at most.
 * What writes a row for each of a list (members, mentions) counts as that many commands more.
 */
function sizeOf(command: LogCommand): number {
  switch (command.kind) {
    case 'message.send':
      return COMMAND_BYTES * (1 + command.mentions.length) + 2 * command.content.length
    case 'message.edit':
      return COMMAND_BYTES * (1 + (command.mentions?.length ?? 0)) + 2 * command.content.length
    case 'room.create':
      return COMMAND_BYTES * (1 + command.members.length) + 2 * JSON.stringify(command.metadata).length
    case 'room.update':
      return COMMAND_BYTES + 2 * JSON.stringify(command.changes).length
    default:
      return COMMAND_BYTES
  }
}

/** A reaction has all of its message's read and written again: at most 200 of them, of some 80 bytes. */
const REACTION_BYTES = 16 * 1024

/** About how many bytes a command has the store write. */
function weightOf({ command, bytes }: Waiting): number {
  return command.kind === 'reaction.add' || command.kind === 'reaction.remove' ? REACTION_BYTES : bytes
}
