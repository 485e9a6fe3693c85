import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { bounded } from '../../src/bounded.ts'
import { hold, pass } from '../../src/chaos/action.ts'
import { sendAgain } from '../../src/chaos/again.ts'
import { ChaosProxy } from '../../src/chaos/proxy.ts'
import type { Script } from '../../src/chaos/script.ts'
import { MAX_UNIT_BYTES } from '../../src/chaos/unit.ts'
import { atEnd, Client, EchoServer, proxyBefore, until, Wire } from './scene.ts'

/** A server that speaks as `talk` does; its base URL. */
async function rawServer(talk: (socket: Socket) => void): Promise<string> {
  const server = createServer({ allowHalfOpen: true }, talk)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('without a script requests and answers go by, several on one connection', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url)
  const wire = new Wire(proxy.url)
  wire.socket.write('GET /a HTTP/1.1\r\nHost: h\r\n\r\nHEAD /b HTTP/1.1\r\nHost: h\r\n\r\n')
  wire.socket.write('PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n')
  await wire.gets(/answer to \/c/)
  expect(wire.text.match(/200 OK|answer to ../g)).toEqual([
    '200 OK',
    'answer to /a',
    '200 OK',
    '200 OK',
    'answer to /c',
  ])
  expect(echo.requests).toEqual(['GET /a ', 'HEAD /b ', 'PUT /c abc'])
  expect(proxy.connections).toBe(1)
})

test('without a script messages go by, of any size, and the closing handshake does, both ways', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url)
  const client = await Client.connect(proxy)
  const texts = ['', 'x', 'y'.repeat(126), 'z'.repeat(70_000), 'w'.repeat(MAX_UNIT_BYTES + 1), 'behind it']
  for (const text of texts) client.ws.send(text)
  expect(await client.hears(texts.length)).toEqual(texts)
  client.ws.close(4321)
  expect(await bounded(client.closed, () => 'the close')).toBe(4321)
  await until(() => echo.ends.length === 1, 'the close at the server')
  const other = await Client.connect(proxy)
  echo.sockets[1]?.close(4001)
  expect(await bounded(other.closed, () => 'the close')).toBe(4001)
  expect(echo.ends[0]).toBe(4321)
})

test('no extension is negotiated: compressed frames could be neither read nor sent twice', async () => {
  const echo = await EchoServer.start()
  const client = await Client.connect(await proxyBefore(echo.url))
  expect(echo.headers[0]).toHaveProperty('sec-websocket-key')
  expect(echo.headers[0]).not.toHaveProperty('sec-websocket-extensions')
  expect(client.ws.extensions).toBe('')
})

test('behind an upgrade that is refused the connection goes on with requests, sent before the refusal too', async () => {
  const heads = ['401 Unauthorized', '200 OK', '204 No Content']
  const target = await rawServer(socket => {
    socket.on('data', chunk => {
      for (const _ of String(chunk).matchAll(/GET/g)) {
        socket.write(`HTTP/1.1 ${heads.shift()}\r\n${heads.length < 1 ? '' : 'Content-Length: 0\r\n'}\r\n`)
      }
    })
  })
  const asked: string[] = []
  const script: Script = ({ unit }) => {
    if (unit.kind === 'request') asked.push(unit.path)
    return pass
  }
  const wire = new Wire((await proxyBefore(target, { script })).url)
  wire.socket.write('GET /socket HTTP/1.1\r\nUpgrade: websocket\r\n\r\nGET /next HTTP/1.1\r\n\r\n')
  await wire.gets(/401 Unauthorized\s+.*\s+HTTP.1.1 200 OK/)
  wire.socket.write('GET /last HTTP/1.1\r\n\r\n')
  await wire.gets(/204 No Content/)
  expect(asked).toEqual(['/socket', '/next', '/last'])
})

test('frames sent right behind the upgrade, before its answer, arrive', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url)
  const wire = new Wire(proxy.url)
  const head =
    'GET /socket HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
  const hello = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69])
  wire.socket.write(Buffer.concat([Buffer.from(`${head}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`), hello]))
  await wire.gets(/hi$/)
  expect(echo.messages).toEqual(['hi'])
})

