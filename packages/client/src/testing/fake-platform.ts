import type { ClientPlatform } from '../platform/platform.ts'
import type { OpenSocket } from '../platform/socket.ts'
import { FakeNetwork } from './fake-network.ts'
import { VirtualTime } from './virtual-time.ts'

/** A platform of which a test owns every part. */
export interface FakePlatform extends ClientPlatform {
  readonly time: VirtualTime
  readonly network: FakeNetwork
}

export interface FakePlatformOptions {
  /** Default: a time of its own. */
  readonly time?: VirtualTime
  /** What every draw of chance gives, from 0 to 1: it decides how long a client waits before it connects again. Default 0.5. */
  readonly fraction?: () => number
}

/** A platform over `server`'s sockets and HTTP, in virtual time. `name` begins the ids that it makes. */
export function fakePlatform(
  name: string,
  server: { readonly openSocket: OpenSocket; readonly fetch: typeof globalThis.fetch },
  options: FakePlatformOptions = {},
): FakePlatform {
  const { time = new VirtualTime(), fraction = () => 0.5 } = options
  const { clock, scheduler } = time
  return {
    time,
    clock,
    scheduler,
    random: { fraction, id: () => `${name}-${time.nextId()}` },
    network: new FakeNetwork(),
    openSocket: server.openSocket,
    fetch: server.fetch,
  }
}
