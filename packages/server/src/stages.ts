import { createAddressLimit, noAddressLimit } from './auth/address-limit.ts'
import type { Auth } from './auth/auth.ts'
import { createOriginPolicy } from './auth/origins.ts'
import type { People } from './auth/people.ts'
import { createTickets } from './auth/tickets.ts'
import type { Bus } from './bus/bus.ts'
import { MAX_REQUESTS_PER_PERSON, MAX_SYNCS_PER_PERSON, UnderWay } from './http/under-way.ts'
import type { Actor } from './log/actor.ts'
import { Committer, DEFAULT_COMMITTER_LIMITS } from './log/committer.ts'
import type { RoomLog } from './log/room-log.ts'
import type { Metrics } from './observe/metrics.ts'
import type { Settings } from './options.ts'
import type { Parts } from './parts.ts'
import { RoomHubs } from './room/hubs.ts'
import { DEFAULT_TAIL } from './room/tail.ts'
import type { CommandDeps } from './session/context.ts'
import { Lanes } from './session/lanes.ts'
import { refusalOfRefresh } from './session/refresh.ts'
import type { SessionDeps } from './session/session-deps.ts'
import { MAX_SESSIONS_PER_PERSON, Sessions } from './session/sessions.ts'
import { noPersonLimit, PersonBuckets, type PersonLimit } from './session/token-bucket.ts'
import type { NodeSignals } from './signals.ts'
import { WebSocketAcceptor } from './transport/acceptor.ts'

/** A burst of sends may be so many times the rate. */
const BURST_FACTOR = 5
/** Changes other than messages (edits, reactions, read positions) a second, by the rate of messages. */
const CHANGE_FACTOR = 5
/** Frames of one socket, and HTTP requests of one person. A client that sends more is broken. */
const FRAME_PACE = { rate: 200, burst: 2_000 }
/** Sockets that one person opens. A client that reconnects by the contract's back-off needs one a second at first. */
const CONNECT_PACE = { rate: 10, burst: 500 }
/** A session is silent when it missed this many heartbeats. */
const SILENT_HEARTBEATS = 3
/** A session may be sent so many times its bytes of presence at once: what there is to tell of a few rooms that are opened together. */
const PRESENCE_BURST_FACTOR = 4

interface CommitterParts {
  readonly settings: Pick<Settings, 'platform' | 'logger'>
  readonly log: Pick<RoomLog, 'commit'>
  readonly bus: Pick<Bus, 'publish'>
}

/** The one way into the log; tells the bus what is in it. */
export function newCommitter({ settings, log, bus }: CommitterParts, metrics: Metrics): Committer {
  const { clock, scheduler } = settings.platform
  return new Committer({
    log,
    scheduler,
    limits: DEFAULT_COMMITTER_LIMITS,
    publish(news) {
      if (news.kind === 'events') metrics.eventsPublished.inc(news.events.length)
      bus.publish(news)
    },
    observe: {
      batch(commands) {
        const startedMs = clock.monoMs()
        metrics.commits.inc()
        metrics.commitBatchSize.observe(commands)
        return () => metrics.commitSeconds.observe((clock.monoMs() - startedMs) / 1_000)
      },
      failed: error => settings.logger.error({ err: error }, 'unable to commit or to tell of it'),
    },
  })
}

/** The way of a gateway to the owner of the log, who tells of the commits and measures them. */
export function newForwarder({ settings, log }: Omit<CommitterParts, 'bus'>): Committer {
  return new Committer({
    log,
    scheduler: settings.platform.scheduler,
    limits: DEFAULT_COMMITTER_LIMITS,
    publish: null,
    observe: {
      batch: () => () => {},
      failed: error => settings.logger.error({ err: error }, 'unable to hand commands to the owner of the log'),
    },
  })
}

/** The rooms that are read on this node, following the bus. */
export function newHubs({ settings, log, bus }: Parts, metrics: Metrics, signals: NodeSignals): RoomHubs {
  const { platform, logger, limits } = settings
  const { clock, scheduler } = platform
  const hubs = new RoomHubs({
    ...{ log, clock, scheduler, metrics, logger },
    newAudience: roomId => signals.presence.newAudience(roomId),
    showsReads: userId => signals.presence.showsReads(userId),
    largeRoom: limits.largeRoomMembers,
    delta: limits.delta,
    tail: DEFAULT_TAIL,
  })
  bus.subscribe(message => hubs.receive(message))
  if (!bus.isReliable) hubs.watchHeads()
  return hubs
}

