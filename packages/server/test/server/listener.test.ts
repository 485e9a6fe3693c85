import type { RequestListener } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { Listener } from '../../src/listener.ts'

const ASK = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
/** More than the kernel takes of an answer that is not read. */
const LARGE = 16 * 1024 * 1024

describe('a listener', () => {
  let listener: Listener
  const peers: Socket[] = []
  afterEach(() => {
    for (const peer of peers.splice(0)) peer.destroy()
    listener.stopAccepting()
    listener.cut()
  })

  async function start(handler: RequestListener): Promise<number> {
    listener = new Listener(handler, () => false)
    const { url } = await listener.listen({ host: '127.0.0.1', port: 0 })
    return Number(new URL(url).port)
  }

  /** A peer that has sent `text`. */
  function peer(port: number, text: string): Socket {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {})
    socket.write(text)
    peers.push(socket)
    return socket
  }

  async function bytesOf(socket: Socket): Promise<number> {
    let bytes = 0
    for await (const chunk of socket) bytes += (chunk as Buffer).length
    return bytes
  }

  test('[drain] an answer that is ended but not yet taken is not cut when no more is accepted', async () => {
    const ended = Promise.withResolvers<void>()
    const port = await start((_, response) => {
      response.end(Buffer.alloc(LARGE))
      ended.resolve()
    })
    const slow = peer(port, ASK)
    await ended.promise
    listener.stopAccepting()
    const read = bytesOf(slow)
    await listener.answered()
    listener.cut()
    expect(await read).toBeGreaterThan(LARGE)
  })

  test('[drain] there is nothing to wait for on connections that ask for nothing', async () => {
    const port = await start((_, response) => response.end('done'))
    const idle = peer(port, ASK)
    await new Promise(resolve => idle.once('data', resolve))
    listener.stopAccepting()
    await listener.answered()
    listener.cut()
    await bytesOf(idle)
  })
})
