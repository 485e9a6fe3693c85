import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Logger } from '../../src/observe/logger.ts'
import { LiveServer } from '../support/live-server.ts'
import { tokenFor } from '../support/tokens.ts'

/** What a proxy might take for the body of the first request and the server for a second one. */
const SMUGGLED_ROOM = 'smuggled'
const FIRST = '{"name":"First","type":"private"}'
const chunk = (text: string, head = text.length.toString(16)) => `${head}\r\n${text}\r\n`
const CHUNKED = `${chunk(FIRST)}0\r\n\r\n`

/**
 * Each: header lines that say in two ways, or in a wrong one, where a body ends; the body; and what the first request may be
 * answered with. Whatever that is, nothing behind it may be taken for a request if there is any doubt about where it ended.
 */
const SHAPES: readonly (readonly [string, readonly string[], string])[] = [
  ['a length and chunks', ['Content-Length: 6', 'Transfer-Encoding: chunked'], CHUNKED],
  ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 6'], CHUNKED],
  ['two lengths', ['Content-Length: 0', `Content-Length: ${FIRST.length}`], FIRST],
  ['the same length twice', [`Content-Length: ${FIRST.length}`, `Content-Length: ${FIRST.length}`], FIRST],
  ['two lengths in a line', [`Content-Length: 0, ${FIRST.length}`], FIRST],
  ['a length with a sign', [`Content-Length: +${FIRST.length}`], FIRST],
  ['a negative length', ['Content-Length: -1'], FIRST],
  ['a length in another notation', [`Content-Length: 0x${FIRST.length.toString(16)}`], FIRST],
  ['a length past 2^64', ['Content-Length: 18446744073709551617'], FIRST],
  ['a length with a blank in it', ['Content-Length: 3 3'], FIRST],
  ['an empty length', ['Content-Length: '], FIRST],
  ['a name with a blank behind it', [`Content-Length : ${FIRST.length}`], FIRST],
  ['an encoding nobody knows', ['Transfer-Encoding: xchunked'], CHUNKED],
  ['chunks that are not last', ['Transfer-Encoding: chunked, identity'], CHUNKED],
  ['chunks twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], CHUNKED],
  ['chunks behind a vertical tab', ['Transfer-Encoding: \u000bchunked'], CHUNKED],
  ['chunks in a folded line', ['Transfer-Encoding:', ' chunked'], CHUNKED],
  ['chunks behind a bare line feed', ['X: x\nTransfer-Encoding: chunked'], CHUNKED],
  ['chunks behind a bare carriage return', ['X: x\rTransfer-Encoding: chunked'], CHUNKED],
  ['a chunk of a length that is none', ['Transfer-Encoding: chunked'], chunk(FIRST, 'x')],
  ['a chunk of a negative length', ['Transfer-Encoding: chunked'], chunk(FIRST, '-1')],
  ['a chunk past 2^64', ['Transfer-Encoding: chunked'], chunk(FIRST, '1ffffffffffffffff')],
  [
    'a chunk of a length in another notation',
    ['Transfer-Encoding: chunked'],
    chunk(FIRST, `0x${FIRST.length.toString(16)}`),
  ],
  ['a chunk shorter than it says', ['Transfer-Encoding: chunked'], `${FIRST.length.toString(16)}\r\n{}\r\n0\r\n\r\n`],
  ['a chunk longer than it says', ['Transfer-Encoding: chunked'], `2\r\n${FIRST}\r\n0\r\n\r\n`],
  ['chunks that end in a bare line feed', ['Transfer-Encoding: chunked'], CHUNKED.replaceAll('\r\n', '\n')],
  ['extensions of chunks without end', ['Transfer-Encoding: chunked'], chunk(FIRST, `21;${'x'.repeat(100_000)}`)],
]

const faults: string[] = []
const logger: Logger = {
  debug() {},
  info() {},
  warn: (_, message) => faults.push(message),
  error: (_, message) => faults.push(message),
}

describe('[smuggling] requests whose end is in doubt', () => {
  let server: LiveServer
  let token: string
  beforeAll(async () => {
    server = await LiveServer.start({ logger })
    token = await tokenFor('eve')
  })
  afterAll(() => server.close())

  const head = (method: string, path: string, lines: readonly string[]) =>
    `${[`${method} ${path} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${token}`, 'Content-Type: application/json', ...lines].join('\r\n')}\r\n\r\n`

  const smuggled = () =>
    head('PUT', '/api/rooms/none/read', ['Content-Length: 9']).concat('{"seq":1}') +
    head('POST', '/api/rooms', ['Connection: close', `Content-Length: ${roomOf(SMUGGLED_ROOM).length}`]) +
    roomOf(SMUGGLED_ROOM)

  const roomOf = (id: string) => JSON.stringify({ id, name: id, type: 'private' })

  /** Everything that the server answers to some bytes, until it ends the connection; its statuses. */
  async function answersTo(bytes: string | Buffer): Promise<readonly string[]> {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    let answer = ''
    socket.on('data', data => (answer += String(data)))
    socket.on('error', () => {})
    socket.write(bytes)
    await new Promise(resolve => socket.once('close', resolve))
    return [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status)
  }

  async function exists(roomId: string): Promise<boolean> {
    return (await server.call('eve', 'GET', `/api/rooms/${roomId}`)).status === 200
  }

  test('the shape of the attack works where nothing is in doubt: two whole requests are two', async () => {
    const lines = [`Content-Length: ${roomOf('first').length}`]
    const id = 'second'
    const bytes = head('POST', '/api/rooms', lines) + roomOf('first') + smuggled().replaceAll(SMUGGLED_ROOM, id)
    const fixed = bytes.replace(/Content-Length: \d+(\r\n\r\n\{"id":"second)/, `Content-Length: ${roomOf(id).length}$1`)
    expect(await answersTo(fixed)).toEqual(['201', '404', '201'])
    expect([await exists('first'), await exists(id)]).toEqual([true, true])
  })

  test.each(SHAPES)('%s: refused, and the connection ended; nothing behind it is a request', async (_, lines, body) => {
    const statuses = await answersTo(head('POST', '/api/rooms', lines) + body + smuggled())
    expect(statuses).toEqual([expect.stringMatching(/^4(00|13)$/)])
    expect(await exists(SMUGGLED_ROOM)).toBe(false)
    expect(faults).toEqual([])
    expect(await server.call('ann', 'GET', '/api/me')).toMatchObject({ status: 200 })
  })

  test.each([
    ['2,500 lines', Array.from({ length: 2_500 }, (_, i) => `A${i}: x`), /^(200|431)$/],
    ['one line of 100,000 characters', [`A: ${'x'.repeat(100_000)}`], /^431$/],
    ['1,000 lines of 100', Array.from({ length: 1_000 }, (_, i) => `A${i}: ${'x'.repeat(90)}`), /^431$/],
    ['the same line 500 times', Array.from({ length: 500 }, () => 'Cookie: a=b'), /^200$/],
    ['a name of 20,000 characters', [`${'x'.repeat(20_000)}: x`], /^431$/],
    ['names that every object has', ['__proto__: x', 'constructor: x', 'toString: x', 'hasOwnProperty: x'], /^200$/],
    ['no host', [], /^200$/],
  ])('a head of %s is answered or refused, never a 5xx', async (_, lines, expected) => {
    const [status] = await answersTo(head('GET', '/api/me', [...lines, 'Connection: close']))
    expect(status).toMatch(expected)
    expect(faults).toEqual([])
  })

  test.each([
    ['TRACE', /^404$/],
    ['CONNECT', /^$/],
    ['PROPFIND', /^404$/],
    ['__proto__', /^400$/],
    ['get', /^400$/],
    ['GET\u0000', /^400$/],
  ])('the method %j does nothing', async (method, expected) => {
    const statuses = await answersTo(head(method, '/api/me', ['Connection: close', 'Content-Length: 0']))
    expect(statuses.join()).toMatch(expected)
    expect(faults).toEqual([])
    expect(await server.call('ann', 'GET', '/api/me')).toMatchObject({ status: 200 })
  })

  test.each([
    ['HTTP/2 without being asked', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400'],
    ['HTTP/0.9', 'GET /api/me\r\n\r\n', '400'],
    ['HTTP/9.9', 'GET /api/me HTTP/9.9\r\n\r\n', '400'],
    ['a reply', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', '400'],
    ['blank lines without end', '\r\n'.repeat(50_000).concat('x\r\n\r\n'), '400'],
  ])('%s is no request', async (_, text, status) => {
    expect(await answersTo(text)).toEqual([status])
    expect(faults).toEqual([])
  })

  test('who expects to be told to go on with a body is told before, and so that it is too large', async () => {
    const lines = (length: number) => ['Connection: close', 'Expect: 100-continue', `Content-Length: ${length}`]
    const good = roomOf('expected')
    expect(await answersTo(head('POST', '/api/rooms', lines(good.length)) + good)).toEqual(['100', '201'])
    expect((await answersTo(head('POST', '/api/rooms', lines(10_000_000)))).at(-1)).toBe('413')
    const strange = ['Connection: close', 'Expect: something', 'Content-Length: 0']
    expect(await answersTo(head('POST', '/api/rooms', strange))).toEqual(['417'])
  })

  test('lengths that lie: what is said to be larger than any body is refused before it comes', async () => {
    for (const length of [300_000, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
      const bytes = head('POST', '/api/rooms', ['Connection: close', `Content-Length: ${length}`])
      expect(await answersTo(bytes)).toEqual(['413'])
    }
  })

  test('a body in chunks that never ends is refused at its limit', async () => {
    const bytes = head('POST', '/api/rooms', ['Connection: close', 'Transfer-Encoding: chunked'])
    expect(await answersTo(bytes + chunk(' '.repeat(1_000)).repeat(1_000))).toEqual(['413'])
  })

  test('a compressed body is not opened: it is no JSON', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000, ' '))
    const lines = ['Connection: close', 'Content-Encoding: gzip', `Content-Length: ${bomb.length}`]
    expect(await answersTo(Buffer.concat([Buffer.from(head('POST', '/api/rooms', lines)), bomb]))).toEqual(['400'])
  })
})
