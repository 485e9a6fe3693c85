import { People } from './auth/people.ts'
import type { Identity } from './auth/tickets.ts'
import type { Holdfast } from './holdfast.ts'
import { createApp } from './http/app.ts'
import { runChecks } from './http/checks.ts'
import { toNodeHandler } from './http/node-handler.ts'
import { Listener } from './listener.ts'
import type { LogCommand } from './log/command.ts'
import type { Committer } from './log/committer.ts'
import { createMetrics, type Metrics } from './observe/metrics.ts'
import type { Settings } from './options.ts'
import type { Parts } from './parts.ts'
import { within } from './platform/within.ts'
import type { RoomHubs } from './room/hubs.ts'
import { paced } from './session/commands/change.ts'
import { requestCommands } from './session/dispatch.ts'
import type { Sessions } from './session/sessions.ts'
import { UpgradeGate } from './session/upgrade.ts'
import { NodeSignals } from './signals.ts'
import {
  newAcceptor,
  newCommands,
  newCommitter,
  newEdge,
  newForwarder,
  newHubs,
  newSessions,
  requestContext,
} from './stages.ts'
import type { Transport } from './transport/transport.ts'

/** How long a closing handshake may take when this server ends, in milliseconds. */
const GOODBYE_MS = 500
/** How long the end waits for the store to commit what it was given, and for HTTP answers to be taken. Milliseconds; §6: 30 s. */
const COMMIT_MS = 10_000
const ANSWER_MS = 2_000
/** Clients are let go over so many times as long as they are asked to come back within. */
const DRAIN_FACTOR = 1.5

/** How long `close` of a server takes at most, in milliseconds, but for closing what it was given. */
export function closesWithinMs({ reconnectWithinMs }: Pick<Settings['limits'], 'reconnectWithinMs'>): number {
  return reconnectWithinMs * DRAIN_FACTOR + COMMIT_MS + GOODBYE_MS + ANSWER_MS
}

/** A server of parts that somebody else has brought. */
export interface Composed extends Holdfast {
  /** Takes a connection that somebody else has accepted and authorised: a simulated one. */
  connect(transport: Transport, identity: Identity): void
  /** What it measures. */
  readonly metrics: Metrics
}

/** Wires the stages. */
export function compose(parts: Parts): Composed {
  const { settings, log, auth, shared } = parts
  const metrics = createMetrics()
  const committer = shared === undefined ? newCommitter(parts, metrics) : newForwarder(parts)
  const submit = (command: LogCommand) => committer.submit(command)
  const people = new People(submit)
  const seen = people.seen.bind(people)
  const signals = new NodeSignals(parts, metrics)
  const hubs = newHubs(parts, metrics, signals)
  const commands = newCommands(settings, { submit, metrics, signals })
  const sessions = newSessions(parts, { commands, hubs, metrics, people })
  const edge = newEdge(parts)
  let isDraining = false

  const app = createApp({
    ...edge,
    ...auth,
    log,
    presence: signals.presence,
    ...settings.platform,
    submit: paced(commands),
    changeLimit: commands.changeLimit,
    commands: actor => requestCommands(requestContext(commands, actor, auth)),
    seen,
    limits: settings.sessionLimits,
    health: { isDraining: () => isDraining, check: () => checksOf(parts) },
    metrics: { ...metrics, text: shared?.metricsText ?? metrics.text },
    logger: settings.logger,
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
    acceptor: newAcceptor(settings),
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
    metrics,
    connect: (transport, identity) => sessions.add(transport, identity),
    close() {
      isDraining = true
      closing ??= drain({ ...parts, listener, sessions, committer, hubs, signals })
      return closing
    },
  }
}

function checksOf({ log, bus }: Parts) {
  return runChecks({ store: () => log.check(), bus: () => bus.check() })
}

interface Running extends Parts {
  readonly listener: Listener
  readonly sessions: Sessions
  readonly committer: Committer
  readonly hubs: RoomHubs
  readonly signals: NodeSignals
}

/** Lets everyone go, then answers what is under way, then closes: nobody is cut off from an answer that is coming. */
async function drain({ settings, log, bus, listener, sessions, committer, hubs, signals }: Running): Promise<void> {
  listener.stopAccepting()
  await sessions.drain(settings.limits.reconnectWithinMs * DRAIN_FACTOR)
  sessions.stopReading()
  await within(settings.platform.scheduler, COMMIT_MS, committer.drain())
  await sessions.stop(GOODBYE_MS)
  await within(settings.platform.scheduler, ANSWER_MS, listener.answered())
  listener.cut()
  signals.close()
  hubs.close()
  await bus.close()
  await log.close()
}
