import { downFrameSchema, encode } from '@holdfast/protocol'
import fc from 'fast-check'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemPlatform } from '../../src/platform/system.ts'
import { createFakeServer } from '../../src/testing.ts'
import { Peer } from '../support/peer.ts'
import { serve, tokenFor } from '../support/real.ts'
import { anyOp, type Op, ROOMS, Side, type Way } from '../support/side.ts'

const HELLO = encode({ type: 'session.hello', protocol: 1, client: { name: 'peer', version: '1' } })

let real: Way
let close: () => Promise<void>
let runs = 0

beforeAll(async () => {
  const { url, server } = await serve()
  close = () => server.close()
  real = { ...systemPlatform, url, tokenFor }
})
afterAll(() => close())

function fake(): Way {
  const { openSocket, fetch } = createFakeServer()
  return { url: 'http://holdfast.test', openSocket, fetch, tokenFor: async userId => userId }
}

/** The same script at both servers. */
async function play(ops: readonly Op[]): Promise<readonly [fake: Side, real: Side]> {
  const run = `${++runs}`
  const sides = [new Side(fake(), run), new Side(real, run)] as const
  for (const side of sides) {
    await side.begin()
    for (const op of ops) await side.do(op)
    await side.lookAfresh()
    side.end()
  }
  return sides
}

/** Both have answered the same, and told everybody the same of each log. */
function expectSame(fakeSide: Side, realSide: Side): void {
  expect(fakeSide.normalAnswers).toEqual(realSide.normalAnswers)
  for (const name of fakeSide.peers.keys()) {
    for (const room of ROOMS) {
      expect([name, fakeSide.logFramesOf(name, room)]).toEqual([name, realSide.logFramesOf(name, room)])
    }
  }
}

/** What becomes of a connection that says these texts: the codes of what it is answered, and what it is closed with. */
async function fateOf(way: Way, texts: readonly string[]): Promise<unknown> {
  const peer = new Peer(way.url, await way.tokenFor('ann'), way.openSocket)
  await peer.opened
  for (const text of texts) peer.sayText(text)
  peer.sayText(encode({ type: 'ping', n: 7 }))
  await peer.until(() => peer.heard.some(({ type }) => type === 'pong')).catch(() => {})
  peer.close()
  return [peer.heard.map(frame => ('code' in frame ? frame.code : frame.type)), peer.closedWith]
}

describe('the fake server', () => {
  test.each([
    ['an orderly one', [HELLO]],
    ['no hello first', [encode({ type: 'ping' }), HELLO]],
    ['another protocol', [HELLO.replace('"protocol":1', '"protocol":2')]],
    ['a second hello', [HELLO, HELLO]],
    ['a malformed hello', ['{"type":"session.hello"}', HELLO]],
    [
      'what is no frame',
      [HELLO, '{"type":"never"}', '{}', '[]', '{"type":"message.send","clientId":"c","roomId":"r"}'],
    ],
    ['a frame that is too long', [HELLO, encode({ type: 'ping', ref: 'x'.repeat(70_000) })]],
    ['a message as long as may be', [HELLO, encode({ type: 'ping' }).padEnd(65_536)]],
    ['what is no JSON', [HELLO, 'nonsense']],
    ['several in one', [`[${HELLO},{"type":"ping","n":1}]`]],
  ])('meets %s at a connection as the real one does', async (_name, texts) => {
    expect(await fateOf(fake(), texts)).toEqual(await fateOf(real, texts))
  })

  test('answers whatever people do as the real one does, and tells those who read the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyOp, { size: 'max', maxLength: 40 }), async ops => {
        const [fakeSide, realSide] = await play(ops)
        expectSame(fakeSide, realSide)
        for (const frame of [...fakeSide.peers.values()].flatMap(peer => peer.heard)) {
          expect(v.parse(downFrameSchema, frame)).toEqual(frame)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('refuses for each reason that people can give the real one', async () => {
    const at = { who: 'bob', room: 'pub' } as const
    const send = { ...at, do: 'send', content: 'one', clientId: 0, extra: 'none' } as const
    const edit = { ...at, do: 'message.edit', pick: 0, content: 'two' } as const
    const people = { who: 'ann', room: 'pub', whom: 'bob', role: undefined } as const
    const sides = await play([
      send,
      send,
      { ...send, content: 'two' },
      { ...send, clientId: 1, content: '' },
      { ...send, clientId: 1, content: 'x'.repeat(8_193) },
      { ...send, clientId: 1, extra: 'attachment' },
      { ...send, clientId: 1, extra: 'replyNowhere' },
      { ...edit, who: 'ann' },
      edit,
      { ...edit, do: 'message.pin' },
      { ...people, do: 'silence' },
      { ...send, clientId: 2 },
      edit,
      { ...people, do: 'unsilence' },
      { ...people, who: 'bob', whom: 'ann', do: 'ban' },
      { ...people, whom: 'ann', role: 'member', do: 'put' },
      { ...at, do: 'message.delete', pick: 0, content: '' },
      edit,
      { ...people, do: 'refresh', whom: 'ann' },
      { ...people, do: 'refresh', whom: 'bob' },
      { ...send, who: 'ann', clientId: 4 },
      ...(['1', '0', '101', '-3', '1.5'] as const).map(limit => ({ ...at, do: 'page', limit }) as const),
      { ...people, do: 'ban' },
      { ...send, clientId: 3 },
      { ...at, room: 'priv', who: 'eve', do: 'open', cursor: 'none', window: 2 },
    ])
    for (const side of sides) {
      const said = JSON.stringify(side.answers)
      for (const code of ['conflict', 'bad_request', 'too_large', 'unsupported', 'not_found', 'forbidden', 'muted']) {
        expect(said).toContain(`"code":"${code}"`)
      }
      expect(said).toContain('"duplicate":true')
    }
    expectSame(...sides)
  })

  test('tells who leaves nothing behind their leaving, and who catches up nothing of what was deleted', async () => {
    const bob = { who: 'bob', room: 'pub' } as const
    const ann = { who: 'ann', room: 'pub' } as const
    const edit = { pick: 0, content: 'two' } as const
    const sides = await play([
      { ...bob, do: 'send', content: 'secret', clientId: 0, extra: 'none' },
      { ...bob, do: 'message.edit', ...edit },
      { ...bob, do: 'message.delete', ...edit },
      { ...bob, do: 'open', cursor: 'old', window: 50 },
      { ...bob, who: 'eve', do: 'join' },
      { ...ann, do: 'put', whom: 'eve', role: 'admin' },
      { ...ann, do: 'open', cursor: 'none', window: 50 },
      { ...ann, do: 'leave' },
      { ...ann, do: 'look' },
    ])
    expectSame(...sides)
    expect(JSON.stringify(sides[0].logFramesOf('bob', 'pub'))).not.toMatch(/secret|two/)
    expect(JSON.stringify(sides[0].logFramesOf('ann', 'pub'))).toContain('"code":"left"')
    expect(JSON.stringify(sides[0].logFramesOf('ann', 'pub'))).not.toContain('"seq":11')
  })
})
