import { describe, expect, it } from 'vitest'
import type { BusMessage } from '../../src/bus/bus.ts'
import { StoreUnavailable } from '../../src/log/room-log.ts'
import { Line, remote } from '../../src/workers/line.ts'
import { COMMITS, type OwnerServes } from '../../src/workers/owner-served.ts'
import { sharedCall } from '../../src/workers/shared-call.ts'
import { MAX_UNTAKEN_BYTES, ToldNews } from '../../src/workers/told-news.ts'
import { openOwner } from './owner-kit.ts'
import { portPair } from './port-pair.ts'

/** News of some 320 KiB: whoever was in a room that is gone. */
const DELETED: BusMessage = { kind: 'deleted', roomId: 'r', members: Array.from({ length: 5_000 }, (_, n) => `u${n}`) }
const LIMIT_BYTES = 4 * 1024 * 1024

/** A gateway that takes what it is told when it is asked to. */
function told(limitBytes: number) {
  const seen = { told: 0, full: 0, questions: [] as (() => void)[] }
  const deps = {
    tell: () => void seen.told++,
    taken: () => new Promise<void>(resolve => seen.questions.push(resolve)),
    onFull: () => void seen.full++,
  }
  return { seen, news: new ToldNews(deps, limitBytes) }
}

describe('news for a gateway:', () => {
  it('is bounded: one that takes nothing is told no more, and is given up once', () => {
    const { seen, news } = told(LIMIT_BYTES)
    for (let n = 0; n < 100; n++) news.tell(DELETED)
    expect(seen.full).toBe(1)
    expect(seen.told).toBeLessThan(20)
    expect(seen.questions).toHaveLength(1)
  })

  it('is told without end to one that takes it, which is asked now and then, one question at a time', async () => {
    const { seen, news } = told(LIMIT_BYTES)
    for (let n = 0; n < 200; n++) {
      news.tell(DELETED)
      if (n % 5 !== 0) continue
      expect(seen.questions.length).toBeLessThanOrEqual(1)
      seen.questions.pop()?.()
      await Promise.resolve()
    }
    expect(seen).toMatchObject({ told: 200, full: 0 })
  })

  it('that nobody takes costs the owner its bound, then the gateway its place, and the others nothing', async () => {
    const kit = await openOwner()
    const [deadPort] = portPair(() => {})
    let posts = 0
    let reason: Error | null = null
    const stands = kit.owner.attach({ ...deadPort, post: () => void posts++ }, given => {
      reason = given
    })
    const measured = stands.metrics()
    measured.catch(() => {})
    const [ownerPort, port] = portPair()
    kit.owner.attach(ownerPort)
    let heard = 0
    const line = new Line({ port, serves: { gateway: { taken: async () => {} } }, onTold: () => void heard++ })
    const needed = Math.ceil(MAX_UNTAKEN_BYTES / (5_000 * 64)) + 1
    for (let n = 1; n <= needed; n++) {
      line.tell(DELETED)
      await expect.poll(() => heard, { interval: 1 }).toBe(n)
    }
    expect(reason).toMatchObject({ message: 'unable to go on; the thread does not take what it is told' })
    await expect(measured).rejects.toBeInstanceOf(StoreUnavailable)
    const before = posts
    line.tell(DELETED)
    await remote<OwnerServes['commits']>(line, 'commits', COMMITS).told()
    expect(heard).toBe(needed + 1)
    expect(posts).toBe(before)
    await kit.dispose()
  })
})

describe('a call that is shared:', () => {
  it('is under way once, however many ask, and is made again by who asks after its answer', async () => {
    const answers: ((value: number) => void)[] = []
    const measure = sharedCall(() => new Promise<number>(resolve => answers.push(resolve)))
    const asked = [measure(), measure(), measure()]
    expect(answers).toHaveLength(1)
    answers[0]?.(7)
    expect(await Promise.all(asked)).toEqual([7, 7, 7])
    void measure()
    expect(answers).toHaveLength(2)
  })
})
