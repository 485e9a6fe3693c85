import { decodeDown } from '@holdfast/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { errorOf, RETRY_MOST_MS } from '../src/errors.ts'
import { routeFrame } from '../src/frame-router.ts'
import { ROOM, World } from './support/world.ts'

/** What a peer may put where a wait belongs, as JSON says it. */
const wait = fc.oneof(
  fc.constantFrom('-1', '-1e999', '1e999', '1e300', '-0', '"700"', 'null', '[]', '{}', 'true'),
  fc.integer({ min: 0, max: RETRY_MOST_MS }).map(String),
  fc.json(),
)

/** The waits that are heard of the refusals of a message, of a room of the hello, and of a command. */
function heard(said: string): readonly unknown[] {
  const waits: unknown[] = []
  const hear = ({ retryAfterMs }: { readonly retryAfterMs?: number | undefined }) => waits.push(retryAfterMs)
  const room = { subscription: { take() {} }, takeReads() {}, takeRefusal: hear }
  for (const about of ['"roomId":"r","clientId":"c"', '"roomId":"r"', '"ref":"1"']) {
    const text = `{"type":"error","code":"rate_limited","message":"","retryable":true,${about},"retryAfterMs":${said}}`
    for (const frame of decodeDown(text) ?? []) {
      routeFrame(frame, {
        rooms: new Map([['r', room]]),
        outbox: { tell: (_roomId, event) => event.kind === 'refuse' && hear(event.refusal) },
        requests: { takeOk() {}, takeError: error => hear(errorOf(error)) },
        signals: { take() {} },
        list: { takeInbox() {} },
        onMembership() {},
      })
    }
  }
  return waits
}

test('the wait of a refusal is none, or one of up to a day, whatever the peer says', () => {
  fc.assert(
    fc.property(wait, said => {
      const asked: unknown = JSON.parse(said)
      const isWait = typeof asked === 'number' && asked >= 0
      const expected = isWait ? Math.min(asked, RETRY_MOST_MS) : undefined
      // A command's refusal is heard by whoever asked and by the rooms.
      expect(heard(said)).toEqual([expected, expected, expected, expected])
    }),
  )
})

test.each(['-1', '-1e999'])('a message refused with a wait of %s is sent again with growing waits', async said => {
  const world = new World()
  const { room } = await world.join('ann')
  let sends = 0
  world.server.behaviour = (frame, connection) => {
    if (frame.type !== 'message.send') return false
    sends++
    const { clientId } = frame
    const about = `"roomId":"${ROOM}","clientId":"${clientId}","code":"rate_limited","message":"","retryable":true`
    connection.sayText(`{"type":"error",${about},"retryAfterMs":${said}}`)
    return true
  }
  room.send('text')
  await world.time.advance(60_000)
  expect(sends).toBeGreaterThan(2)
  expect(sends).toBeLessThan(20)
})
