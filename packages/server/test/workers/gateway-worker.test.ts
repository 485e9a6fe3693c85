import { afterEach, describe, expect, it } from 'vitest'
import { closesWithinMs } from '../../src/compose.ts'
import { EphemeralFlag } from '../../src/workers/ephemeral-flag.ts'
import { GatewayWorker, LISTEN_WITHIN_MS } from '../../src/workers/gateway-worker.ts'
import { FakePlatform } from '../support/fake-platform.ts'
import { type OwnerKit, openOwner } from './owner-kit.ts'

/** A thread that lives, and answers nothing. */
const SILENT = new URL(`data:text/javascript,${encodeURIComponent('setInterval(() => {}, 1e6)')}`)
const END_MS = 40_000

let kit: OwnerKit | null = null
afterEach(async () => {
  await kit?.dispose()
  kit = null
})

async function silent() {
  kit = await openOwner()
  const platform = new FakePlatform()
  const { scheduler } = platform
  const hasEphemeral = new EphemeralFlag().buffer
  const data = { options: { auth: { mode: 'guest' } }, dataDir: '', logLevel: 'error', hasEphemeral } as const
  const gateway = new GatewayWorker({ program: SILENT, owner: kit.owner, data, scheduler, endWithinMs: END_MS })
  gateway.died.catch(() => {})
  return { gateway, advance: (ms: number) => platform.advance(ms) }
}

describe('a thread that answers nothing:', () => {
  it('that does not listen in time has died, and has ended', async () => {
    const { gateway, advance } = await silent()
    const listening = expect(gateway.listen({ host: '127.0.0.1', port: 0 })).rejects.toThrow('no answer within')
    await advance(LISTEN_WITHIN_MS)
    await listening
    await expect(gateway.died).rejects.toThrow('no answer within')
  })

  it('is ended once the time for its end is over', async () => {
    const { gateway, advance } = await silent()
    let isEnded = false
    const ended = gateway.end().then(() => {
      isEnded = true
    })
    await advance(END_MS - 1)
    expect(isEnded).toBe(false)
    await advance(1)
    await ended
  })
})

describe('the time that a server’s end may take:', () => {
  it('has in it what its clients are let go over: one and a half times what they are told', () => {
    const within = (reconnectWithinMs: number) => closesWithinMs({ reconnectWithinMs })
    expect(within(15_000) - within(0)).toBe(22_500)
    expect(within(0)).toBeGreaterThanOrEqual(10_000)
  })
})
