import { expect, test } from 'vitest'
import { Gate, type Path } from '../../src/chaos/gate.ts'
import { pause } from '../../src/chaos/scheduler.ts'
import { HandScheduler } from './scene.ts'

const up: Path = { connection: 0, direction: 'up' }
const down: Path = { connection: 1, direction: 'down' }

test('a gate lets those go on that are meant, and each once', async () => {
  const gate = new Gate()
  const gone: string[] = []
  const { signal } = new AbortController()
  const waits = [
    gate.wait(up, signal).then(() => gone.push('up')),
    gate.wait(down, signal).then(() => gone.push('down')),
  ]
  gate.release(path => path.connection === 1)
  await waits[1]
  expect([gone, gate.waiting]).toEqual([['down'], 1])
  gate.release()
  await Promise.all(waits)
  expect([gone, gate.waiting]).toEqual([['down', 'up'], 0])
})

test('who waits for what is over goes on at once, and is not kept', async () => {
  const [gate, scheduler, over] = [new Gate(), new HandScheduler(), new AbortController()]
  const waits = [gate.wait(up, over.signal), pause(scheduler, 1000, over.signal)]
  expect([gate.waiting, scheduler.waiting]).toEqual([1, 1])
  over.abort()
  await Promise.all(waits)
  expect([gate.waiting, scheduler.waiting]).toEqual([0, 0])
  await Promise.all([gate.wait(up, over.signal), pause(scheduler, 1000, over.signal)])
  expect([gate.waiting, scheduler.waiting]).toEqual([0, 0])
})
