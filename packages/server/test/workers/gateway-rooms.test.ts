import { systemPlatform } from '../../src/platform/system.ts'
import { GatewayRooms } from '../../src/workers/gateway-rooms.ts'
import { Line, remote } from '../../src/workers/line.ts'
import { COMMITS, EPHEMERAL, type OwnerServes } from '../../src/workers/owner-served.ts'
import { type LogKind, roomLogContract } from '../log/room-log-contract.ts'
import { openOwner } from './owner-kit.ts'
import { portPair } from './port-pair.ts'

/** The rooms as a gateway has them: commits go to the owner and ephemeral rooms are read of it; the others are read beside it. */
const open: LogKind['open'] = async platform => {
  const kit = await openOwner(systemPlatform, platform)
  const [ownerPort, port] = portPair()
  kit.owner.attach(ownerPort)
  const line = new Line({ port, serves: {} })
  const log = new GatewayRooms({
    durable: await kit.reader(),
    ephemeral: remote<OwnerServes['ephemeral']>(line, 'ephemeral', EPHEMERAL),
    none: kit.none(),
    hasEphemeral: kit.hasEphemeral,
    commits: remote<OwnerServes['commits']>(line, 'commits', COMMITS),
  })
  const dispose = async () => {
    await log.close()
    await kit.dispose()
  }
  return { log, dispose }
}

roomLogContract('stored rooms behind a gateway', { open, ephemeral: false })
roomLogContract('ephemeral rooms behind a gateway', { open, ephemeral: true })
