import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Holdfast } from '../../src/holdfast.ts'
import { silentLogger } from '../../src/observe/logger.ts'
import { createHoldfast } from '../../src/server.ts'
import { RawClient } from '../support/raw-client.ts'
import { SECRET, tokenFor } from '../support/tokens.ts'

/** Of one writer, on its way at once. */
const IN_FLIGHT = 16

/** What a socket is made to hand to the network: each is one system call. */
interface Written {
  calls: number
}

function watched(socket: Duplex): Written {
  const written: Written = { calls: 0 }
  const { _write, _writev } = socket as Socket
  socket._write = function (...args) {
    written.calls++
    _write.apply(this, args)
  }
  if (_writev != null) {
    ;(socket as Socket)._writev = function (...args) {
      written.calls++
      _writev.apply(this, args)
    }
  }
  return written
}

describe('what answers cost, counted', () => {
  let holdfast: Holdfast
  let server: Server
  let url: string
  const sockets: Written[] = []

  beforeAll(async () => {
    holdfast = await createHoldfast({
      store: { kind: 'memory' },
      auth: { mode: 'jwt', secret: SECRET },
      sendRate: 0,
      logger: silentLogger,
    })
    server = createServer()
    server.on('upgrade', (request, socket, head) => {
      sockets.push(watched(socket))
      holdfast.handleUpgrade(request, socket, head)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await holdfast.close()
    server.close()
  })

  async function writer(userId: string) {
    const client = await RawClient.open(url, await tokenFor(userId))
    const written = sockets.at(-1)
    if (written === undefined) throw new Error('no socket')
    const messages = { count: 0 }
    client.ws.on('message', () => messages.count++)
    return { client, written, messages }
  }

  test('acks of one commit to one writer are one message and one write; one alone is no more', async () => {
    const { client, written, messages } = await writer('ann')
    const headers = { authorization: `Bearer ${await tokenFor('ann')}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ id: 'r', name: 'r', type: 'private' })
    await holdfast.fetch(new Request(`${url}/api/rooms`, { method: 'POST', headers, body }))
    const acks = () => client.frames.filter(frame => frame.type === 'message.ack').length
    for (const batch of [IN_FLIGHT, 1, IN_FLIGHT]) {
      const [before, calls] = [acks(), written.calls]
      messages.count = 0
      const sends = Array.from({ length: batch }, (_, i) => {
        return { type: 'message.send', roomId: 'r', clientId: `c${before}-${i}`, content: 'text' }
      })
      client.sendText(JSON.stringify(batch === 1 ? sends[0] : sends))
      await client.until(() => acks() === before + batch, `${batch} acks`)
      expect([messages.count, written.calls - calls]).toEqual([1, 1])
    }
    client.terminate()
  })
})
