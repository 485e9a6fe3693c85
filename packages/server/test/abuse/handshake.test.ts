import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Logger } from '../../src/observe/logger.ts'
import { SEED } from '../support/fuzz-seed.ts'
import { LiveServer } from '../support/live-server.ts'
import { tokenFor } from '../support/tokens.ts'

/** Stands for a good token in what follows. */
const TOKEN = '<token>'
const RUNS = 250

const GOOD = [
  'GET /api/socket HTTP/1.1',
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  `Authorization: Bearer ${TOKEN}`,
]

const lines = (head: readonly string[]) => `${head.join('\r\n')}\r\n\r\n`
const without = (name: string) => GOOD.filter(line => !line.startsWith(name))
const withLine = (...more: readonly string[]) => lines([...GOOD, ...more])

const HANDSHAKES: readonly (readonly [string, string, RegExp])[] = [
  ['a good one', lines(GOOD), /^101$/],
  ['no key', lines(without('Sec-WebSocket-Key')), /^400$/],
  ['a key that is none', lines([...without('Sec-WebSocket-Key'), 'Sec-WebSocket-Key: x']), /^400$/],
  ['no version', lines(without('Sec-WebSocket-Version')), /^400$/],
  ['another version', lines([...without('Sec-WebSocket-Version'), 'Sec-WebSocket-Version: 12']), /^400$/],
  ['another protocol', lines([...without('Upgrade'), 'Upgrade: h2c']), /^40\d$/],
  ['another method', lines(['POST /api/socket HTTP/1.1', ...GOOD.slice(1), 'Content-Length: 0']), /^405$/],
  ['a body that it must not have', withLine('Content-Length: 5').concat('hello'), /^(101|400)$/],
  ['two lengths', withLine('Content-Length: 5', 'Transfer-Encoding: chunked'), /^400$/],
  ['an extension that every object has', withLine('Sec-WebSocket-Extensions: constructor'), /^101$/],
  ['extensions of a broken form', withLine('Sec-WebSocket-Extensions: ;;;='), /^(101|400)$/],
  ['compression', withLine('Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=8'), /^101$/],
  ['64 KiB of spaces for protocols', withLine(`Sec-WebSocket-Protocol: a,${' '.repeat(65_536)}b`), /^431$/],
  ['thousands of protocols', withLine(`Sec-WebSocket-Protocol: ${'p,'.repeat(5_000)}q`), /^(101|400)$/],
  ['the same protocol twice', withLine('Sec-WebSocket-Protocol: holdfast.v1, holdfast.v1'), /^400$/],
  ['2,500 headers', withLine(...Array.from({ length: 2_500 }, (_, i) => `A${i}: x`)), /^(101|4\d\d)$/],
  ['headers without end', withLine(`X: ${'x'.repeat(100_000)}`), /^431$/],
  ['a folded header', withLine('X: a\r\n b'), /^400$/],
  ['a bare line feed', lines(GOOD).replace('\r\n', '\n'), /^400$/],
  ['U+0000', withLine('X: \0'), /^400$/],
  ['a token of 9,000 characters', lines([...without('Auth'), `Authorization: Bearer ${'x'.repeat(9_000)}`]), /^401$/],
  ['two tokens', withLine('Authorization: Bearer x'), /^(101|401)$/],
  [
    'the token of another in the query',
    lines([`GET /api/socket?token=${TOKEN} HTTP/1.1`, ...GOOD.slice(1, 6)]),
    /^401$/,
  ],
  [
    'a ticket that every object has',
    lines(['GET /api/socket?ticket=__proto__ HTTP/1.1', ...GOOD.slice(1, 6)]),
    /^401$/,
  ],
  ['a way up', lines(['GET /api/../api/socket HTTP/1.1', ...GOOD.slice(1)]), /^404$/],
  ['an absolute address', lines(['GET http://x/api/socket HTTP/1.1', ...GOOD.slice(1)]), /^404$/],
  ['garbage', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /^400$/],
]

/** What may stand behind the name of any header. */
const VALUES = [
  ...[
    '',
    ' ',
    ',',
    ';',
    '"',
    '*',
    'x',
    'close',
    'keep-alive',
    'Upgrade, Upgrade',
    'chunked',
    '0',
    '-1',
    '99999999999',
    'null',
    'http://',
    'https://x',
  ],
  ...[
    'websocket, h2c',
    'h2c',
    '13, 8',
    '8',
    'Bearer',
    'Bearer ',
    'Bearer a.b.c',
    'holdfast.v1',
    'holdfast.v2',
    'bearer.',
    'permessage-deflate',
  ],
  ...['x'.repeat(8_000), 'a,'.repeat(2_000), '127.0.0.1:99999', '[::1', 'evil.example', '__proto__', '\u00ff'],
]

const told: string[] = []
const note = (fields: object, message: string) => told.push(`${message} ${JSON.stringify(fields)}`)
const logger: Logger = { debug: note, info: note, warn: note, error: note }

