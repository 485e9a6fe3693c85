import type { IssuedTickets } from '../auth/tickets.ts'
import type { Outcome } from '../log/outcome.ts'
import type { RoomReads } from '../log/room-log.ts'
import type { MetricValues } from '../observe/metrics.ts'
import type { PresenceStore } from '../people/presence-store.ts'
import type { CommandParcel } from './command-parcel.ts'
import type { MethodsOf } from './line.ts'

/** What the owner of the log serves to its gateways. */
export interface OwnerServes {
  readonly commits: Commits
  /** The rooms that are in the owner's memory alone. */
  readonly ephemeral: EphemeralReads
  readonly presence: PresenceStore
  readonly tickets: Pick<IssuedTickets, 'issue' | 'redeem'>
}

/** What only the owner can do. */
export interface Commits {
  /** As `RoomLog.commit`; who follows the log's news has been told of it when it resolves. */
  commit(parcel: CommandParcel): Promise<readonly Outcome[]>
  /** As `RoomReads.check`, of the connection that writes. */
  check(): Promise<void>
  /**
   * Resolves when whoever calls has been told the news of all that they can have read of the log before they called: what is told
   * and answers come in one order.
   */
  told(): Promise<void>
  /** Everything that the owner and all its gateways measure, in Prometheus' text format. */
  metricsText(): Promise<string>
}

/** What can be asked of the rooms that are in the owner's memory. */
export type EphemeralReads = Omit<RoomReads, 'check' | 'close'>

/** What a gateway serves to its owner. */
export interface GatewayServes {
  /** Resolves when it has taken all that it was told before. */
  taken(): Promise<void>
  /** Resolves with what it measures. */
  metrics(): Promise<MetricValues>
  /** As `Holdfast.listen`, beside the others. */
  listen(where: { readonly host: string; readonly port: number }): Promise<{ readonly url: string }>
  /** As `Holdfast.close`. */
  close(): Promise<void>
}

export const COMMITS: MethodsOf<Commits> = { commit: true, check: true, told: true, metricsText: true }
export const PRESENCE: MethodsOf<PresenceStore> = { change: true, read: true }
export const TICKETS: MethodsOf<OwnerServes['tickets']> = { issue: true, redeem: true }
export const GATEWAY: MethodsOf<GatewayServes> = { taken: true, metrics: true, listen: true, close: true }
export const EPHEMERAL: MethodsOf<EphemeralReads> = {
  access: true,
  acquainted: true,
  discover: true,
  events: true,
  head: true,
  history: true,
  holds: true,
  inboxCursor: true,
  inboxOf: true,
  inboxSince: true,
  mayWrite: true,
  members: true,
  membersAmong: true,
  open: true,
  people: true,
  room: true,
  roomIdsOf: true,
  rooms: true,
  seenBy: true,
  settings: true,
  shownReads: true,
  visit: true,
}
