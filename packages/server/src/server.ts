import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createAddressLimit, noAddressLimit } from './auth/address-limit.ts'
import { type Auth, createAuth } from './auth/auth.ts'
import { createOriginPolicy } from './auth/origins.ts'
import { People } from './auth/people.ts'
import { createTickets } from './auth/tickets.ts'
import type { Bus } from './bus/bus.ts'
import { LocalBus } from './bus/local.ts'
import { createApp } from './http/app.ts'
import { runChecks } from './http/checks.ts'
import { toNodeHandler } from './http/node-handler.ts'
import { Listener, type ListenOptions } from './listener.ts'
import type { Actor } from './log/actor.ts'
import type { LogCommand } from './log/command.ts'
import { Committer, DEFAULT_COMMITTER_LIMITS } from './log/committer.ts'
import { EphemeralRooms } from './log/ephemeral.ts'
import { DEFAULT_EPHEMERAL_LIMITS } from './log/memory/memory-limits.ts'
import { createMemoryLog } from './log/memory/memory-log.ts'
import type { Outcome } from './log/outcome.ts'
import type { RoomLog } from './log/room-log.ts'
import { openSqliteLog } from './log/sqlite/sqlite-log.ts'
import { createMetrics, type Metrics } from './observe/metrics.ts'
import { type HoldfastOptions, type Settings, settingsOf } from './options.ts'
import { within } from './platform/within.ts'
import { RoomHubs } from './room/hubs.ts'
import { DEFAULT_TAIL } from './room/tail.ts'
import { paced } from './session/commands/change.ts'
import type { CommandDeps } from './session/context.ts'
import { requestCommands } from './session/dispatch.ts'
import { Lanes } from './session/lanes.ts'
import { refusalOfRefresh } from './session/refresh.ts'
import type { SessionDeps } from './session/session-deps.ts'
import { MAX_SESSIONS_PER_PERSON, Sessions } from './session/sessions.ts'
import { noPersonLimit, PersonBuckets, type PersonLimit } from './session/token-bucket.ts'
import { UpgradeGate } from './session/upgrade.ts'
import { WebSocketAcceptor } from './transport/acceptor.ts'

/** A running server. */
export interface Holdfast {
  /** Answers an HTTP request: for whatever speaks the fetch API. `bindings` is what `@hono/node-server` gives, for limits by address. */
  fetch(request: Request, bindings?: object): Promise<Response>
  /** Takes a WebSocket upgrade. False, with the socket untouched, when its path is not Holdfast's. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean
  /** Serves on an HTTP server of its own; resolves with its base URL. Rejects when the address cannot be had. */
  listen(options: ListenOptions): Promise<{ readonly url: string }>
  /**
   * Drains and ends: takes no new connection, tells every session that this node is going away, answers what is under way,
   * closes. Within a second when clients leave by themselves, a few when they do not. Loses nothing that was acknowledged.
   */
  close(): Promise<void>
}

/** A burst of sends may be so many times the rate. */
const BURST_FACTOR = 5
/** Changes other than messages (edits, reactions, read positions) a second, by the rate of messages. */
const CHANGE_FACTOR = 5
/** Frames of one socket. A client that sends more is broken. */
const FRAME_PACE = { rate: 200, burst: 2_000 }
/** A session is silent when it missed this many heartbeats. */
const SILENT_HEARTBEATS = 3
/** How long a closing handshake may take when this server ends, in milliseconds. */
const GOODBYE_MS = 500
/** How long the end waits for the store to commit what it was given, and for HTTP answers to be taken. Milliseconds; §6: 30 s. */
const COMMIT_MS = 10_000
const ANSWER_MS = 2_000

/**
 * A server by these options, ready to be mounted or to listen.
 *
 * @throws Error in one line when an option is wrong or the store cannot be opened.
 */
export async function createHoldfast(options: HoldfastOptions): Promise<Holdfast> {
  const settings = settingsOf(options)
  const log = await openLog(settings)
  try {
    const dataDir = settings.store.kind === 'sqlite' ? settings.store.dataDir : null
    const auth = await createAuth(settings.auth, dataDir, settings.platform)
    const bus = new LocalBus(error => settings.logger.error({ err: error }, 'a listener of the bus failed'))
    return compose({ settings, log, bus, auth })
  } catch (error) {
    await log.close()
    throw error
  }
}

/** What a server is composed of: for tests that bring their own. */
export interface Parts {
  readonly settings: Settings
  readonly log: RoomLog
  readonly bus: Bus
  readonly auth: Auth
}

