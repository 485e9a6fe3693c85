import type { InboxEntry, RoomEvent } from '@holdfast/protocol'
import type { Bus } from '../../src/bus/bus.ts'
import { LocalBus } from '../../src/bus/local.ts'
import type { InboxDeps } from '../../src/inbox/deps.ts'
import { Inboxes } from '../../src/inbox/inboxes.ts'
import type { LogCommand, LogCommandOf } from '../../src/log/command.ts'
import { Committer, DEFAULT_COMMITTER_LIMITS } from '../../src/log/committer.ts'
import { createMemoryLog } from '../../src/log/memory/memory-log.ts'
import type { Outcome } from '../../src/log/outcome.ts'
import { MAX_INBOX_ROOMS, type RoomLog } from '../../src/log/room-log.ts'
import { SendLane } from '../../src/log/send-lane.ts'
import { type Logger, silentLogger } from '../../src/observe/logger.ts'
import { createMetrics } from '../../src/observe/metrics.ts'
import { FakePlatform } from '../support/fake-platform.ts'
import { actorOf } from '../support/fake-reader.ts'
import { InboxReader } from './inbox-reader.ts'

export interface InboxWorldOptions {
  readonly platform?: FakePlatform
  /** Default: in memory. */
  readonly log?: (platform: FakePlatform) => RoomLog
  /** Default: one that is reliable. */
  readonly bus?: (platform: FakePlatform) => Bus
  /** Puts something before the log as the inboxes see it, to watch it or to make it fail. */
  readonly watch?: (log: RoomLog, platform: FakePlatform) => InboxDeps['log']
  /** Whether sessions that come with nothing name the cursor of that moment all the same. Default: no. */
  readonly startsWithCursor?: boolean
  /** Default: a silent one. */
  readonly logger?: Logger
  /** Is told of each line that a session gets, when it gets it. */
  readonly onLine?: (world: InboxWorld, userId: string, entry: InboxEntry) => void
}

/** One log, a committer, a bus, and the inboxes of one node; time stands still unless the test moves it. */
export class InboxWorld {
  readonly platform: FakePlatform
  readonly log: RoomLog
  readonly bus: Bus
  readonly metrics = createMetrics()
  readonly inboxes: Inboxes
  /** Every event that was committed, by room. */
  readonly events = new Map<string, RoomEvent[]>()
  readonly #committer: Committer
  readonly #onLine: InboxWorldOptions['onLine']
  readonly #startsWithCursor: boolean
  #count = 0

  constructor(options: InboxWorldOptions = {}) {
    this.platform = options.platform ?? new FakePlatform()
    const { platform, metrics } = this
    const { clock, scheduler, random } = platform
    this.log = options.log?.(platform) ?? createMemoryLog({ platform })
    this.#onLine = options.onLine
    this.#startsWithCursor = options.startsWithCursor ?? false
    const failed = (error: unknown) => {
      throw error
    }
    this.bus = options.bus?.(platform) ?? new LocalBus(failed)
    this.#committer = new Committer({
      log: Object.create(this.log, {
        commit: { value: (batch: readonly LogCommand[]) => this.#commit(batch) },
      }) as RoomLog,
      scheduler,
      limits: DEFAULT_COMMITTER_LIMITS,
      publish: news => this.bus.publish(news),
    })
    const log = options.watch?.(this.log, platform) ?? this.log
    const rest = { metrics, logger: options.logger ?? silentLogger, isBusReliable: this.bus.isReliable }
    this.inboxes = new Inboxes({ log, clock, scheduler, random, ...rest })
    this.bus.subscribe(message => this.inboxes.receive(message))
  }

  /** A room of these people, the first its owner. */
  async room(
    roomId: string,
    people: readonly string[],
    { type = 'public', ephemeral = false }: { type?: 'public' | 'private'; ephemeral?: boolean } = {},
  ): Promise<void> {
    const [owner = '', ...members] = people
    const fields = { name: roomId, type, topic: '', ephemeral, metadata: {}, members }
    await this.run({ kind: 'room.create', actor: actorOf(owner), roomId, ...fields })
  }

  /** Commits a command, time standing still but for what is due now. */
  async run(command: LogCommand): Promise<Outcome> {
    const outcome = this.submit(command)
    await this.platform.advance(0)
    return outcome
  }

  /** Submits a command without waiting for it. */
  submit(command: LogCommand): Promise<Outcome> {
    return this.#committer.submit(command)
  }

  /** Lets all that was submitted be committed, time standing still: a store may take more turns than time alone gives it. */
  async drain(): Promise<void> {
    while (this.#committer.queued > 0) {
      await this.platform.advance(0)
      await new Promise(resolve => setImmediate(resolve))
    }
  }

  sending(userId: string, roomId: string, mentions: readonly string[] = [], content = 'text'): LogCommand {
    const lane = new SendLane()
    const rest = { type: 'text', content, replyTo: null, mentions, seen: null, lane, ticket: 1 } as const
    return { kind: 'message.send', actor: actorOf(userId), roomId, clientId: `c${++this.#count}`, ...rest }
  }

  /** Sends and gives the id of the message. */
  async send(userId: string, roomId: string, mentions: readonly string[] = [], content = 'text'): Promise<string> {
    const outcome = await this.run(this.sending(userId, roomId, mentions, content))
    if (!outcome.ok || outcome.detail.kind !== 'ack') throw new Error('a send was refused')
    return outcome.detail.messageId
  }

  /** A command of a person about a room. */
  do<K extends LogCommand['kind']>(
    userId: string,
    roomId: string,
    kind: K,
    fields: Omit<LogCommandOf<K>, 'kind' | 'actor' | 'roomId'> | Record<string, never> = {},
  ): Promise<Outcome> {
    return this.run({ kind, actor: actorOf(userId), roomId, ...fields } as unknown as LogCommand)
  }

  /** A session that wishes to have its inbox, as a client that has listed its rooms, or holds `before`. */
  async begin(userId: string, options: { since?: string | null; before?: InboxReader } = {}): Promise<InboxReader> {
    const { before } = options
    const known = options.since ?? before?.cursor ?? null
    const since = known ?? (this.#startsWithCursor ? await this.log.inboxCursor() : null)
    const onLine = (entry: InboxEntry) => this.#onLine?.(this, userId, entry)
    const list = () => this.list(userId)
    const reader = new InboxReader(`s${++this.#count}`, userId, this.platform.clock, { since, onLine, list })
    for (const [roomId, entry] of before?.lines ?? []) reader.lines.set(roomId, entry)
    this.inboxes.begin(reader)
    if (known === null) await reader.list()
    await this.platform.advance(0)
    return reader
  }

  /** The person's lines as the log has them. */
  async list(userId: string): Promise<readonly InboxEntry[]> {
    return this.log.inboxOf(userId, await this.log.roomIdsOf(userId, MAX_INBOX_ROOMS))
  }

  /** What a counter of the metrics stands at. */
  async metric(name: string): Promise<number> {
    const lines = (await this.metrics.text()).split('\n').filter(line => line.startsWith(`holdfast_${name}`))
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }

  async close(): Promise<void> {
    this.inboxes.close()
    await this.bus.close()
    await this.log.close()
  }

  async #commit(batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    const outcomes = await this.log.commit(batch)
    for (const outcome of outcomes) {
      if (!outcome.ok || outcome.events.length === 0) continue
      this.events.set(outcome.roomId, [...(this.events.get(outcome.roomId) ?? []), ...outcome.events])
    }
    return outcomes
  }
}
