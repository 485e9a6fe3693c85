import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type ReservedPort, reservePort } from '../../src/workers/reserved-port.ts'
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
    // One after the other by a turn of the event loop, so that each is at another step.
    const wanted: Promise<ReservedPort>[] = []
    for (let n = 0; n < 50; n++) {
      wanted.push(reservePort({ host, port }))
      wanted.at(-1)?.catch(() => {})
      await setImmediate()
    }
    const wants = await Promise.allSettled(wanted)
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

/** Where one server at a time is let look whether a port is free. */
const LOCKED = process.platform === 'linux' ? ['port'] : []

describe.each(LOCKED)('a %s that a server is about to take:', () => {
  it('is refused to any other, on whatever address, which neither listens there nor shares it; and had once that is over', async () => {
    const { port, release } = await reservePort({ host, port: 0 })
    await release()
    const other = createServer().listen({ path: `\0holdfast-port-${port}` })
    await once(other, 'listening')
    await expect(reservePort({ host, port })).rejects.toMatchObject({ code: 'EADDRINUSE', port })
    await expect(reservePort({ host: '0.0.0.0', port })).rejects.toMatchObject({ code: 'EADDRINUSE', port })
    other.close()
    await once(other, 'close')
    const again = await reservePort({ host, port })
    await again.release()
  })
})
