import { expect, test } from 'vitest'
import { bounded } from '../../src/bounded.ts'
import { type Action, cutAfterByte, delay, drip, hold, lose, pass, repeat, swap } from '../../src/chaos/action.ts'
import { OPCODE, writeFrame } from '../../src/chaos/frame.ts'
import { FrameSplitter } from '../../src/chaos/frame-splitter.ts'
import { cutStreamAt, type Place, type Script } from '../../src/chaos/script.ts'
import { textOf } from '../../src/chaos/unit.ts'
import { Client, EchoServer, HandScheduler, proxyBefore, until, Wire } from './scene.ts'

/** That action for the frame with this number of that direction. */
function onFrame(direction: Place['direction'], nth: number, action: Action): Script {
  return place => (place.direction === direction && place.unit.kind === 'frame' && place.nth === nth ? action : pass)
}

/** That action for what goes up and says this. */
function onText(text: string, action: Action): Script {
  return place => (place.direction === 'up' && textOf(place.unit).includes(text) ? action : pass)
}

const UPGRADE = [
  'GET /socket HTTP/1.1',
  'Host: h',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '\r\n',
].join('\r\n')

/** A bare socket that has been upgraded; `frames` reads what came behind the answer. */
async function upgraded(url: string) {
  const wire = new Wire(url)
  wire.socket.write(UPGRADE)
  await wire.gets(/\r\n\r\n/)
  const frames = () => new FrameSplitter().push(wire.bytes.subarray(wire.bytes.indexOf('\r\n\r\n') + 4))
  return { wire, frames }
}

function text(words: string): Buffer {
  return writeFrame({ opcode: OPCODE.text, payload: Buffer.from(words), masked: true })
}

test('delay: each takes its time from when it came, and none overtakes', async () => {
  const [echo, scheduler] = [await EchoServer.start(), new HandScheduler()]
  const times = [100, 20, 60]
  const proxy = await proxyBefore(echo.url, {
    scheduler,
    script: place => (place.direction === 'up' && place.unit.kind === 'frame' ? delay(times[place.nth] ?? 0) : pass),
  })
  const client = await Client.connect(proxy)
  for (const word of ['a', 'b', 'c']) client.ws.send(word)
  await scheduler.pass(99, 3)
  const other = await Client.connect(proxy)
  other.ws.send('later')
  await until(() => scheduler.waiting === 2, 'the delay of the other')
  expect(echo.messages).toEqual([])
  await scheduler.pass(1, 2)
  expect(await client.hears(3)).toEqual(['a', 'b', 'c'])
  expect(echo.messages).toEqual(['a', 'b', 'c'])
})

test('hold: one direction stands still until it is released, the other goes on', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url, { script: onFrame('down', 0, hold) })
  const client = await Client.connect(proxy)
  for (const word of ['a', 'b']) client.ws.send(word)
  await until(() => echo.messages.length === 2 && proxy.holding === 1, 'both at the server')
  expect(client.messages).toEqual([])
  proxy.release(path => path.direction === 'up')
  expect(proxy.holding).toBe(1)
  proxy.release()
  expect(await client.hears(2)).toEqual(['a', 'b'])
})

test('hold in both directions is half-open: neither end is told', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url)
  const [client, other] = [await Client.connect(proxy), await Client.connect(proxy)]
  await client.echoes('before')
  proxy.follow(place => (place.connection === 0 ? hold : pass))
  client.ws.send('up')
  echo.sockets[0]?.send('down')
  await until(() => proxy.holding === 2, 'both directions to hold')
  await other.echoes('another connection goes on')
  expect([echo.messages.includes('up'), client.messages.includes('down')]).toEqual([false, false])
  expect([client.ws.readyState, echo.sockets[0]?.readyState]).toEqual([client.ws.OPEN, client.ws.OPEN])
  proxy.follow(() => pass)
  proxy.release()
  expect(await client.hears(3)).toEqual(['before', 'down', 'up'])
})

