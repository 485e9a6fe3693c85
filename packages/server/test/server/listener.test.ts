import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
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

  async function start(handler: RequestListener, upgrade = (_: Duplex) => false, stalledMs = 60_000): Promise<number> {
    listener = new Listener(handler, (_, socket) => upgrade(socket), { stalledMs })
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

  test('an answer that nobody reads is dropped, and held no longer', async () => {
    const answers: ServerResponse[] = []
    const port = await start(
      (_, response) => {
        answers.push(response)
        response.end(Buffer.alloc(LARGE))
      },
      undefined,
      200,
    )
    peer(port, ASK).pause()
    await expect.poll(() => answers[0]?.destroyed, { timeout: 5_000 }).toBe(true)
    expect(answers[0]?.writableFinished).toBe(false)
  })

  test('an answer that is read slowly, but read, comes whole', async () => {
    const port = await start((_, response) => response.end(Buffer.alloc(2 * LARGE)), undefined, 1_000)
    const slow = peer(port, ASK)
    let bytes = 0
    const began = performance.now()
    for await (const chunk of slow) {
      bytes += (chunk as Buffer).length
      // For longer in all than a peer may stall, with pauses far shorter than that.
      if (performance.now() - began < 1_500) await new Promise(resolve => setTimeout(resolve, 5))
      if (bytes > 2 * LARGE) break
    }
    expect(bytes).toBeGreaterThan(2 * LARGE)
  })

  test('a peer that expects what is not given, over and over, and reads no answer is cut', async () => {
    const port = await start(() => {}, undefined, 100)
    const expecting = peer(port, '')
    const cut = new Promise(resolve => expecting.once('close', resolve))
    const asks = Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nExpect: x\r\n\r\n'.repeat(1_000))
    const askOn = () => expecting.write(asks, error => error || setImmediate(askOn))
    askOn()
    await cut
  })

  test('a WebSocket may be silent for longer', async () => {
    const sockets = new WebSocketServer({ noServer: true })
    listener = new Listener(
      () => {},
      (request, socket, head) => {
        sockets.handleUpgrade(request, socket, head, ws => ws.on('message', data => ws.send(String(data))))
        return true
      },
      { stalledMs: 100 },
    )
    const { url } = await listener.listen({ host: '127.0.0.1', port: 0 })
    const ws = new WebSocket(url)
    await once(ws, 'open')
    await new Promise(resolve => setTimeout(resolve, 500))
    ws.send('still here')
    expect(String((await once(ws, 'message'))[0])).toBe('still here')
    ws.terminate()
  })

  test('a foreign upgrade is told 404 and its socket is gone, even if the peer never ends its half', async () => {
    const sockets: Duplex[] = []
    const port = await start(
      () => {},
      socket => {
        sockets.push(socket)
        return false
      },
    )
    const halfOpen = peer(port, 'GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    let answer = ''
    for await (const chunk of halfOpen) answer += chunk
    expect(answer).toMatch(/^HTTP\/1\.1 404 /)
    await expect.poll(() => sockets[0]?.destroyed).toBe(true)
  })
})
