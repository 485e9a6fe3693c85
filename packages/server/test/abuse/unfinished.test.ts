import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { MESSAGE_MS } from '../../src/transport/message-deadline.ts'
import { FakePlatform } from '../support/fake-platform.ts'
import { LiveServer } from '../support/live-server.ts'
import type { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'
import { clientFrame, OPCODE } from '../support/wire.ts'
import { WireClient } from '../support/wire-client.ts'

/** As many as are let in and let go in one turn: turns are the test’s, too. */
const PEERS = 50

/** Time is the test's, the sockets are real: what a peer sent has come in once its ping is answered. */
describe('[unfinished] messages that never end', () => {
  const servers: LiveServer[] = []
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })

  async function start() {
    const platform = new FakePlatform({ wallMs: Date.now() })
    const server = await LiveServer.start({ platform })
    servers.push(server)
    return { platform, server }
  }

  async function isReached({ ws }: RawClient): Promise<void> {
    const pong = once(ws, 'pong')
    ws.ping()
    await pong
  }

  test('whose senders answer every ping are closed with 4012 after their time, and others are served', async () => {
    const { platform, server } = await start()
    const ann = await server.client('ann')
    const peers = await Promise.all(Array.from({ length: PEERS }, () => server.client('eve')))
    for (const { ws } of peers) ws.send('{"type":', { fin: false })
    await Promise.all(peers.map(isReached))
    const stepMs = MESSAGE_MS / 10
    for (let ms = stepMs; ms < MESSAGE_MS; ms += stepMs) {
      await platform.advance(stepMs)
      // Signs of life, and more of the message: none of it gives more time.
      for (const { ws } of peers) ws.send(' ', { fin: false })
      await Promise.all([...peers, ann].map(isReached))
    }
    expect(peers.some(peer => peer.isClosed)).toBe(false)
    await platform.advance(stepMs)
    expect(new Set(await Promise.all(peers.map(peer => peer.closed())))).toEqual(new Set([4012]))
    await ann.fence()
    expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/^holdfast_sessions 1$/m)
  })

  test('a close is counted, whether the peer answers it or not', async () => {
    const { platform, server } = await start()
    const peer = await WireClient.open(server.url, await tokenFor('eve'))
    peer.write(
      clientFrame({ opcode: OPCODE.text, payload: '{"type":', fin: false }),
      clientFrame({ opcode: OPCODE.ping }),
    )
    await peer.until(() => peer.ofOpcode(OPCODE.pong).length === 1, 'the pong')
    await platform.advance(MESSAGE_MS)
    expect(await peer.closed()).toBe(4012)
    expect(await metricsOf(server)).toMatch(/^holdfast_closes_total\{code="4012"\} 1$/m)
    peer.destroy()
  })

  test('and one that ends in time is answered, however slowly it came', async () => {
    const { platform, server } = await start()
    const slow = await server.client('ann')
    const text = '{"type":"ping","n":12345}'
    for (let at = 0; at < text.length; at++) {
      slow.ws.send(text.charAt(at), { fin: at === text.length - 1 })
      await isReached(slow)
      await platform.advance(1_000)
    }
    expect(await slow.next('pong')).toMatchObject({ n: 12_345 })
  })

  test('what ends after the peer was told to go is nobody’s', async () => {
    const { platform, server } = await start()
    const peer = await WireClient.open(server.url, await tokenFor('eve'))
    peer.write(
      clientFrame({ opcode: OPCODE.text, payload: '{"type":', fin: false }),
      clientFrame({ opcode: OPCODE.ping }),
    )
    await peer.until(() => peer.ofOpcode(OPCODE.pong).length === 1, 'the pong')
    const framesIn = async () => /^holdfast_frames_in_total .*$/m.exec(await metricsOf(server))?.[0]
    const before = await framesIn()
    await platform.advance(MESSAGE_MS)
    expect(await peer.closed()).toBe(4012)
    peer.write(clientFrame({ opcode: OPCODE.continuation, payload: '"ping","n":1}' }))
    peer.text({ type: 'ping', n: 2 })
    peer.write(clientFrame({ opcode: OPCODE.close, payload: Buffer.from([0x0f, 0xac]) }))
    await peer.ended()
    expect(peer.messages.map(({ type }) => type)).toEqual(['session.welcome'])
    expect(await framesIn()).toBe(before)
  })
})

async function metricsOf(server: LiveServer): Promise<string> {
  return (await fetch(`${server.url}/metrics`)).text()
}