test('cut: exactly so many bytes of the frame arrive, then the end, for every byte of it', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url)
  const size = writeFrame({ opcode: OPCODE.text, payload: Buffer.from('echo me'), masked: false }).length
  for (let byte = 0; byte <= size; byte += 1) {
    proxy.follow(onFrame('down', 0, cutAfterByte(byte, 'finish')))
    const { wire, frames } = await upgraded(proxy.url)
    wire.socket.write(text('echo me'))
    expect(await bounded(wire.ended, () => 'the end')).toBe('finish')
    expect(wire.bytes.length - (wire.bytes.indexOf('\r\n\r\n') + 4)).toBe(byte)
    expect(frames().length).toBe(byte === size ? 1 : 0)
  }
  await until(() => echo.ends.length === size + 1, 'the server to be told of each end')
})

test('cut: with a reset both ends fail', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url, { script: onFrame('up', 1, cutAfterByte(3)) })
  const { wire } = await upgraded(proxy.url)
  wire.socket.write(text('whole'))
  await wire.gets(/whole/)
  wire.socket.write(text('not whole'))
  expect(await bounded(wire.ended, () => 'the end')).toBe('ECONNRESET')
  await until(() => echo.ends.length === 1, 'the server to be told')
  expect(echo.messages).toEqual(['whole'])
})

test('cut: in silence nobody is told, also not when one end closes', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url, { script: onText('fatal', cutAfterByte(4, 'silence')) })
  const [client, other] = [await Client.connect(proxy), await Client.connect(proxy)]
  for (const word of ['fatal', 'behind it']) client.ws.send(word)
  await until(() => proxy.faults.length === 1, 'the cut')
  echo.sockets[0]?.send('from the server')
  await other.echoes('another connection goes on')
  expect([echo.messages, client.messages]).toEqual([['another connection goes on'], []])
  client.ws.terminate()
  await other.echoes('and on')
  expect([echo.ends, echo.sockets[0]?.readyState]).toEqual([[], client.ws.OPEN])
})

test('cutStreamAt: the byte counts from the first of the connection, in one direction', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url)
  for (const byte of [0, 10, UPGRADE.length - 1]) {
    proxy.follow(cutStreamAt('up', byte, 'finish'))
    const wire = new Wire(proxy.url)
    wire.socket.write(UPGRADE)
    await bounded(wire.ended, () => 'the end')
  }
  expect(echo.sockets.length).toBe(0)
  proxy.follow(cutStreamAt('up', UPGRADE.length + 5, 'finish'))
  const { wire } = await upgraded(proxy.url)
  wire.socket.write(text('cut off'))
  await bounded(wire.ended, () => 'the end')
  expect(echo.messages).toEqual([])
})

test('repeat: a message that goes up arrives twice, each time as a client has to send it', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url, { script: onFrame('up', 1, repeat) })
  const client = await Client.connect(proxy)
  for (const word of ['once', 'twice', 'once more']) client.ws.send(word)
  expect(await client.hears(4)).toEqual(['once', 'twice', 'twice', 'once more'])
})

test('repeat: a message in fragments comes again as a whole, control frames in between or not', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url, { script: place => (place.direction === 'up' ? repeat : pass) })
  const { wire, frames } = await upgraded(proxy.url)
  const parts = ['in ', 'three ', 'parts'].map(word => Buffer.from(word))
  parts.forEach((payload, index) => {
    const opcode = index === 0 ? OPCODE.text : OPCODE.continuation
    wire.socket.write(writeFrame({ opcode, payload, fin: index === 2, masked: true }))
    wire.socket.write(writeFrame({ opcode: OPCODE.ping, payload, masked: true }))
  })
  await until(() => frames().filter(unit => unit.kind === 'frame').length === 2, 'the echoes')
  expect(echo.messages).toEqual(['in three parts', 'in three parts'])
  expect(frames().filter(unit => unit.kind === 'control').length).toBe(3)
})

