import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { HoldfastOptions } from '../../src/options.ts'
import { MAX_SESSIONS_PER_PERSON } from '../../src/session/sessions.ts'
import { LiveServer } from '../support/live-server.ts'
import { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'

const HELLO = { type: 'session.hello', protocol: 1, client: { name: 'test', version: '0' } }

describe('the life of a session', () => {
  const servers: LiveServer[] = []
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })

  async function start(options: Partial<HoldfastOptions> = {}): Promise<LiveServer> {
    const server = await LiveServer.start(options)
    servers.push(server)
    return server
  }

  test('[hello] none within its time closes with 4500', async () => {
    const server = await start({ limits: { helloMs: 100, heartbeatMs: 200 } })
    const client = await server.socket('ann')
    expect(await client.closed()).toBe(4500)
  })

  test('[4012] a peer that answers no ping is dropped; one that does is kept', async () => {
    const server = await start({ limits: { heartbeatMs: 60 } })
    const silent = await RawClient.connect(server.url, await tokenFor('ann'), { autoPong: false })
    silent.send(HELLO)
    const answering = await server.client('ben')
    expect(await silent.closed()).toBe(4012)
    await answering.fence()
  })

  test('[4012] a message that never ends is no sign of life', async () => {
    const server = await start({ limits: { heartbeatMs: 60 } })
    const client = await RawClient.connect(server.url, await tokenFor('ann'), { autoPong: false })
    client.send(HELLO)
    await client.next('session.welcome')
    const drip = setInterval(() => {
      if (client.ws.readyState === WebSocket.OPEN) client.ws.send('x', { fin: false })
    }, 20)
    expect(await client.closed()).toBe(4012)
    clearInterval(drip)
  })

  test('[4005] a session whose token expires is closed', async () => {
    const server = await start()
    const token = await tokenFor('ann', { expiresInS: 2 })
    const client = await RawClient.open(server.url, token)
    expect(await client.closed()).toBe(4005)
  })

  test('[bounded] what comes behind the frame that ended the session is not taken', async () => {
    const server = await start({})
    const ann = await server.client('ann')
    const framesIn = async () =>
      /^holdfast_frames_in_total (\d+)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1]
    const before = Number(await framesIn())
    ann.sendText('nonsense')
    for (let i = 0; i < 50; i++) ann.sendText('[{},{},{}]')
    expect(await ann.closed()).toBe(4500)
    expect(Number(await framesIn())).toBe(before + 1)
  })

  test('[refresh] a newer token of the same person keeps the session; any other is refused', async () => {
    const server = await start()
    const client = await RawClient.open(server.url, await tokenFor('ann', { expiresInS: 2 }))
    const refresh = async (token: string) => client.request({ type: 'auth.refresh', token })
    expect(await refresh(await tokenFor('ben'))).toMatchObject({ type: 'error', code: 'forbidden' })
    expect(await refresh('nonsense')).toMatchObject({ type: 'error', code: 'unauthorized' })
    expect(await refresh(await tokenFor('ann', { expiresInS: -5 }))).toMatchObject({
      type: 'error',
      code: 'unauthorized',
    })
    expect(await refresh(await tokenFor('ann', { name: 'Ann B.' }))).toMatchObject({ type: 'ok' })
    await new Promise(resolve => setTimeout(resolve, 3_200))
    await client.fence()
    expect(client.isClosed).toBe(false)
  })

  test('[4029] more frames than any client needs close; with rate limits off they do not', async () => {
    const flood = `[${Array.from({ length: 1_000 }, () => '{"type":"ping"}').join()}]`
    const limited = await start({ sendRate: 20 })
    const client = await limited.client('ann')
    for (let i = 0; i < 3; i++) client.sendText(flood)
    expect(await client.closed()).toBe(4029)

    const unlimited = await start({ sendRate: 0 })
    const free = await unlimited.client('ann')
    for (let i = 0; i < 5; i++) free.sendText(flood)
    await free.fence()
    expect(free.isClosed).toBe(false)
  })

  test('[rate_limited] the rate is a person’s, over sockets and HTTP; the refusal says when', async () => {
    const server = await start({ sendRate: 1 })
    await server.room('room', 'ann', ['ben'])
    const [one, two] = [await server.client('ann'), await server.client('ann')]
    for (let i = 0; i < 3; i++) expect(await one.say('room', `a${i}`, 'x')).toMatchObject({ type: 'message.ack' })
    for (let i = 3; i < 5; i++) expect(await two.say('room', `a${i}`, 'x')).toMatchObject({ type: 'message.ack' })
    const refusal = await two.say('room', 'a5', 'x')
    expect(refusal).toMatchObject({ code: 'rate_limited', retryable: true, roomId: 'room' })
    expect('retryAfterMs' in refusal && refusal.retryAfterMs).toBeGreaterThan(0)
    expect(
      await server.call('ann', 'POST', '/api/rooms/room/messages', { clientId: 'a6', content: 'x' }),
    ).toMatchObject({ status: 429 })
    const ben = await server.client('ben')
    expect(await ben.say('room', 'b0', 'x')).toMatchObject({ type: 'message.ack' })
  })

  test('[out_of_order] what follows a refused send is refused until that is sent again or given up', async () => {
    const server = await start({ sendRate: 2 })
    await server.room('room', 'ann')
    const ann = await server.client('ann')
    const send = (clientId: string) => ({ type: 'message.send', roomId: 'room', clientId, content: clientId })
    ann.sendText(JSON.stringify(Array.from({ length: 14 }, (_, i) => send(`m${i}`))))
    await ann.until(() => ann.frames.filter(frame => 'clientId' in frame).length === 14, 'all answers')
    const codes = ann.frames.flatMap(frame => (frame.type === 'error' ? [frame.code] : []))
    expect(codes).toEqual(['rate_limited', 'out_of_order', 'out_of_order', 'out_of_order'])
    await ann.request({ type: 'message.cancel', roomId: 'room', clientId: 'm10' })
    await new Promise(resolve => setTimeout(resolve, 600))
    expect(await ann.say('room', 'm11', 'm11')).toMatchObject({ type: 'message.ack', seq: 13 })
  })

  test('[bounded] one person may have so many sessions on a node: the next upgrade gets 429, and one that ends makes room', async () => {
    const server = await start({ sendRate: 20 })
    const token = await tokenFor('ann')
    const clients = await Promise.all(
      Array.from({ length: MAX_SESSIONS_PER_PERSON }, () => RawClient.connect(server.url, token)),
    )
    await expect(RawClient.connect(server.url, token)).rejects.toThrow('429')
    await server.client('ben')
    clients[0]?.terminate()
    await expect
      .poll(
        () =>
          RawClient.connect(server.url, token).then(
            client => clients.push(client),
            () => false,
          ),
        { timeout: 5_000 },
      )
      .not.toBe(false)
    for (const client of clients) client.terminate()
  })
})
