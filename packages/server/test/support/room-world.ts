import type { Cursor } from '@holdfast/protocol'
import type { Bus } from '../../src/bus/bus.ts'
import { LocalBus } from '../../src/bus/local.ts'
import type { LogCommand } from '../../src/log/command.ts'
import { Committer, DEFAULT_COMMITTER_LIMITS } from '../../src/log/committer.ts'
import { createMemoryLog } from '../../src/log/memory/memory-log.ts'
import type { Outcome } from '../../src/log/outcome.ts'
import type { Published } from '../../src/log/published.ts'
import { DEFAULT_LARGE_ROOM, type RoomLog } from '../../src/log/room-log.ts'
import { SendLane } from '../../src/log/send-lane.ts'
import { silentLogger } from '../../src/observe/logger.ts'
import { createMetrics } from '../../src/observe/metrics.ts'
import type { RoomDeps } from '../../src/room/deps.ts'
import { RoomHubs } from '../../src/room/hubs.ts'
import { DEFAULT_TAIL, type TailLimits } from '../../src/room/tail.ts'
import { TypingStarts } from '../../src/room/typing-starts.ts'
import { FakeAudience } from './fake-audience.ts'
import { FakePlatform } from './fake-platform.ts'
import { actorOf, FakeReader } from './fake-reader.ts'

export const ROOM = 'room'
export const OWNER = 'owner'

export interface WorldOptions {
  /** Default: one that is reliable. */
  readonly bus?: (platform: FakePlatform) => Bus
  /** Default: one. */
  readonly nodes?: number
  readonly delta?: number
  readonly tail?: TailLimits
  /** Puts something before the log, to watch it or to make it fail. */
  readonly log?: (log: RoomLog) => RoomLog
  /** Default: 200 members. */
  readonly largeRoom?: number
}

/** One log, a committer, a bus, and nodes whose rooms follow it; time stands still unless the test moves it. */
export class RoomWorld {
  readonly platform = new FakePlatform()
  readonly log: RoomLog
  readonly bus: Bus
  readonly nodes: readonly RoomHubs[]
  readonly readers: FakeReader[] = []
  /** Every audience that was made, the closed ones too. */
  readonly audiences: FakeAudience[] = []
  /** Those who do not show how far they have read. */
  readonly private = new Set<string>()
  /** Of whom it is not known yet whether they do. */
  readonly unknown = new Set<string>()
  /** Those who appear offline. */
  readonly hidden = new Set<string>()
  /** What takes the typing of each node's people. */
  readonly typing: readonly TypingStarts[]
  readonly #committer: Committer
  #sends = 0

  constructor(options: WorldOptions = {}) {
    const { platform } = this
    const log = createMemoryLog({ platform, largeRoom: options.largeRoom ?? DEFAULT_LARGE_ROOM })
    this.log = options.log?.(log) ?? log
    this.bus =
      options.bus?.(platform) ??
      new LocalBus(error => {
        throw error
      })
    this.#committer = new Committer({
      log: this.log,
      scheduler: platform.scheduler,
      limits: DEFAULT_COMMITTER_LIMITS,
      publish: news => this.#publish(news),
    })
    this.typing = Array.from({ length: options.nodes ?? 1 }, () => this.#typing())
    this.nodes = Array.from({ length: options.nodes ?? 1 }, () => this.#node(options))
  }

  /** A world with a room that `owner` and these people are in. */
  static async withRoom(
    members: readonly string[],
    options: WorldOptions & { readonly type?: 'public' | 'private' } = {},
  ): Promise<RoomWorld> {
    const world = new RoomWorld(options)
    const { type = 'private' } = options
    const fields = { name: 'Room', type, topic: '', ephemeral: false, metadata: {}, members }
    await world.run({ kind: 'room.create', actor: actorOf(OWNER), roomId: ROOM, ...fields })
    return world
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

  send(userId: string, content = 'text'): Promise<Outcome> {
    const lane = new SendLane()
    const clientId = `c${++this.#sends}`
    const rest = { type: 'text', content, replyTo: null, mentions: [], seen: null, lane, ticket: 1 } as const
    return this.submit({ kind: 'message.send', actor: actorOf(userId), roomId: ROOM, clientId, ...rest })
  }

  /** Opens the room for a new reader on a node. */
  open(
    userId: string,
    cursor: Cursor | null = null,
    options: { node?: number; limit?: number; isAdmin?: boolean } = {},
  ): FakeReader {
    const reader = new FakeReader(userId, cursor, options.limit, options.isAdmin)
    this.readers.push(reader)
    const node = this.nodes[options.node ?? 0]
    if (node === undefined) throw new Error('no such node')
    reader.subscription = node.open(reader.request(ROOM))
    return reader
  }

  async head(): Promise<Cursor> {
    const head = await this.log.head(ROOM)
    if (head === null) throw new Error('the room is gone')
    return head
  }

  /** The one audience that is not closed. */
  get audience(): FakeAudience {
    const [open, another] = this.audiences.filter(audience => !audience.isClosed)
    if (open === undefined || another !== undefined) throw new Error('there is not exactly one audience')
    return open
  }

  #node(options: WorldOptions): RoomHubs {
    const hubs = new RoomHubs(this.#deps(options))
    this.bus.subscribe(message => hubs.receive(message))
    if (!this.bus.isReliable) hubs.watchHeads()
    return hubs
  }

  /** What people settle is known everywhere before anybody hears of it. */
  #publish(news: Published): void {
    if (news.kind === 'settings') {
      const { userId, settings } = news
      this.private[settings.readReceipts ? 'delete' : 'add'](userId)
      this.hidden[settings.appearOffline ? 'add' : 'delete'](userId)
    }
    this.bus.publish(news)
  }

  #typing(): TypingStarts {
    return new TypingStarts({
      log: this.log,
      clock: this.platform.clock,
      publish: message => this.bus.publish(message),
      isHidden: userId => this.hidden.has(userId),
    })
  }

  #deps({ delta = 1_000, tail = DEFAULT_TAIL, largeRoom = DEFAULT_LARGE_ROOM }: WorldOptions): RoomDeps {
    const { clock, scheduler } = this.platform
    const rest = { metrics: createMetrics(), logger: silentLogger, delta, tail, largeRoom }
    const newAudience = (roomId: string) => {
      const audience = new FakeAudience(roomId)
      this.audiences.push(audience)
      return audience
    }
    return {
      log: this.log,
      clock,
      scheduler,
      newAudience,
      showsReads: userId => (this.unknown.has(userId) ? null : !this.private.has(userId)),
      ...rest,
    }
  }
}
