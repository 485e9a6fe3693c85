import type { SessionLimits } from '@holdfast/protocol'
import type { ClientOptions } from '../options.ts'
import type { ClientPlatform } from '../platform/platform.ts'
import type { FakeNetwork } from './fake-network.ts'
import type { VirtualTime } from './virtual-time.ts'

/**
 * How changes in people's lists of rooms are told: `live` as the contract has it, `held` only when `flushInbox` is called,
 * `none`: not at all, and no rooms are listed either, as if there were no inbox.
 */
export type InboxMode = 'live' | 'held' | 'none'

/** What a client of a fake server is made of. */
export interface FakeClientOptions extends Pick<Required<ClientOptions>, 'url' | 'getToken'> {
  readonly platform: ClientPlatform & { readonly network: FakeNetwork }
}

/** A server of one process, in memory, in the test's own hands. */
export interface FakeServerOptions {
  /** The time that it and its clients live in. Default: real time. */
  readonly time?: VirtualTime
  /** What it allows; what is left out is as with any server. `delta: 0` answers every cursor with a snapshot. */
  readonly limits?: Partial<SessionLimits>
  /** Silence after which a client asks whether anybody is there. Default 30,000 ms. */
  readonly heartbeatMs?: number
  /** Default `live`. */
  readonly inbox?: InboxMode
}
