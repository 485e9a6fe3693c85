import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { reservePort } from '../../src/workers/reserved-port.ts'
import { canShareAPort } from '../../src/workers.ts'

const host = '127.0.0.1'

async function listener(port: number, reusePort: boolean) {
  const server = createServer().listen({ host, port, reusePort })
  await once(server, 'listening')
  return server
}

/** Nothing is shared where no port can be. */
const SHARED = canShareAPort(process.platform) ? ['port'] : []

describe.each(SHARED)('a %s that threads are to share:', () => {
  it('is had by nobody else from the moment that it was found free, and by those who share it', async () => {
    const { port, release } = await reservePort({ host, port: 0 })
    await expect(reservePort({ host, port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await expect(listener(port, false)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    const threads = [await listener(port, true), await listener(port, true)]
    await release()
    await expect(reservePort({ host, port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    for (const thread of threads) thread.close()
  })

  it('of several who want one at the same time, exactly one has it, as far as the system can tell them apart', async () => {
    const { port, release } = await reservePort({ host, port: 0 })
    await release()
    const wants = await Promise.allSettled(Array.from({ length: 5 }, () => reservePort({ host, port })))
    const had = wants.filter(want => want.status === 'fulfilled')
    if (process.platform === 'linux') expect(had).toHaveLength(1)
    expect(had.length).toBeLessThanOrEqual(1)
    for (const want of wants)
      if (want.status === 'rejected') expect(want.reason).toMatchObject({ code: 'EADDRINUSE', port })
    for (const { value } of had) await value.release()
  })

  it('is not shared with somebody who would share it with anybody', async () => {
    const other = await listener(0, true)
    const { port } = other.address() as { port: number }
    await expect(reservePort({ host, port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    other.close()
  })

  it('keeps nobody who connects before there is anybody to serve them, and does not wait for them', async () => {
    const { port, release } = await reservePort({ host, port: 0 })
    const socket = connect(port, host)
    socket.on('error', () => {})
    await once(socket, 'close')
    await release()
  })
})
