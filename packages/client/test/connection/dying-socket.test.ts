import type { DownFrame } from '@holdfast/protocol'
import { expect, test } from 'vitest'
import { Changes } from '../../src/changes.ts'
import { Connection } from '../../src/connection/connection.ts'
import type { ClientPlatform } from '../../src/index.ts'
import { createFakeServer, fakePlatform, settle } from '../../src/testing.ts'

const WELCOME: DownFrame = {
  type: 'session.welcome',
  sessionId: 's',
  userId: 'ann',
  serverTime: 0,
  heartbeatMs: 30_000,
  limits: { frameBytes: 65_536, contentBytes: 8_192, window: 100, delta: 1_000, sendRate: 20 },
  node: 'n',
}

test('a socket that dies while something is sent: what is sent after it is said not to be', async () => {
  const sent: boolean[] = []
  let handlers: Parameters<ClientPlatform['openSocket']>[2] | null = null
  const platform: ClientPlatform = {
    ...fakePlatform('ann', createFakeServer()),
    openSocket: (_url, _protocols, own) => {
      handlers = own
      return { send: text => void (text.includes('ping') && own.onClose(1006, '')), close: () => {} }
    },
  }
  const connection: Connection = new Connection({
    platform,
    changes: new Changes(platform.scheduler),
    url: 'ws://fake',
    clientInfo: { name: 'test', version: '0' },
    getToken: async () => 'ann',
    checkToken: async () => true,
    hello: () => ({}),
    greeting: () => [],
    onUp: () => {
      for (let i = 0; i < 2; i++) sent.push(connection.send({ type: 'ping' }))
    },
    onDown: () => sent.push(connection.send({ type: 'ping' })),
    onFrames: () => {},
  })
  connection.connect()
  await settle()
  const { onOpen, onMessage } = handlers as unknown as Parameters<ClientPlatform['openSocket']>[2]
  onOpen()
  onMessage(JSON.stringify(WELCOME))
  expect(sent).toEqual([true, false, false])
  expect(connection.isUp).toBe(false)
})
