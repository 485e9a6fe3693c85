import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { silentLogger } from '../../src/observe/logger.ts'
import { type HoldfastOptions, settingsOf } from '../../src/options.ts'
import { createHoldfast } from '../../src/server.ts'
import { SECRET } from '../support/tokens.ts'

const GOOD: HoldfastOptions = {
  store: { kind: 'memory' },
  auth: { mode: 'jwt', secret: SECRET },
  logger: silentLogger,
}

describe('options', () => {
  test('every default is that of the documentation', () => {
    const settings = settingsOf(GOOD)
    expect(settings).toMatchObject({
      basePath: '',
      allowedOrigins: [],
      sendRate: 20,
      tokenInQuery: false,
      compression: false,
      web: null,
      sessionLimits: { frameBytes: 65_536, contentBytes: 8_192, window: 100, delta: 1_000, sendRate: 20 },
      limits: { sendQueueBytes: 1_048_576, slowReaderMs: 30_000, heartbeatMs: 30_000, helloMs: 10_000 },
    })
    expect(settings.nodeName).toMatch(/^node-/)
  })

  test.each<[string, Partial<HoldfastOptions>]>([
    ['sendRate', { sendRate: -1 }],
    ['sendRate', { sendRate: Number.NaN }],
    ['basePath', { basePath: 'chat' }],
    ['basePath', { basePath: '/chat/' }],
    ['store.dataDir', { store: { kind: 'sqlite', dataDir: '' } }],
    ['limits.frameBytes', { limits: { frameBytes: 10 } }],
    ['limits.window', { limits: { window: 101 } }],
    ['limits.heartbeatMs', { limits: { heartbeatMs: 0.5 } }],
    ['limits.contentBytes', { limits: { frameBytes: 2_048, contentBytes: 4_096 } }],
  ])('a wrong %s stops the start in one line that names it', (name, wrong) => {
    expect(() => settingsOf({ ...GOOD, ...wrong })).toThrow(new RegExp(`^unable to start; the option ${name} [^\\n]+$`))
  })

  test('[lock] a second server on the same folder does not start, and says why in one line; the first goes on', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-lock-'))
    const first = await createHoldfast({ ...GOOD, store: { kind: 'sqlite', dataDir } })
    await expect(createHoldfast({ ...GOOD, store: { kind: 'sqlite', dataDir } })).rejects.toThrow(/^unable to [^\n]+$/)
    expect((await first.fetch(new Request('http://x/readyz'))).status).toBe(200)
    await first.close()
    const again = await createHoldfast({ ...GOOD, store: { kind: 'sqlite', dataDir } })
    await again.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  test('a start that fails lets go of the folder', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-lock-'))
    const store = { kind: 'sqlite', dataDir } as const
    await expect(createHoldfast({ ...GOOD, store, auth: { mode: 'jwt' } })).rejects.toThrow(/needs a secret/)
    const again = await createHoldfast({ ...GOOD, store })
    await again.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  test('an address that cannot be had rejects, and the server can still be closed', async () => {
    const one = await createHoldfast(GOOD)
    const { url } = await one.listen({ host: '127.0.0.1', port: 0 })
    const two = await createHoldfast(GOOD)
    await expect(two.listen({ host: '127.0.0.1', port: Number(new URL(url).port) })).rejects.toThrow(/EADDRINUSE/)
    await two.close()
    await one.close()
  })
})
