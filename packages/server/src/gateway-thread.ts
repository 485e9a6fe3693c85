import { parentPort, workerData } from 'node:worker_threads'
import { createAuth } from './auth/auth.ts'
import { composeGateway } from './gateway.ts'
import { openSqliteReader } from './log/sqlite/sqlite-reads.ts'
import { createLogger } from './observe/logger.ts'
import { settingsOf } from './options.ts'
import { EphemeralFlag } from './workers/ephemeral-flag.ts'
import type { GatewayData } from './workers/gateway-data.ts'
import { portOf } from './workers/port.ts'

/** The program of a thread that is a gateway. Whoever starts it has the data folder and its log open. */
async function run({ options, dataDir, logLevel, hasEphemeral }: GatewayData): Promise<void> {
  if (parentPort === null) throw new Error('unable to start a gateway; this is no thread')
  const port = parentPort
  const logger = createLogger(logLevel)
  const settings = settingsOf({ ...options, store: { kind: 'sqlite', dataDir }, logger })
  const { platform, limits } = settings
  const durable = await openSqliteReader({
    dataDir,
    platform,
    largeRoom: limits.largeRoomMembers,
    onFault: fault => logger.error({ err: fault }, 'the store failed'),
  })
  composeGateway({
    settings,
    auth: await createAuth(settings.auth, dataDir, platform),
    durable,
    hasEphemeral: new EphemeralFlag(hasEphemeral),
    port: portOf(port, () => port.close()),
  })
}

await run(workerData as GatewayData)
