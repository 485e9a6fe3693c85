import { describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'
import { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'

describe('[drain] a server that goes away', () => {
  test('tells its sessions, answers what is under way, and is gone soon after they have left', async () => {
    const server = await LiveServer.startOnDisk({ limits: { reconnectWithinMs: 5_000 } })
    await server.room('room', 'ann')
    const clients = await Promise.all(['ann', 'ann', 'ann'].map(user => server.client(user)))
    const [ann] = clients
    const frames = Array.from({ length: 300 }, (_, i) => ({
      type: 'message.send',
      roomId: 'room',
      clientId: `m${i}`,
      content: 'x',
    }))
    ann?.sendText(JSON.stringify(frames))
    await ann?.next('message.ack')
    const began = Date.now()
    const closed = server.holdfast.close()
    for (const client of clients) {
      expect(await client.next('session.draining')).toEqual({ type: 'session.draining', reconnectWithinMs: 5_000 })
    }
    await ann?.next('message.ack', frame => frame.clientId === 'm299')
    for (const client of clients) client.ws.close()
    await closed
    // Far below the 7.5 s that it would have waited for them.
    expect(Date.now() - began).toBeLessThan(4_000)
    await server.close()
  })

  test('closes those that stay with 4001, and takes no more of anything', async () => {
    const server = await LiveServer.start({ limits: { reconnectWithinMs: 300 } })
    await server.room('room', 'ann')
    const ann = await server.client('ann')
    const undecided = await server.socket('ben')
    const token = await tokenFor('ann')
    const closed = server.holdfast.close()
    expect(await undecided.closed()).toBe(4001)
    await ann.next('session.draining')
    await expect(RawClient.connect(server.url, token)).rejects.toThrow()
    const ready = await server.holdfast.fetch(new Request(`${server.url}/readyz`))
    expect(ready.status).toBe(503)
    expect(await ann.say('room', 'late', 'still answered')).toMatchObject({ type: 'message.ack' })
    expect(await ann.closed()).toBe(4001)
    await closed
    expect(await server.holdfast.close()).toBeUndefined()
  })

  test('does not wait for a client that does not read', async () => {
    const server = await LiveServer.start({ limits: { reconnectWithinMs: 0, sendQueueBytes: 65_536 } })
    await server.room('room', 'ann', ['ben'])
    const [ann, ben] = [await server.client('ann'), await server.client('ben')]
    await ben.openRoom('room')
    ben.ws.pause()
    for (let i = 0; i < 400; i++)
      ann.send({ type: 'message.send', roomId: 'room', clientId: `m${i}`, content: 'x'.repeat(8_000) })
    await ann.next('message.ack', frame => frame.clientId === 'm399')
    await server.close()
  })

  test('an upgrade that comes meanwhile is told 503', async () => {
    const server = await LiveServer.start({ limits: { reconnectWithinMs: 300 } })
    const ann = await server.client('ann')
    const { createServer } = await import('node:http')
    const host = createServer().on('upgrade', (request, socket, head) =>
      server.holdfast.handleUpgrade(request, socket, head),
    )
    await new Promise<void>(resolve => host.listen(0, '127.0.0.1', resolve))
    const address = host.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const closed = server.holdfast.close()
    await expect(RawClient.connect(`http://127.0.0.1:${port}`, await tokenFor('ann'))).rejects.toThrow('503')
    ann.terminate()
    await closed
    host.close()
  })
})