test('half of a frame that its sender broke off goes by with the end', async () => {
  const received: Buffer[] = []
  const target = await rawServer(socket => {
    socket.once('data', () => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
    socket.on('data', chunk => received.push(chunk))
    socket.on('end', () => socket.end())
  })
  const proxy = await proxyBefore(target)
  const wire = new Wire(proxy.url)
  wire.socket.write('GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n')
  await wire.gets(/\r\n\r\n/)
  wire.socket.end(Buffer.from([0x81, 0x85, 1, 2, 3]))
  expect(await bounded(wire.ended, () => 'the end')).toBe('finish')
  expect(Buffer.concat(received).subarray(-5)).toEqual(Buffer.from([0x81, 0x85, 1, 2, 3]))
})

test('a request that comes twice is left alone by interim answers, and ended by the one that counts', async () => {
  const repeats: Socket[] = []
  const target = await rawServer(socket => {
    socket.once('data', () => {
      repeats.push(socket)
      socket.write('HTTP/1.1 100 Continue\r\n\r\n')
    })
  })
  const isOver = new AbortController()
  atEnd(() => isOver.abort())
  const { hostname, port } = new URL(target)
  sendAgain({ host: hostname, port: Number(port) }, Buffer.from('POST / HTTP/1.1\r\n\r\n'), isOver.signal)
  await until(() => repeats.length === 1, 'the repeat')
  const echo = await EchoServer.start()
  for (let round = 0; round < 5; round += 1) await fetch(echo.url)
  const [repeat] = repeats
  expect(repeat?.readableEnded).toBe(false)
  repeat?.write('HTTP/1.1 204 No Content\r\n\r\n')
  await until(() => repeat?.readableEnded === true, 'the end')
  repeat?.end()
})

test('what waits is bounded: a sender whose bytes go nowhere is read no further', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url)
  proxy.follow(place => (place.connection === 0 && place.unit.kind === 'frame' ? hold : pass))
  const [client, other] = [await Client.connect(proxy), await Client.connect(proxy)]
  const count = 64
  for (let index = 0; index < count; index += 1) client.ws.send(`${index} ${'x'.repeat(MAX_UNIT_BYTES / 2)}`)
  for (let round = 0; round < 20; round += 1) await other.echoes(`round ${round}`)
  expect(client.ws.bufferedAmount).toBeGreaterThan(MAX_UNIT_BYTES)
  proxy.follow(() => pass)
  const letGo = setInterval(() => proxy.release(), 1)
  await client.hears(count)
  clearInterval(letGo)
  expect(client.messages.map(message => message.split(' ')[0])).toEqual(Array.from({ length: count }, (_, n) => `${n}`))
})

test('end: open connections are cut, as told, and new ones go on', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url)
  const [one, two] = [await Client.connect(proxy), await Client.connect(proxy)]
  proxy.end('reset', connection => connection === 0)
  expect(await bounded(one.closed, () => 'the close')).toBe(1006)
  await two.echoes('still there')
  proxy.end('finish')
  expect(await bounded(two.closed, () => 'the close')).toBe(1006)
  await (await Client.connect(proxy)).echoes('new')
})

test('close: every connection is given up, those that wait and those in silence too', async () => {
  const echo = await EchoServer.start()
  const proxy = await ChaosProxy.start(echo.url)
  const [held, silent] = [await Client.connect(proxy), await Client.connect(proxy)]
  proxy.end('silence', connection => connection === 1)
  proxy.follow(() => hold)
  held.ws.send('held')
  await until(() => proxy.holding === 1, 'the hold')
  const { url } = proxy
  await proxy.close()
  await bounded(Promise.all([held.closed, silent.closed]), () => 'the closes')
  await until(() => echo.ends.length === 2, 'the server to be told')
  await expect(fetch(url)).rejects.toThrow()
})

test('before a target that is not there connections fail, and the proxy lives on', async () => {
  const proxy = await proxyBefore(`http://127.0.0.1:${await freePort()}`)
  for (let attempt = 0; attempt < 3; attempt += 1) await expect(fetch(proxy.url)).rejects.toThrow()
  expect(proxy.connections).toBe(3)
})

test('its address begins as the target does', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(`${echo.url}/below/`)
  expect(await (await fetch(`${proxy.url}/x`)).text()).toBe('answer to /below/x')
})

test('only http is understood', async () => {
  await expect(ChaosProxy.start('https://127.0.0.1:1')).rejects.toThrow('unable to stand before https://127.0.0.1:1')
})
