import { createHoldfast, createLogger } from '@holdfast/server'
import { SECRET } from '../../support/serve.ts'

/** `holdfast serve` with limits that it has no setting for, as a program that embeds Holdfast has them. */

const { HOLDFAST_DATA_DIR = '', HOLDFAST_PORT = '0', HOLDFAST_SEND_RATE = '0', LIMITS = '{}' } = process.env

const holdfast = await createHoldfast({
  store: { kind: 'sqlite', dataDir: HOLDFAST_DATA_DIR },
  auth: { mode: 'jwt', secret: SECRET },
  sendRate: Number(HOLDFAST_SEND_RATE),
  limits: JSON.parse(LIMITS) as Readonly<Record<string, number>>,
  logger: createLogger('error'),
})
const { url } = await holdfast.listen({ host: '127.0.0.1', port: Number(HOLDFAST_PORT) })
process.stdout.write(`listening on ${url}\n`)
