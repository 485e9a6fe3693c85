import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LiveServer } from '../support/live-server.ts'
import { tokenFor } from '../support/tokens.ts'
import { clientFrame, fragments, OPCODE } from '../support/wire.ts'
import { WireClient } from '../support/wire-client.ts'

/** The first and the last character of each length, those beside the surrogates, some that are no characters, and text. */
const GOOD = [
  'κόσμε',
  'Grüße, 你好, 👩‍👩‍👧‍👦',
  ...[0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xfffe, 0xffff, 0x1_0000, 0x1_fffe, 0x10_fffe, 0x10_ffff].map(
    point => String.fromCodePoint(point),
  ),
]

const BAD: readonly (readonly [string, readonly number[]])[] = [
  ['a byte that only continues', [0x80]],
  ['the last of those', [0xbf]],
  ['seven of them', [0x80, 0xbf, 0x80, 0xbf, 0x80, 0xbf, 0x80]],
  ['a beginning of two without its end', [0xc3]],
  ['a beginning of three without its end', [0xe1, 0xbd]],
  ['a beginning of four without its end', [0xf0, 0x9f, 0x9a]],
  ['a beginning where another should end', [0xc3, 0xc3, 0xa4]],
  ['"/" in two bytes', [0xc0, 0xaf]],
  ['"/" in three bytes', [0xe0, 0x80, 0xaf]],
  ['"/" in four bytes', [0xf0, 0x80, 0x80, 0xaf]],
  ['"/" in five bytes', [0xf8, 0x80, 0x80, 0x80, 0xaf]],
  ['"/" in six bytes', [0xfc, 0x80, 0x80, 0x80, 0x80, 0xaf]],
  ['U+0000 in two bytes', [0xc0, 0x80]],
  ['the largest in two bytes too few', [0xc1, 0xbf]],
  ['U+FFFF in four bytes', [0xf0, 0x8f, 0xbf, 0xbf]],
  ['the first surrogate', [0xed, 0xa0, 0x80]],
  ['the last surrogate', [0xed, 0xbf, 0xbf]],
  ['a pair of surrogates', [0xed, 0xa0, 0xbd, 0xed, 0xba, 0xa2]],
  ['one past the last character', [0xf4, 0x90, 0x80, 0x80]],
  ['far past it', [0xf7, 0xbf, 0xbf, 0xbf]],
  ['FE', [0xfe]],
  ['FF', [0xff]],
]

const OFFERS = [
  'permessage-deflate',
  'permessage-deflate; client_max_window_bits',
  'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
  'permessage-deflate; server_max_window_bits=9; client_max_window_bits=9',
  'permessage-deflate; client_max_window_bits, permessage-deflate',
  'x-webkit-deflate-frame',
]

/** Families 6, 12 and 13 of the Autobahn test suite: UTF-8, and compression, of which there is none. */
describe('[websocket] text', () => {
  let server: LiveServer
  let token: string
  beforeAll(async () => {
    server = await LiveServer.start()
    token = await tokenFor('eve')
    await server.room('room', 'ann', ['eve'])
  })
  afterAll(() => server.close())

  /** A send whose content is of these bytes. */
  function sendOf(clientId: string, content: Uint8Array): Buffer {
    const [before = '', after = ''] = JSON.stringify({
      type: 'message.send',
      roomId: 'room',
      clientId,
      content: '|',
    }).split('|')
    return Buffer.concat([Buffer.from(before), content, Buffer.from(after)])
  }

  async function said(): Promise<unknown> {
    const { body } = await server.call('ann', 'GET', '/api/rooms/room/messages?limit=1')
    return (body as { messages: { content: string }[] }).messages[0]?.content
  }

  test.each(GOOD)('6: %j arrives as it was, cut into fragments at each of its bytes', async content => {
    const peer = await WireClient.open(server.url, token)
    const bytes = Buffer.from(content)
    for (let cut = 0; cut <= bytes.length; cut++) {
      const send = sendOf(`c${Buffer.from(content).toString('hex').slice(0, 40)}-${cut}`, bytes)
      const at = send.indexOf(bytes) + cut
      peer.write(
        clientFrame({ opcode: OPCODE.text, payload: send.subarray(0, at), fin: false }),
        clientFrame({ opcode: OPCODE.continuation, payload: send.subarray(at) }),
      )
      await peer.until(() => peer.messages.length === cut + 2, 'the ack')
      expect(peer.messages.at(-1)).toMatchObject({ type: 'message.ack' })
      expect(await said()).toBe(content)
    }
    peer.destroy()
  })

  test.each(BAD)('6: %s is no UTF-8: 1007, whole and in fragments, and nothing of it is taken', async (_, invalid) => {
    const before = await said()
    for (const content of [Buffer.from(invalid), Buffer.from([0x61, ...invalid, 0x62])]) {
      const send = sendOf('bad', content)
      for (const frames of [[clientFrame({ opcode: OPCODE.text, payload: send })], fragments(send, 30)]) {
        const peer = await WireClient.open(server.url, token)
        peer.write(...frames)
        expect(await peer.closed()).toBe(1007)
        await peer.ended()
      }
    }
    expect(await said()).toEqual(before)
  })

  test.each(OFFERS)('12 and 13: %s is not taken up, and a compressed frame closes with 1002', async offer => {
    const peer = await WireClient.connect(server.url, token, [`Sec-WebSocket-Extensions: ${offer}`])
    expect(peer.head.toLowerCase()).not.toContain('sec-websocket-extensions')
    // "Hello" of RFC 7692 §7.2.3.1.
    const hello = Buffer.from([0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00])
    peer.write(clientFrame({ opcode: OPCODE.text, payload: hello, rsv: 4 }))
    expect(await peer.closed()).toBe(1002)
    peer.destroy()
  })
})
