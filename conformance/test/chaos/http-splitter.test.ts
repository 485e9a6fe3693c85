import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HttpSplitter } from '../../src/chaos/http-splitter.ts'
import { bytesOf, chunksOf, cuts, split } from './chunks.ts'

/** A body of so many bytes in each form of saying where it ends; chunks may hold what looks like an end. */
const bodies = fc.oneof(
  fc.constant('\r\n'),
  fc.string({ maxLength: 200 }).map(text => {
    return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
  }),
  fc.array(fc.string({ minLength: 1, maxLength: 60 }), { maxLength: 4 }).map(texts => {
    const chunks = [...texts, 'x\r\n\r\ny'].map(text => `${Buffer.byteLength(text).toString(16)};a=b\r\n${text}\r\n`)
    return `transfer-encoding: chunked\r\n\r\n${chunks.join('')}0\r\nTrailer: 1\r\n\r\n`
  }),
)

const requests = fc.array(
  fc.tuple(fc.constantFrom('GET', 'POST', 'DELETE'), bodies).map(([method, body]) => {
    return Buffer.from(`${method} /api/things?x=1 HTTP/1.1\r\nHost: h\r\n${body}`)
  }),
  { maxLength: 6 },
)

function answering(...methods: string[]): HttpSplitter {
  return HttpSplitter.answers(status => (status < 200 ? methods[0] : methods.shift()) ?? 'GET')
}

describe('requests', () => {
  test('any requests in any chunks: the same requests, their bytes as they came', () => {
    fc.assert(
      fc.property(requests, cuts, (written, sizes) => {
        const splitter = HttpSplitter.requests()
        const units = split(splitter, chunksOf(Buffer.concat(written), sizes))
        expect(units.map(unit => unit.bytes.toString())).toEqual(written.map(String))
        expect(units.every(unit => unit.kind === 'request' && unit.path === '/api/things?x=1')).toBe(true)
        expect(splitter.rest().length).toBe(0)
      }),
    )
  })

  test('behind an upgrade nothing is read as a request until it was refused', () => {
    const upgrade = 'GET /api/socket HTTP/1.1\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n'
    const next = 'GET /next HTTP/1.1\r\n\r\n'
    const accepted = HttpSplitter.requests()
    expect(accepted.push(Buffer.from(upgrade + next))).toMatchObject([{ kind: 'request', upgrade: true }])
    expect(accepted.rest().toString()).toBe(next)
    const refused = HttpSplitter.requests()
    refused.push(Buffer.from(upgrade + next))
    expect(refused.resume()).toMatchObject([{ kind: 'request', path: '/next', upgrade: false }])
  })

  test('one over the limit comes in parts; the next is found when its length was told', () => {
    const long = `POST /long HTTP/1.1\r\nContent-Length: 500\r\n\r\n${'x'.repeat(500)}`
    const units = split(HttpSplitter.requests(100), chunksOf(Buffer.from(`${long}GET /n HTTP/1.1\r\n\r\n`), [7]))
    expect(new Set(units.slice(0, -1).map(unit => unit.kind))).toEqual(new Set(['part']))
    expect(units.at(-1)).toMatchObject({ kind: 'request', path: '/n' })
  })

  test.each([
    ['a head that does not end', `GET /${'x'.repeat(300)}`],
    ['a length that is none', 'POST / HTTP/1.1\r\nContent-Length: many\r\n\r\nabc'],
    ['chunks over the limit', `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n${'x'.repeat(300)}`],
    ['no HTTP at all', 'hello\r\n\r\n'],
  ])('%s: all of it goes by, and nothing waits', (_, text) => {
    const splitter = HttpSplitter.requests(100)
    const units = split(splitter, chunksOf(Buffer.from(text), [5]))
    expect([bytesOf(units).toString(), splitter.rest().length]).toEqual([text, 0])
  })
})

describe('answers', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n'

  test('each ends where its own method and status say', () => {
    const stream = [
      `${head}abc`,
      head,
      'HTTP/1.1 204 No Content\r\n\r\n',
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
    ]
    for (const size of [1, 3, 1000]) {
      const splitter = answering('GET', 'HEAD', 'DELETE', 'GET', 'POST')
      const units = split(splitter, chunksOf(Buffer.from(stream.join('')), [size]))
      expect(units.map(unit => unit.bytes.toString())).toEqual(stream)
      expect(units.map(unit => unit.kind === 'answer' && unit.status)).toEqual([200, 200, 204, 304, 100, 201])
    }
  })

  test.each([
    ['an event stream', 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; x\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['a body that ends with its connection', 'HTTP/1.1 200 OK\r\n\r\n'],
  ])('%s is not waited for: its head goes first, then what comes', (_, text) => {
    const splitter = answering('GET')
    expect(splitter.push(Buffer.from(`${text}da`))).toMatchObject([{ kind: 'answer', status: 200 }, { kind: 'part' }])
    expect(splitter.push(Buffer.from('ta'))).toEqual([{ kind: 'part', bytes: Buffer.from('ta') }])
  })

  test('what comes behind a 101 is not read as an answer', () => {
    const splitter = answering('GET')
    const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n'
    expect(splitter.push(Buffer.from(`${switching}\x81\x02hi`, 'latin1'))).toMatchObject([
      { kind: 'answer', status: 101 },
    ])
    expect(splitter.rest().toString('latin1')).toBe('\x81\x02hi')
  })
})
