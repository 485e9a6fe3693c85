import type { Auth } from './auth/auth.ts'
import type { BusMessage } from './bus/bus.ts'
import { type Composed, compose } from './compose.ts'
import { DEFAULT_EPHEMERAL_LIMITS } from './log/memory/memory-limits.ts'
import { createMemoryLog } from './log/memory/memory-log.ts'
import type { RoomReads } from './log/room-log.ts'
import type { Settings } from './options.ts'
import type { EphemeralFlag } from './workers/ephemeral-flag.ts'
import { GatewayRooms } from './workers/gateway-rooms.ts'
import { Line, remote } from './workers/line.ts'
import type { OwnerServes } from './workers/owner-served.ts'
import { COMMITS, EPHEMERAL, type GatewayServes, PRESENCE, TICKETS } from './workers/owner-served.ts'
import type { Port } from './workers/port.ts'
import { PortBus } from './workers/port-bus.ts'

/** What a gateway is made of, beside what the owner of the log serves. */
export interface GatewayParts {
  readonly settings: Settings
  readonly auth: Auth
  /** The durable rooms, read here. */
  readonly durable: RoomReads
  readonly hasEphemeral: EphemeralFlag
  /** To the owner of the log. */
  readonly port: Port
}

/**
 * A gateway: a server that reads the log by itself and has the owner, a thread of the same process, write it. To whoever connects it is
 * a server like any other; several share a port, an order and everybody's presence.
 *
 * Limits by rate and number are each gateway's own.
 */
export function composeGateway({ settings, auth, durable, hasEphemeral, port }: GatewayParts): Composed {
  const line: Line = new Line({
    port,
    serves: { gateway: served() },
    onTold: message => bus.receive(message as BusMessage),
  })
  const commits = remote<OwnerServes['commits']>(line, 'commits', COMMITS)
  const bus = new PortBus({ tell: message => line.tell(message), check: commits.told }, error =>
    settings.logger.error({ err: error }, 'a listener of the bus failed'),
  )
  const none = createMemoryLog({ platform: settings.platform, limits: DEFAULT_EPHEMERAL_LIMITS })
  const ephemeral = remote<OwnerServes['ephemeral']>(line, 'ephemeral', EPHEMERAL)
  const server = compose({
    settings,
    auth,
    bus,
    log: new GatewayRooms({ durable, ephemeral, none, hasEphemeral, commits }),
    presence: remote(line, 'presence', PRESENCE),
    shared: { tickets: remote(line, 'tickets', TICKETS), metricsText: commits.metricsText },
  })

  /** Whoever asks does so when the server is there. */
  function served(): GatewayServes {
    return {
      taken: async () => {},
      metrics: () => server.metrics.values(),
      listen: where => server.listen({ ...where, isShared: true }),
      close: () => server.close(),
    }
  }
  return server
}