/** What runs commands, whichever way they come. */
export function newCommands(
  settings: Settings,
  parts: Pick<CommandDeps, 'submit' | 'metrics' | 'signals'>,
): CommandDeps {
  const { sendRate, sessionLimits, platform } = settings
  const limit = (rate: number): PersonLimit =>
    rate === 0 ? noPersonLimit : new PersonBuckets({ rate, burst: Math.max(1, rate * BURST_FACTOR) }, platform.clock)
  return {
    ...parts,
    limits: sessionLimits,
    sendLimit: limit(sendRate),
    changeLimit: limit(sendRate * CHANGE_FACTOR),
  }
}

/** What the commands of one HTTP request are run with. */
export function requestContext(commands: CommandDeps, actor: Actor, { authenticator }: Auth) {
  return {
    ...commands,
    actor,
    source: { sessionId: null, actor },
    lanes: new Lanes(),
    refresh: async (token: string) => refusalOfRefresh(await authenticator.authenticate(token), actor),
  }
}

interface SessionParts {
  readonly commands: CommandDeps
  readonly hubs: RoomHubs
  readonly metrics: Metrics
  readonly people: People
}

/** The connected clients of this node. */
export function newSessions({ settings, auth }: Parts, { commands, hubs, metrics, people }: SessionParts): Sessions {
  const { limits, platform, logger, sessionLimits, nodeName, sendRate } = settings
  const isLimited = sendRate > 0
  const deps: SessionDeps = {
    platform,
    logger,
    metrics,
    commands,
    openRoom: request => hubs.open(request),
    recheckRoom: (roomId, userId) => hubs.receive({ kind: 'access', roomId, userId, code: 'forbidden' }),
    authenticate: async token => {
      const result = await auth.authenticator.authenticate(token)
      if (result.ok) people.seen(result.actor)
      return result
    },
    limits: sessionLimits,
    times: {
      helloMs: limits.helloMs,
      pingMs: limits.heartbeatMs,
      silenceMs: limits.heartbeatMs * SILENT_HEARTBEATS,
    },
    heartbeatMs: limits.heartbeatMs,
    sendQueue: { scheduler: platform.scheduler, limitBytes: limits.sendQueueBytes, drainMs: limits.slowReaderMs },
    presencePace: { rate: limits.presenceBytes, burst: limits.presenceBytes * PRESENCE_BURST_FACTOR },
    framePace: isLimited ? FRAME_PACE : null,
    reconnectWithinMs: limits.reconnectWithinMs,
    node: nodeName,
  }
  return new Sessions(deps, isLimited ? MAX_SESSIONS_PER_PERSON : null)
}

/** What makes WebSockets of upgrades. */
export function newAcceptor({ limits, compression, platform }: Settings): WebSocketAcceptor {
  return new WebSocketAcceptor({ frameBytes: limits.frameBytes, compression, time: platform })
}

/** What stands before whoever comes in. */
export function newEdge({ settings, shared }: Pick<Parts, 'settings' | 'shared'>) {
  const { allowedOrigins, platform, sendRate } = settings
  return {
    scheduler: platform.scheduler,
    origins: createOriginPolicy(allowedOrigins),
    tickets: shared?.tickets ?? createTickets(platform),
    addressLimit: sendRate === 0 ? noAddressLimit : createAddressLimit(),
    connectLimit: sendRate === 0 ? noPersonLimit : new PersonBuckets(CONNECT_PACE, platform.clock),
    requestLimit: sendRate === 0 ? noPersonLimit : new PersonBuckets(FRAME_PACE, platform.clock),
    underWay: sendRate === 0 ? null : newUnderWay(),
  }
}

function newUnderWay() {
  return { requests: new UnderWay(MAX_REQUESTS_PER_PERSON), syncs: new UnderWay(MAX_SYNCS_PER_PERSON) }
}