/** Wires the stages. */
export function compose(parts: Parts): Holdfast {
  const { settings, log, bus, auth } = parts
  const metrics = createMetrics()
  const committer = newCommitter(parts, metrics)
  const submit = (command: LogCommand) => submitTo(committer, bus, command)
  const people = new People(submit)
  const seen = (actor: Actor) => people.seen(actor)
  const hubs = newHubs(parts, metrics)
  const commands = newCommands(settings, submit, metrics)
  const sessions = newSessions(parts, { commands, hubs, metrics, people })
  const edge = newEdge(settings)
  let isDraining = false

  const app = createApp({
    ...edge,
    ...auth,
    log,
    submit: paced(commands),
    commands: actor => requestCommands(requestContext(commands, actor, auth)),
    seen,
    limits: settings.sessionLimits,
    health: {
      isDraining: () => isDraining,
      check: () => runChecks({ store: () => log.check(), bus: () => bus.check() }),
    },
    metrics,
    logger: settings.logger,
    random: settings.platform.random,
    scheduler: settings.platform.scheduler,
    basePath: settings.basePath,
    web: settings.web,
  })
  const gate = new UpgradeGate({
    ...edge,
    path: `${settings.basePath}/api/socket`,
    tokenInQuery: settings.tokenInQuery,
    authenticator: auth.authenticator,
    seen,
    sessions,
    acceptor: new WebSocketAcceptor(settings.limits.frameBytes),
    isDraining: () => isDraining,
    logger: settings.logger,
  })

  const fetch = async (request: Request, bindings: object = {}) => app.fetch(request, bindings)
  const handleUpgrade = gate.handle.bind(gate)
  const listener = new Listener(toNodeHandler({ fetch }), handleUpgrade)
  let closing: Promise<void> | null = null
  return {
    fetch,
    handleUpgrade,
    listen: where => listener.listen(where),
    close() {
      isDraining = true
      closing ??= drain({ ...parts, listener, sessions, committer, hubs })
      return closing
    },
  }
}

interface Running extends Parts {
  readonly listener: Listener
  readonly sessions: Sessions
  readonly committer: Committer
  readonly hubs: RoomHubs
}

/** Lets everyone go, then answers what is under way, then closes: nobody is cut off from an answer that is coming. */
async function drain({ settings, log, bus, listener, sessions, committer, hubs }: Running): Promise<void> {
  listener.stopAccepting()
  await sessions.drain(settings.limits.reconnectWithinMs * 1.5)
  sessions.stopReading()
  await within(settings.platform.scheduler, COMMIT_MS, committer.drain())
  await sessions.stop(GOODBYE_MS)
  await within(settings.platform.scheduler, ANSWER_MS, listener.answered())
  listener.cut()
  hubs.close()
  await bus.close()
  await log.close()
}

async function openLog({ store, platform, logger }: Settings): Promise<RoomLog> {
  const onFault = (fault: unknown) => logger.error({ err: fault }, 'the store failed')
  switch (store.kind) {
    case 'memory':
      return createMemoryLog({ platform, onFault })
    case 'sqlite':
      return new EphemeralRooms({
        durable: await openSqliteLog({ dataDir: store.dataDir, platform, onFault }),
        memory: createMemoryLog({ platform, onFault, limits: DEFAULT_EPHEMERAL_LIMITS }),
      })
  }
}

function newCommitter({ settings, log, bus }: Parts, metrics: Metrics): Committer {
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

/** A ban of somebody who is no member writes no event, so that those who follow the room's events have to be told apart. */
async function submitTo(committer: Committer, bus: Bus, command: LogCommand): Promise<Outcome> {
  const outcome = await committer.submit(command)
  if (outcome.ok && command.kind === 'ban.put') {
    bus.publish({ kind: 'access', roomId: command.roomId, userId: command.userId, code: 'banned' })
  }
  return outcome
}

function newHubs({ settings, log, bus }: Parts, metrics: Metrics): RoomHubs {
  const { platform, logger, limits } = settings
  const { clock, scheduler } = platform
  const hubs = new RoomHubs({ log, clock, scheduler, metrics, logger, delta: limits.delta, tail: DEFAULT_TAIL })
  bus.subscribe(message => hubs.receive(message))
  if (!bus.isReliable) hubs.watchHeads()
  return hubs
}

function newCommands(settings: Settings, submit: CommandDeps['submit'], metrics: Metrics): CommandDeps {
  const { sendRate, sessionLimits, platform } = settings
  const limit = (rate: number): PersonLimit =>
    rate === 0 ? noPersonLimit : new PersonBuckets({ rate, burst: Math.max(1, rate * BURST_FACTOR) }, platform.clock)
  return {
    submit,
    limits: sessionLimits,
    sendLimit: limit(sendRate),
    changeLimit: limit(sendRate * CHANGE_FACTOR),
    metrics,
  }
}

function requestContext(commands: CommandDeps, actor: Actor, { authenticator }: Auth) {
  return {
    ...commands,
    actor,
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

function newSessions({ settings, auth }: Parts, { commands, hubs, metrics, people }: SessionParts): Sessions {
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
    sendQueueBytes: limits.sendQueueBytes,
    drainMs: limits.slowReaderMs,
    framePace: isLimited ? FRAME_PACE : null,
    reconnectWithinMs: limits.reconnectWithinMs,
    node: nodeName,
  }
  return new Sessions(deps, isLimited ? MAX_SESSIONS_PER_PERSON : null)
}

function newEdge({ allowedOrigins, platform, sendRate }: Settings) {
  return {
    origins: createOriginPolicy(allowedOrigins),
    tickets: createTickets(platform),
    addressLimit: sendRate === 0 ? noAddressLimit : createAddressLimit(),
  }
}
