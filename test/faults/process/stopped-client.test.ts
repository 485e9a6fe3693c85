import { afterEach, describe, expect, test } from 'vitest'
import { FaultWorld } from '../support/fault-world.ts'
import type { FaultyServer } from '../support/faulty-server.ts'
import type { HistoryLine } from '../support/history-lines.ts'
import type { Recorder } from '../support/recorder.ts'

/** What a session may have unsent: what the kernel takes for it comes on top. */
const QUEUE_BYTES = 65_536
/** Written in bursts of so many operations of each device, with texts of so many bytes, until the server notices. */
const BURST = 100
const TEXT_BYTES = 8_000

let world: FaultWorld | null = null
afterEach(async () => {
  await world?.remove()
  world = null
})

type Limits = Readonly<Record<string, number>>
type Noticed = (server: FaultyServer) => Promise<boolean>

/** A reader stands still while two write on until the server has noticed; each burst is acknowledged while it does. */
async function standStill(limits: Limits, hasNoticed: Noticed): Promise<readonly [FaultWorld, Recorder]> {
  const all = { sendQueueBytes: QUEUE_BYTES, ...limits }
  world = await FaultWorld.start({ seed: 'still', limits: all, members: ['bob', 'cyd'], rooms: 1 })
  const { server } = world
  const writers = await world.people('ann.1', 'bob.1')
  const reader = await world.people('cyd.1')
  reader.signal('SIGSTOP')
  await world.until('the server notices', async () => {
    await writers.tell({ do: 'write', operations: BURST, bytes: TEXT_BYTES })
    await writers.tell({ do: 'rest' })
    await world?.readLogs()
    return hasNoticed(server)
  })
  return [world, reader]
}

/** Whether events go to two of the three that read them, from one look to the next. */
function oneIsLeftOut(): Noticed {
  let before = { delivered: 0, published: 0 }
  return async server => {
    const delivered = await server.metric('holdfast_deliveries_total')
    const published = await server.metric('holdfast_events_published_total')
    const isLess = delivered - before.delivered <= 2 * (published - before.published)
    before = { delivered, published }
    return isLess
  }
}

/** It goes on, in a process that was stopped: all that it is told now waits until it does. */
async function goOn(reader: Recorder) {
  reader.signal('SIGCONT')
  await reader.tell({ do: 'connect' })
}

describe('a client that stands still in a busy room', () => {
  test('[READ8] holds up no writer; when it goes on it is told that it lags, and reads on without a hole', async () => {
    const [all, reader] = await standStill({}, oneIsLeftOut())
    await goOn(reader)
    expect(await all.verdict()).toEqual([])
    expect(of(all.lines(), 'detached')).toContainEqual(expect.objectContaining({ device: 'cyd.1', code: 'lagging' }))
  })

  test('[READ8] for too long is closed with 4008; when it goes on it comes back and reads on without a hole', async () => {
    const isClosed: Noticed = async server => (await server.metric('holdfast_closes_total{code="4008"}')) > 0
    const [all, reader] = await standStill({ slowReaderMs: 500 }, isClosed)
    await goOn(reader)
    expect(await all.verdict()).toEqual([])
    expect(of(all.lines(), 'disconnected').filter(({ device }) => device === 'cyd.1')).not.toEqual([])
  })
})

function of(lines: readonly HistoryLine[], what: HistoryLine['what']): readonly HistoryLine[] {
  return lines.filter(line => line.what === what)
}
