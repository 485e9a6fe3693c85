import { afterEach, expect, test, vi } from 'vitest'
import type { InboxReader } from './inbox-reader.ts'
import { InboxWorld } from './inbox-world.ts'

const CROWD = 2_000

afterEach(() => vi.restoreAllMocks())

const reads = (world: InboxWorld, of: string) => world.metric(`inbox_reads_total{of="${of}"}`)

async function crowdedWorld(): Promise<{ world: InboxWorld; crowd: InboxReader[] }> {
  const world = new InboxWorld()
  const people = Array.from({ length: CROWD }, (_, i) => `p${i}`)
  await world.room('lobby', ['ann', ...people])
  const crowd = await Promise.all(people.map(userId => world.begin(userId)))
  await world.send('ann', 'lobby')
  await world.platform.advance(2_000)
  return { world, crowd }
}

test('[inbox] a busy room of 2,000 costs each of them one frame a second, no read of the log, and one encoding for all', async () => {
  const { world, crowd } = await crowdedWorld()
  expect(await reads(world, 'lines'), 'each is read once').toBe(CROWD)
  const before = crowd.map(reader => reader.told.length)
  const encode = vi.spyOn(JSON, 'stringify')
  let bytes = 0
  for (let i = 0; i < 500; i++) {
    await world.send('ann', 'lobby', i % 10 === 0 ? [`p${i}`] : [], 'x'.repeat(100))
    if (i % 10 === 9) await world.platform.advance(200)
  }
  await world.platform.advance(2_000)
  const encoded = encode.mock.calls.filter(([value]) => (value as { lastMessage?: unknown }).lastMessage !== undefined)
  expect(encoded.length, 'once for each second').toBeLessThan(15)
  expect(await reads(world, 'lines')).toBe(CROWD)
  for (const [i, reader] of crowd.entries()) {
    expect(reader.told.length - (before[i] ?? 0)).toBeLessThanOrEqual(12)
    expect(reader.leastPauseMs).toBeGreaterThanOrEqual(1_000)
    for (const { message } of reader.told) bytes = Math.max(bytes, message.frame.length)
    expect(reader.last('lobby')).toMatchObject({ unread: 100, mentions: i % 10 === 0 && i < 500 ? 1 : 0 })
  }
  expect(bytes, 'a frame is small').toBeLessThan(1_000)
}, 60_000)

test('[inbox] reading along in a busy room, and deleting in it, costs no read of the log either', async () => {
  const { world, crowd } = await crowdedWorld()
  for (let second = 0; second < 3; second++) {
    const id = await world.send('ann', 'lobby', ['p1'])
    for (const { actor } of crowd.slice(0, 500)) {
      void world.submit({ kind: 'room.read', actor, roomId: 'lobby', seq: 1e6, readRevision: null })
    }
    await world.platform.advance(500)
    const gone = await world.send('ann', 'lobby', ['p2'])
    await world.do('ann', 'lobby', 'message.delete', { messageId: second === 2 ? id : gone })
    await world.platform.advance(500)
  }
  await world.platform.advance(2_000)
  const reader = crowd[1]
  expect(reader?.last('lobby')).toEqual((await world.list('p1'))[0])
  expect(await reads(world, 'lines')).toBeLessThan(CROWD + 20)
}, 60_000)
