import { describe, expect, test } from 'vitest'
import { MESSAGE_MS, MessageDeadline } from '../../src/transport/message-deadline.ts'
import { FakePlatform } from '../support/fake-platform.ts'
import { clientFrame, OPCODE } from '../support/wire.ts'

const WHOLE = clientFrame({ opcode: OPCODE.text, payload: 'whole' })
const BEGUN = clientFrame({ opcode: OPCODE.text, payload: 'begun', fin: false })
const MORE = clientFrame({ opcode: OPCODE.continuation, payload: 'more', fin: false })
const END = clientFrame({ opcode: OPCODE.continuation, payload: 'end' })
const PONG = clientFrame({ opcode: OPCODE.pong, payload: 'here' })

function setUp() {
  const platform = new FakePlatform()
  let missed = 0
  const deadline = new MessageDeadline(platform, { missed: () => missed++ })
  return { platform, deadline, missed: () => missed }
}

describe('the deadline of a message', () => {
  test.each([
    ['a fragment', BEGUN],
    ['half a head', WHOLE.subarray(0, 1)],
    ['all but the last byte', WHOLE.subarray(0, -1)],
    ['a control frame without its end', PONG.subarray(0, 3)],
    ['the beginning of one behind another', Buffer.concat([WHOLE, BEGUN])],
  ])('%s and no more is missed after its time, once', async (_, bytes) => {
    const { platform, deadline, missed } = setUp()
    deadline.take(bytes)
    await platform.advance(MESSAGE_MS - 1)
    expect(missed()).toBe(0)
    await platform.advance(1)
    expect(missed()).toBe(1)
    await platform.advance(MESSAGE_MS * 3)
    expect(missed()).toBe(1)
  })

  test('neither pongs nor more fragments prolong it', async () => {
    const { platform, deadline, missed } = setUp()
    deadline.take(BEGUN)
    for (let i = 0; i < 29; i++) {
      await platform.advance(1_000)
      deadline.take(i % 2 === 0 ? PONG : MORE)
      deadline.take(Buffer.concat([PONG, MORE, PONG]))
    }
    expect(missed()).toBe(0)
    await platform.advance(1_000)
    expect(missed()).toBe(1)
  })

  test('a message that ends has none any more, and the next one its own', async () => {
    const { platform, deadline, missed } = setUp()
    deadline.take(BEGUN)
    for (let i = 0; i < 5; i++) {
      await platform.advance(MESSAGE_MS - 1)
      deadline.take(Buffer.concat([END, BEGUN]))
    }
    await platform.advance(MESSAGE_MS - 1)
    deadline.take(END)
    await platform.advance(MESSAGE_MS * 3)
    expect([missed(), platform.pending]).toEqual([0, 0])
  })

  test('only the time in which it is read counts', async () => {
    const { platform, deadline, missed } = setUp()
    deadline.take(BEGUN)
    await platform.advance(20_000)
    for (let i = 0; i < 3; i++) {
      deadline.hold()
      deadline.hold()
      await platform.advance(MESSAGE_MS)
      deadline.release()
      deadline.release()
      await platform.advance(3_000)
    }
    expect(missed()).toBe(0)
    await platform.advance(1_000)
    expect(missed()).toBe(1)
  })

  test('what is begun while nothing is read has its time from when it is', async () => {
    const { platform, deadline, missed } = setUp()
    deadline.hold()
    deadline.take(BEGUN)
    await platform.advance(MESSAGE_MS * 2)
    deadline.release()
    await platform.advance(MESSAGE_MS - 1)
    expect(missed()).toBe(0)
    await platform.advance(1)
    expect(missed()).toBe(1)
  })

  test('the time in which the server stood still is not the peer’s: what came meanwhile is read first', () => {
    let nowMs = 0
    const due: { readonly atMs: number; readonly run: () => void }[] = []
    const after = (ms: number, run: () => void) => {
      due.push({ atMs: nowMs + ms, run })
      return () => void due.pop()
    }
    const fire = (lateMs: number) => {
      const task = due.pop()
      nowMs = (task?.atMs ?? 0) + lateMs
      task?.run()
    }
    let missed = 0
    const time = { clock: { monoMs: () => nowMs, wallMs: () => 0 }, scheduler: { after, soon: () => {} } }
    const deadline = new MessageDeadline(time, { missed: () => missed++ })
    deadline.take(BEGUN)
    fire(60_000)
    expect([missed, due[0]?.atMs]).toEqual([0, nowMs + 1_000])
    deadline.take(Buffer.concat([END, BEGUN]))
    expect(due.map(({ atMs }) => atMs)).toEqual([nowMs + MESSAGE_MS])
    fire(5_000)
    fire(999)
    expect([missed, due]).toEqual([1, []])
  })

  test('whole messages leave no timer behind, and neither does the end of the connection', () => {
    const { platform, deadline } = setUp()
    for (let i = 0; i < 100; i++) deadline.take(Buffer.concat([WHOLE, PONG]))
    expect(platform.pending).toBe(0)
    deadline.take(BEGUN)
    deadline.end()
    expect(platform.pending).toBe(0)
  })
})
