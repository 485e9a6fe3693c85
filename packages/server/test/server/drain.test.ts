import { request } from 'node:http'
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

  test('answers the HTTP requests that came before: none that is committed goes without its answer', async () => {
    const server = await LiveServer.startOnDisk()
    await server.room('room', 'ann')
    const authorization = `Bearer ${await tokenFor('ann')}`
    const send = (clientId: string) =>
      postHalf(`${server.url}/api/rooms/room/messages`, authorization, JSON.stringify({ clientId, content: 'x' }))
    const halves = await Promise.all(Array.from({ length: 30 }, (_, i) => send(`m${i}`)))
    const closed = server.holdfast.close()
    const statuses = await Promise.all(halves.map(finish => finish()))
    expect(statuses).toEqual(statuses.map(() => 201))
    await closed
    await server.close()
  })

  test('a change that comes over HTTP meanwhile is told 503, to be tried again elsewhere; reading goes on', async () => {
    const server = await LiveServer.start({ limits: { reconnectWithinMs: 300 } })
    await server.room('room', 'ann')
    const ann = await server.client('ann')
    const closed = server.holdfast.close()
    const headers = { authorization: `Bearer ${await tokenFor('ann')}`, 'content-type': 'application/json' }
    const ask = (method: string, body?: string) =>
      server.holdfast.fetch(
        new Request(`${server.url}/api/rooms/room/messages`, { method, headers, ...(body !== undefined && { body }) }),
      )
    const refused = await ask('POST', JSON.stringify({ clientId: 'late', content: 'x' }))
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ code: 'unavailable', retryable: true })
    expect((await ask('GET')).status).toBe(200)
    ann.terminate()
    await closed
  })
})

/** Sends a POST up to the middle of its body; resolves, once the server has its head, with what sends the rest and tells the status. */
async function postHalf(url: string, authorization: string, body: string): Promise<() => Promise<number>> {
  const headers = {
    authorization,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    expect: '100-continue',
  }
  const call = request(url, { method: 'POST', headers, agent: false })
  const answer = new Promise<number>((resolve, reject) => {
    call.on('response', response => resolve(response.resume().statusCode ?? 0))
    call.on('error', reject)
  })
  answer.catch(() => {})
  const heard = new Promise(resolve => call.once('continue', resolve))
  call.flushHeaders()
  await heard
  call.write(body.slice(0, 5))
  return () => {
    call.end(body.slice(5))
    return answer
  }
}
