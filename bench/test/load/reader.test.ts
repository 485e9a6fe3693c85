import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { holdfast } from '../../src/dialects/holdfast.ts'
import { type Attention, Reader } from '../../src/load/reader.ts'
import { eventsFrame, serverFrame } from '../server-frames.ts'

const LIVE = '{"type":"room.live","roomId":"room","epoch":"e","seq":4}'
const WELCOME = '{"type":"session.welcome"}'

let server: Server | null = null
let reader: Reader | null = null

afterEach(() => {
  reader?.close()
  server?.close()
})

/** A server that upgrades, welcomes, opens at seq 4 and then says what it is told to; and a reader of it. */
async function connected(attention: Attention, say: readonly Buffer[], heard: Buffer[] = []) {
  server = createServer((socket: Socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n')
      socket.write(Buffer.concat([serverFrame(WELCOME), serverFrame(LIVE), ...say]))
      socket.on('data', bytes => heard.push(bytes))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const dialect = holdfast(`http://127.0.0.1:${port}`)
  const { upgrade, converse } = await dialect.admit('reader')
  const seen: number[] = []
  const outcome = new Promise<string>(resolve => {
    reader = new Reader(dialect, upgrade, converse(['room']), {
      attention,
      onMessage: n => seen.push(n),
      onProgress: ({ seq }) => seq >= 8 && resolve('all'),
      onFailure: error => resolve(error.message),
    })
  })
  return { outcome, seen }
}

const ALL: readonly Attention[] = ['counts', 'notes', 'checks']

describe('reader', () => {
  test.each(ALL)('one that %s counts every event from where its room was opened', async attention => {
    const frames = [eventsFrame(5, [0]), '{"type":"typing","roomId":"room","userIds":[]}', eventsFrame(6, [1, 2, 3])]
    const { outcome, seen } = await connected(
      attention,
      frames.map(frame => serverFrame(frame)),
    )
    expect(await outcome).toBe('all')
    expect(reader).toMatchObject({ openedAt: 4, seq: 8, events: 4, frames: 2, otherFrames: 1 })
    expect(seen).toEqual(attention === 'counts' ? [] : [0, 1, 2, 3])
  })

  test.each(ALL)('one that %s sees a planted hole between frames', async attention => {
    const { outcome } = await connected(attention, [
      serverFrame(eventsFrame(5, [0])),
      serverFrame(eventsFrame(7, [2, 3])),
    ])
    expect(await outcome).toMatch(/the audit failed: .*7.* follows 5/)
  })

  test.each(ALL)('one that %s sees a frame that comes twice', async attention => {
    const frame = serverFrame(eventsFrame(5, [0, 1]))
    const { outcome } = await connected(attention, [frame, frame])
    expect(await outcome).toMatch(/the audit failed: .*5.* follows 6/)
  })

  test('one that checks sees a planted hole inside a frame', async () => {
    const { outcome } = await connected('checks', [
      serverFrame(eventsFrame(5, [0, 1, 2, 3]).replaceAll('"seq":6', '"seq":7')),
    ])
    expect(await outcome).toBe('the audit failed: event 7 follows 5')
  })

  test.each(ALL)('one that %s ends the run when it is detached', async attention => {
    const { outcome } = await connected(attention, [
      serverFrame('{"type":"room.detached","roomId":"room","code":"lagging"}'),
    ])
    expect(await outcome).toMatch(/lagging/)
  })

  test('a ping is answered, so that a reader who says nothing is not taken for gone', async () => {
    const heard: Buffer[] = []
    const { outcome } = await connected(
      'counts',
      [serverFrame('ping', 0x9), serverFrame(eventsFrame(5, [0, 1, 2, 3]))],
      heard,
    )
    expect(await outcome).toBe('all')
    await expect.poll(() => Buffer.concat(heard).includes(Buffer.from([0x8a, 0x84, 0, 0, 0, 0]))).toBe(true)
  })

  test('a close of the server is told with its code', async () => {
    const { outcome } = await connected('counts', [serverFrame('\x0f\xa8', 0x8)])
    expect(await outcome).toMatch(/closed with/)
  })
})
