import { createTickets } from './auth/tickets.ts'
import type { RoomLog } from './log/room-log.ts'
import { createMetrics } from './observe/metrics.ts'
import type { Settings } from './options.ts'
import type { PresenceStore } from './people/presence-store.ts'
import { newCommitter } from './stages.ts'
import type { EphemeralFlag } from './workers/ephemeral-flag.ts'
import { Owner } from './workers/owner.ts'

/** What the owner of a log is made of. */
export interface ComposedOwnerParts {
  readonly settings: Pick<Settings, 'platform' | 'logger'>
  /** All rooms. Nobody else writes them. */
  readonly log: RoomLog
  /** Those of them that are in memory alone. */
  readonly ephemeral: RoomLog
  readonly hasEphemeral: EphemeralFlag
  readonly presence: PresenceStore
}

/** The owner of a log, which `composeGateway`s are attached to. Whoever ends it closes the log, too. */
export function composeOwner({ settings, log, ...parts }: ComposedOwnerParts): Owner {
  const { platform } = settings
  const metrics = createMetrics()
  return new Owner({
    ...{ ...parts, log, metrics },
    newCommitter: publish => newCommitter({ settings, log, bus: { publish } }, metrics),
    tickets: createTickets(platform),
    clock: platform.clock,
    scheduler: platform.scheduler,
  })
}
