import { createAuth } from '../../src/auth/auth.ts'
import type { Composed } from '../../src/compose.ts'
import { composeGateway } from '../../src/gateway.ts'
import type { RoomLog } from '../../src/log/room-log.ts'
import { silentLogger } from '../../src/observe/logger.ts'
import { settingsOf } from '../../src/options.ts'
import { systemPlatform } from '../../src/platform/system.ts'
import type { AttachedGateway } from '../../src/workers/owner.ts'
import { LiveServer } from '../support/live-server.ts'
import { SECRET } from '../support/tokens.ts'
import { type OwnerKit, openOwner } from './owner-kit.ts'
import { type Carry, portPair } from './port-pair.ts'

/** A gateway that listens, as its owner and its clients see it. */
export class TestGateway extends LiveServer {
  readonly #attached: AttachedGateway

  constructor(composed: Composed, url: string, attached: AttachedGateway) {
    super(composed, url)
    this.#attached = attached
  }

  /** As when its thread ends in the middle of everything: nothing comes from it any more, and its clients are cut off. */
  async die(): Promise<void> {
    this.#attached.detach('it was ended')
    await this.close()
  }
}

export interface GatewaysOptions {
  /** Puts something before the owner's log, to make it fail. */
  readonly wrap?: (log: RoomLog) => RoomLog
  /** When what the owner posts to each gateway arrives. */
  readonly carry?: readonly (Carry | undefined)[]
}

/** Two gateways in front of one owner, each on a port of its own. */
export class Gateways {
  readonly kit: OwnerKit
  readonly a: TestGateway
  readonly b: TestGateway

  private constructor(kit: OwnerKit, a: TestGateway, b: TestGateway) {
    this.kit = kit
    this.a = a
    this.b = b
  }

  static async start({ wrap, carry = [] }: GatewaysOptions = {}): Promise<Gateways> {
    const kit = await openOwner(systemPlatform, systemPlatform, wrap)
    return new Gateways(kit, await newGateway(kit, carry[0]), await newGateway(kit, carry[1]))
  }

  async close(): Promise<void> {
    await Promise.all([this.a.close(), this.b.close()])
    await this.kit.dispose()
  }
}

async function newGateway(kit: OwnerKit, carry?: Carry): Promise<TestGateway> {
  const auth = { mode: 'jwt', secret: SECRET } as const
  const limits = { reconnectWithinMs: 0 }
  const settings = settingsOf({ store: { kind: 'memory' }, auth, sendRate: 0, logger: silentLogger, limits })
  const [ownerPort, port] = portPair(carry)
  const attached = kit.owner.attach(ownerPort)
  const composed = composeGateway({
    ...{ settings, port, hasEphemeral: kit.hasEphemeral },
    auth: await createAuth(auth, null, systemPlatform),
    durable: await kit.reader(),
  })
  const { url } = await attached.listen({ host: '127.0.0.1', port: 0 })
  return new TestGateway(composed, url, attached)
}
