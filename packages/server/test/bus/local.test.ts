import { describe, expect, test } from 'vitest'
import type { BusMessage } from '../../src/bus/bus.ts'
import { LocalBus } from '../../src/bus/local.ts'

const MESSAGE: BusMessage = { kind: 'deleted', roomId: 'room', members: [] }

describe('the bus of one process', () => {
  test('reaches every listener in order, until it unsubscribes', () => {
    const heard: string[] = []
    const bus = new LocalBus(() => {})
    bus.subscribe(() => heard.push('first'))
    const stop = bus.subscribe(() => heard.push('second'))
    bus.publish(MESSAGE)
    stop()
    bus.publish(MESSAGE)
    expect(heard).toEqual(['first', 'second', 'first'])
  })

  test('a listener that throws harms neither the publisher nor the others', () => {
    const errors: unknown[] = []
    const heard: BusMessage[] = []
    const bus = new LocalBus(error => errors.push(error))
    bus.subscribe(() => {
      throw new Error('broken')
    })
    bus.subscribe(message => heard.push(message))
    bus.publish(MESSAGE)
    expect(heard).toEqual([MESSAGE])
    expect(errors).toEqual([new Error('broken')])
  })

  test('is well, and silent once closed', async () => {
    const heard: BusMessage[] = []
    const bus = new LocalBus(() => {})
    bus.subscribe(message => heard.push(message))
    await expect(bus.check()).resolves.toBeUndefined()
    await bus.close()
    bus.publish(MESSAGE)
    expect(heard).toEqual([])
  })
})