describe('[handshake] whatever comes before a session', () => {
  let server: LiveServer
  let token: string
  beforeAll(async () => {
    server = await LiveServer.start({ logger })
    token = await tokenFor('eve')
  })
  afterAll(() => server.close())

  /** The status that some bytes are answered with; null when the connection is closed without one. */
  function statusOf(bytes: Buffer | string, isPart = false): Promise<string | null> {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    let answer = ''
    return new Promise(resolve => {
      const done = () => {
        socket.destroy()
        resolve(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? null)
      }
      socket.on('error', done)
      socket.on('close', done)
      socket.on('data', data => {
        answer += data
        if (answer.includes('\r\n\r\n')) done()
      })
      socket.write(bytes)
      // What is no whole request is ended, so that there is an answer to it or none.
      if (isPart) void server.call('ann', 'GET', '/api/me').then(() => socket.end())
    })
  }

  test.each(HANDSHAKES)('%s: answered by HTTP or by the upgrade, and the server lives', async (_, text, expected) => {
    expect(await statusOf(Buffer.from(text.replace(TOKEN, token), 'latin1'))).toMatch(expected)
    const ann = await server.client('ann')
    await ann.fence()
    expect(told.filter(line => line.startsWith('unable'))).toEqual([])
    ann.terminate()
  })

  test('a good handshake with any byte of it changed, left out or put in never ends in a 5xx, nor the server', async () => {
    const good = Buffer.from(lines(GOOD).replace(TOKEN, token), 'latin1')
    const change = fc.record({
      at: fc.nat({ max: good.length - 1 }),
      drop: fc.nat({ max: 8 }),
      put: fc.uint8Array({ maxLength: 8 }),
    })
    const outcomes = new Set<string | null>()
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async changes => {
        let bytes: Buffer = good
        for (const { at, drop, put } of changes) {
          bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)])
        }
        const status = await statusOf(bytes, true)
        outcomes.add(status)
        expect(status ?? '400').toMatch(/^(101|4\d\d)$/)
      }),
      { seed: SEED, numRuns: RUNS },
    )
    expect(outcomes.size, `drawn from FUZZ_SEED=${SEED}`).toBeGreaterThan(2)
    const ann = await server.client('ann')
    await ann.fence()
  })

  test('a good handshake with its lines left out, doubled, moved, or of other values never ends in a 5xx, nor the server', async () => {
    const change = fc.record({
      how: fc.constantFrom('drop', 'double', 'last', 'value', 'other'),
      at: fc.nat(),
      value: fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: 'binary-ascii' })),
    })
    const outcomes = new Set<string | null>()
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async changes => {
        const head = changes.reduce<readonly string[]>((all, { how, at, value }) => {
          const [line = '', i] = [all[at % all.length], at % all.length]
          const name = line.split(': ')[0] ?? ''
          if (how === 'drop') return all.toSpliced(i, 1)
          if (how === 'double') return all.toSpliced(i, 0, line)
          if (how === 'last') return [...all.toSpliced(i, 1), line]
          const other = all[value.length % all.length]?.split(': ')[1] ?? ''
          return all.toSpliced(i, 1, `${name}: ${how === 'value' ? value : other}`)
        }, GOOD)
        const status = await statusOf(Buffer.from(lines(head).replace(TOKEN, token), 'latin1'), true)
        outcomes.add(status)
        expect(status ?? '400').toMatch(/^(101|4\d\d)$/)
      }),
      { seed: SEED, numRuns: RUNS },
    )
    for (const status of ['101', '400', '401']) expect(outcomes).toContain(status)
    const ann = await server.client('ann')
    await ann.fence()
    expect(told.filter(line => line.startsWith('unable'))).toEqual([])
  })

  test('neither a token nor what people write gets into the log or the metrics, wherever it was put', async () => {
    const mark = 'a-mark-that-is-secret'
    const words = 'words nobody else should see'
    await server.room('diary', 'eve', ['ann'])
    const eve = await server.client('eve', { client: { name: mark, version: mark, device: mark } })
    await eve.openRoom('diary')
    await eve.say('diary', 'c', `${words}\r\n{"level":50,"msg":"forged"}\u2028\u001b[31m`)
    eve.send({ type: 'presence.set', status: 'online', customStatus: words })
    await eve.request({ type: 'message.edit', roomId: mark, messageId: words, content: words })
    await eve.request({ type: words })
    eve.sendText(words)
    await eve.closed()
    for (const secret of [token, mark]) {
      for (const head of [
        lines([...without('Auth'), `Authorization: Bearer ${secret}`]),
        lines([`GET /api/socket?token=${secret}&ticket=${secret} HTTP/1.1`, ...GOOD.slice(1, 6)]),
        lines([...without('Auth'), `Sec-WebSocket-Protocol: holdfast.v1, bearer.${secret}`]),
        lines([...GOOD, `Origin: http://${mark}.example`, `Referer: http://x/?${secret}`, `User-Agent: ${secret}`]),
        lines([`GET /api/rooms?token=${secret}&q=${mark} HTTP/1.1`, 'Host: x', 'Connection: close']),
        lines([`GET /${mark}/${secret} HTTP/1.1`, `Host: ${mark}`, 'Connection: close']),
        lines(['PROPFIND /api/rooms HTTP/1.1', 'Host: x', 'Connection: close']),
      ]) {
        await statusOf(head.replace(TOKEN, token))
      }
    }
    await server.call('eve', 'POST', `/api/rooms/${mark}/messages`, { clientId: mark, content: words })
    await server.call('eve', 'POST', '/api/commands', [{ type: words, content: words, token }])
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    for (const text of [metrics, told.join('\n')]) {
      for (const secret of [token, mark, words, 'forged']) expect(text).not.toContain(secret)
    }
    expect(metrics).toContain('method="other"')
  })
})
