import { describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../src/log/room-log.ts'
import { systemPlatform } from '../../src/platform/system.ts'
import { inTime } from '../../src/workers/in-time.ts'
import { Line, type LineOptions, remote } from '../../src/workers/line.ts'
import { FakePlatform } from '../support/fake-platform.ts'
import { portPair } from './port-pair.ts'

interface Sums {
  add(a: number, b: number): Promise<number>
}

/** A line between somebody who asks and somebody who serves. */
function connected(serves: LineOptions['serves'], options: Partial<LineOptions> = {}) {
  const [here, there] = portPair()
  const told: unknown[] = []
  const asking = new Line({ port: here, serves: {}, onTold: message => told.push(message) })
  const serving = new Line({ port: there, serves, ...options })
  return { asking, serving, told }
}

describe('a line between threads:', () => {
  it('answers calls, each its own, whatever the order in which they are done', async () => {
    const waits: (() => void)[] = []
    const slowest = { add: (a: number, b: number) => new Promise(done => waits.unshift(() => done(a + b))) }
    const { asking } = connected({ sums: slowest })
    const sums = remote<Sums>(asking, 'sums', { add: true })
    const answers = [sums.add(1, 1), sums.add(2, 2), sums.add(3, 3)]
    await expect.poll(() => waits.length).toBe(3)
    for (const wait of waits) wait()
    expect(await Promise.all(answers)).toEqual([2, 4, 6])
  })

  it('begins what is asked in the order asked', async () => {
    const begun: number[] = []
    const { asking } = connected({ log: { note: async (n: number) => void begun.push(n) } })
    await Promise.all(Array.from({ length: 50 }, (_, n) => asking.call('log', 'note', [n])))
    expect(begun).toEqual(Array.from({ length: 50 }, (_, n) => n))
  })

  it('keeps of a failure its message, its code, and whether the store was away', async () => {
    const refused = Object.assign(new Error('unable to listen'), { code: 'EADDRINUSE' })
    const serves = {
      net: { listen: () => Promise.reject(refused) },
      store: { read: () => Promise.reject(new StoreUnavailable('read a room', new Error('disk'))) },
      odd: { fail: () => Promise.reject('a text') },
    }
    const { asking } = connected(serves)
    await expect(asking.call('net', 'listen', [])).rejects.toMatchObject({
      ...{ message: 'unable to listen', code: 'EADDRINUSE' },
    })
    const away = asking.call('store', 'read', [])
    await expect(away).rejects.toBeInstanceOf(StoreUnavailable)
    await expect(away).rejects.toMatchObject({ cause: { message: expect.stringContaining('unable to read a room') } })
    await expect(asking.call('odd', 'fail', [])).rejects.toThrow('a text')
  })

  it('refuses what is not served, and goes on', async () => {
    const { asking } = connected({ sums: { add: async (a: number, b: number) => a + b } })
    await expect(asking.call('sums', 'divide', [1, 0])).rejects.toThrow('sums.divide is not served')
    await expect(asking.call('nothing', 'add', [])).rejects.toThrow('nothing.add is not served')
    expect(await asking.call('sums', 'add', [1, 2])).toBe(3)
  })

  it('fails whoever asks, or is asked for, what cannot be sent, and goes on', async () => {
    const serves = { odd: { give: async () => () => {}, take: async () => 'taken' } }
    const { asking } = connected(serves)
    await expect(asking.call('odd', 'give', [])).rejects.toThrow(/could not be cloned/)
    await expect(asking.call('odd', 'take', [() => {}])).rejects.toThrow(/could not be cloned/)
    expect(await asking.call('odd', 'take', [1])).toBe('taken')
  })

  it('once closed rejects all who wait and all who come, tells nothing, and hears nothing', async () => {
    const { asking, serving, told } = connected({ never: { answer: () => new Promise(() => {}) } })
    const waiting = [asking.call('never', 'answer', []), asking.call('never', 'answer', [])]
    asking.close('the thread has ended')
    for (const call of waiting) await expect(call).rejects.toBeInstanceOf(StoreUnavailable)
    await expect(asking.call('never', 'answer', [])).rejects.toMatchObject({
      cause: { message: 'the thread has ended' },
    })
    serving.tell('news')
    await new Promise(resolve => setImmediate(resolve))
    expect(told).toEqual([])
  })

  it('posts what has gathered as one, in the order given: what was told before an answer is heard before it', async () => {
    const posts: (() => void)[] = []
    const [here, there] = portPair()
    const heard: unknown[] = []
    const asking = new Line({ port: here, serves: {}, onTold: message => heard.push(message) })
    const serving: Line = new Line({
      port: there,
      serves: {
        rooms: {
          commit: async () => {
            serving.tell('news 1')
            serving.tell('news 2')
            return 'answer'
          },
        },
      },
      cork: post => posts.push(post),
    })
    const answered = asking.call('rooms', 'commit', []).then(answer => heard.push(answer))
    await expect.poll(() => posts.length).toBe(1)
    expect(heard).toEqual([])
    posts[0]?.()
    await answered
    expect(heard).toEqual(['news 1', 'news 2', 'answer'])
    expect(posts).toHaveLength(1)
  })

  it('copies once what news and answer of one post share', async () => {
    const heard: { event?: object }[] = []
    const [here, there] = portPair()
    const asking = new Line({ port: here, serves: {}, onTold: message => heard.push(message as object) })
    const event = { seq: 1 }
    const commit = async () => {
      serving.tell({ event })
      return { event }
    }
    const serving: Line = new Line({
      port: there,
      serves: { rooms: { commit } },
      cork: post => systemPlatform.scheduler.soon(post),
    })
    const answer = (await asking.call('rooms', 'commit', [])) as { event: object }
    expect(answer.event).toBe(heard[0]?.event)
  })
})

describe('an answer in time:', () => {
  it('is given; one that is late is not waited for', async () => {
    const platform = new FakePlatform()
    expect(await inTime(platform.scheduler, 1_000, Promise.resolve('now'))).toBe('now')
    expect(platform.pending).toBe(0)
    const late = inTime(platform.scheduler, 1_000, new Promise(() => {}))
    const refused = expect(late).rejects.toThrow('no answer within 1000 ms')
    await platform.advance(1_000)
    await refused
  })
})