test('repeat: whatever happens to its later fragments, the copy is of that message alone', async () => {
  const echo = await EchoServer.start()
  const actions = [repeat, drip(1), delay(1), pass, repeat, repeat]
  const script: Script = ({ direction, unit, nth }) =>
    direction === 'up' && unit.kind === 'frame' ? (actions[nth] ?? pass) : pass
  const { wire } = await upgraded((await proxyBefore(echo.url, { script })).url)
  const send = (opcode: number, words: string, fin: boolean) =>
    wire.socket.write(writeFrame({ opcode, payload: Buffer.from(words), fin, masked: true }))
  send(OPCODE.text, 'one ', false)
  send(OPCODE.continuation, 'two ', false)
  send(OPCODE.continuation, 'three', true)
  send(OPCODE.text, 'not repeated from its first ', false)
  send(OPCODE.continuation, 'frame on', true)
  send(OPCODE.text, 'last', true)
  await until(
    () => echo.messages.length === 5,
    () => `five messages, so far ${echo.messages}`,
  )
  expect(echo.messages).toEqual([
    'one two three',
    'one two three',
    'not repeated from its first frame on',
    'last',
    'last',
  ])
})

test('repeat: a request comes again over another connection, and only one answer is given', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url, {
    script: place => (place.unit.kind === 'request' && place.nth === 0 ? repeat : pass),
  })
  const wire = new Wire(proxy.url)
  const ask = (path: string) => `POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi`
  wire.socket.write(ask('/one'))
  await wire.gets(/answer to \/one/)
  await until(() => echo.requests.length === 2, 'the repeat')
  wire.socket.write(ask('/two'))
  await wire.gets(/answer to \/two/)
  expect(echo.requests).toEqual(['POST /one hi', 'POST /one hi', 'POST /two hi'])
  expect(wire.text.match(/answer to/g)?.length).toBe(2)
})

test('swap: two messages of two connections change places', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url, { scheduler: new HandScheduler(), script: onText('first', swap(1000)) })
  const [one, two] = [await Client.connect(proxy), await Client.connect(proxy)]
  for (const word of ['first', 'behind it']) one.ws.send(word)
  await until(() => proxy.faults.length === 1, 'the first one to wait')
  await two.echoes('second')
  await one.hears(2)
  expect(echo.messages).toEqual(['second', 'first', 'behind it'])
})

test('swap: so do two requests; where none follows the first goes on after its time', async () => {
  const [echo, scheduler] = [await EchoServer.start(), new HandScheduler()]
  const proxy = await proxyBefore(echo.url, { scheduler, script: onText('/first', swap(1000)) })
  const first = fetch(`${proxy.url}/first`)
  await until(() => proxy.faults.length === 1, 'the first one to wait')
  await fetch(`${proxy.url}/second`)
  await first
  const alone = fetch(`${proxy.url}/first-again`)
  await scheduler.pass(1000, 1)
  expect(await (await alone).text()).toBe('answer to /first-again')
  expect(echo.requests.map(one => one.trim())).toEqual(['GET /second', 'GET /first', 'GET /first-again'])
})

test('drip: byte by byte, each after its time', async () => {
  const [echo, scheduler] = [await EchoServer.start(), new HandScheduler()]
  const proxy = await proxyBefore(echo.url, { scheduler, script: onFrame('down', 0, drip(1000)) })
  const { wire } = await upgraded(proxy.url)
  const headBytes = wire.bytes.length
  wire.socket.write(text('drip'))
  const size = writeFrame({ opcode: OPCODE.text, payload: Buffer.from('drip'), masked: false }).length
  for (let byte = 1; byte <= size; byte += 1) {
    await until(() => scheduler.waiting === 1 && wire.bytes.length === headBytes + byte, `byte ${byte}`)
    await scheduler.pass(1000, 1)
  }
  await wire.gets(/drip$/)
})

test('lose: what was asked is done, and the asker is not told', async () => {
  const echo = await EchoServer.start()
  const proxy = await proxyBefore(echo.url, { script: place => (place.unit.kind === 'answer' ? lose() : pass) })
  await expect(fetch(`${proxy.url}/asked`, { method: 'POST', body: 'x' })).rejects.toThrow('fetch failed')
  expect(echo.requests).toEqual(['POST /asked x'])
})
