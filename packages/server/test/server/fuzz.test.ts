import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { SEED } from '../support/fuzz-seed.ts'
import { LiveServer } from '../support/live-server.ts'
import { RawClient } from '../support/raw-client.ts'
import { tokenFor } from '../support/tokens.ts'

const HELLO = { type: 'session.hello', protocol: 1, client: { name: 'fuzz', version: '0' } }
const TYPES = [
  'session.hello',
  'room.open',
  'room.close',
  'message.send',
  'message.cancel',
  'message.edit',
  'message.delete',
  'reaction.add',
  'reaction.remove',
  'message.pin',
  'message.unpin',
  'room.read',
  'typing.start',
  'typing.stop',
  'presence.set',
  'auth.refresh',
  'ping',
  'nope',
]
const FIELDS = [
  'ref',
  'roomId',
  'clientId',
  'messageId',
  'content',
  'seq',
  'epoch',
  'window',
  'key',
  'token',
  'kind',
  'replyTo',
  'mentions',
  'attachments',
  'seen',
  'protocol',
  'client',
  'rooms',
  'n',
  '__proto__',
  'constructor',
  'toString',
]

const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>('room', 'a', 1, 0, -1, null, true, '', 'x'.repeat(300), 1e308, 2 ** 53, 0.5),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
)
const frame = fc
  .tuple(fc.constantFrom(...TYPES), fc.array(fc.tuple(fc.constantFrom(...FIELDS), value), { maxLength: 8 }))
  .map(([type, fields]) => Object.assign(Object.create(null), Object.fromEntries(fields), { type }) as object)
const text = fc.oneof(
  { weight: 6, arbitrary: frame.map(one => JSON.stringify(one)) },
  { weight: 2, arbitrary: fc.array(frame, { maxLength: 5 }).map(many => JSON.stringify(many)) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '['.repeat(5_000),
      `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`,
      '\ufeff{}',
      '{"type":"ping","type":"nope"}',
    ),
  },
)

describe('[fuzz] whatever arrives', () => {
  let server: LiveServer
  let bystander: RawClient
  const rejections: unknown[] = []
  const note = (error: unknown) => rejections.push(error)
  beforeAll(async () => {
    process.on('unhandledRejection', note)
    process.on('uncaughtException', note)
    server = await LiveServer.start({ sendRate: 0 })
    await server.room('room', 'ann', ['ben'])
    bystander = await server.client('ben')
    await bystander.openRoom('room')
  })
  afterAll(async () => {
    await server.close()
    process.off('unhandledRejection', note)
    process.off('uncaughtException', note)
  })

  async function expectUnharmed(): Promise<void> {
    await bystander.fence()
    const seqs = bystander.events('room').map(event => event.seq)
    expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i))
    expect(rejections).toEqual([])
    expect('polluted' in {}).toBe(false)
  }

  test('text of any kind: each is answered or closes that socket alone, with a code of the contract', async () => {
    const token = await tokenFor('ann')
    const codes = new Set<number>()
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 12 }), fc.boolean(), async (texts, greets) => {
        const client = await RawClient.connect(server.url, token)
        if (greets) client.send(HELLO)
        for (const each of texts) client.sendText(each)
        client.send({ type: 'ping', n: 424_242 })
        await client.until(
          () => client.isClosed || client.frames.some(got => got.type === 'pong' && got.n === 424_242),
          'an end',
        )
        if (client.isClosed) codes.add(await client.closed())
        client.terminate()
      }),
      { seed: SEED, numRuns: 150 },
    )
    expect([...codes].filter(code => ![4500, 4505].includes(code))).toEqual([])
    await expectUnharmed()
  })

  test('bytes of any kind below the frames close that socket alone', async () => {
    const token = await tokenFor('ann')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { minLength: 1, maxLength: 4 }),
        async chunks => {
          const client = await RawClient.connect(server.url, token)
          const { _socket: socket } = client.ws as WebSocket & { _socket: import('node:net').Socket }
          for (const chunk of chunks) socket.write(chunk)
          client.terminate()
        },
      ),
      { seed: SEED, numRuns: 150 },
    )
    await expectUnharmed()
  })
})
