import { describe, expect, test } from 'vitest'
import { planOf } from '../src/plan.ts'
import { SimHost } from '../src/sim-host.ts'
import { SimPorts } from '../src/sim-port.ts'
import { SimRandom } from '../src/sim-random.ts'
import { SimTime } from '../src/sim-time.ts'

/** A process, one of its threads, and the line between them, on which what is taken is `heard`. */
function threads() {
  const [time, random] = [new SimTime(), new SimRandom('threads')]
  const process = new SimHost('process', time, random)
  const thread = new SimHost('thread', time, random, process)
  const parts = { time, random, delayMs: 20, ends: [process, thread] as const }
  const ports = new SimPorts({ ...parts, onPosted: () => {}, onTaken: () => {} })
  const [near, far] = ports.ends
  const heard: unknown[] = []
  return { time, process, thread, near, far, heard, listen: () => far.listen(message => heard.push(message)) }
}

describe('a line between threads', () => {
  test('copies what is posted, and brings all of it later, once, in the order posted, whenever somebody listens', async () => {
    const { time, near, heard, listen } = threads()
    const first = { n: 0 }
    near.post(first)
    first.n = 100
    for (let n = 1; n < 50; n++) near.post({ n })
    await time.runUntil(10)
    expect(heard).toEqual([])
    listen()
    await time.runUntil(1_000)
    near.post({ n: 50 })
    await time.runUntil(2_000)
    expect(heard).toEqual(Array.from({ length: 51 }, (_, n) => ({ n })))
  })

  test('brings nothing when it is closed', async () => {
    const { time, near, far, heard, listen } = threads()
    listen()
    near.post('lost')
    far.close()
    near.post('lost too')
    await time.runUntil(1_000)
    expect(heard).toEqual([])
  })
})

describe('a thread', () => {
  test.each(['process', 'thread'] as const)(
    'takes what came while its %s stood still when that goes on',
    async which => {
      const { time, near, heard, listen, ...hosts } = threads()
      listen()
      hosts[which].sleep()
      near.post(1)
      near.post(2)
      await time.runUntil(1_000)
      expect(heard).toEqual([])
      hosts[which].wake()
      await time.runUntil(2_000)
      expect(heard).toEqual([1, 2])
    },
  )

  test.each(['process', 'thread'] as const)('takes nothing once its %s is dead', async which => {
    const { time, near, heard, listen, ...hosts } = threads()
    listen()
    near.post(1)
    hosts[which].die()
    await time.runUntil(1_000)
    expect(heard).toEqual([])
    expect([hosts.thread.isDead, hosts.process.isDead]).toEqual([true, which === 'process'])
  })

  test('has the wall clock of its process', () => {
    const { process, thread } = threads()
    process.setSkew(5_000)
    expect(thread.clock.wallMs()).toBe(process.clock.wallMs())
    expect(thread.isSkewed).toBe(true)
  })
})

test('about a quarter of all worlds have gateways, and these have one node, where the store is', () => {
  const shapes = Array.from({ length: 400 }, (_, seed) => planOf(String(seed)).shape)
  const found = shapes.filter(({ gateways = 0 }) => gateways > 0)
  expect(found.length).toBeGreaterThan(shapes.length / 6)
  expect(found.length).toBeLessThan(shapes.length / 3)
  for (const { nodes, isOneMachine } of found) expect([nodes, isOneMachine]).toEqual([1, true])
})
