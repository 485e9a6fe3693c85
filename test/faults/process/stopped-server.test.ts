import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { FaultWorld } from '../support/fault-world.ts'
import type { HistoryLine } from '../support/history-lines.ts'

/** As short as clients take: they ask after so long without a word, and give up 10 s later. */
const HEARTBEAT_MS = 1_000
/** How long nothing runs: longer than the silence after which a server closes a session. */
const BLOCK_MS = 5_000
const CLOSED_AS_SILENT = 4_012
/** More than Node would let wait (511), if the kernel allows it. */
const COMERS = 1_500

let world: FaultWorld | null = null
afterEach(async () => {
  await world?.remove()
  world = null
})

describe('a server that stands still', () => {
  test('[SDK8] [DUR2] with a commit that nobody was told of: clients notice and try again, and once it goes on nothing is lost or twice', async () => {
    const limits = { heartbeatMs: HEARTBEAT_MS }
    world = await FaultWorld.start({ seed: 'stopped', failpoint: 'after-commit', limits, members: ['bob', 'cyd'] })
    const { server } = world
    const people = await world.people('ann.1', 'bob.1', 'cyd.1')
    await server.order({ do: 'arm', passing: 7, signal: 'SIGSTOP' })
    await people.tell({ do: 'write', operations: 80, bytes: 0 })
    await world.until('all notice that the server is silent', async () => {
      return (await people.status()).every(({ connection }) => connection !== 'online')
    })
    server.signal('SIGCONT')
    await people.tell({ do: 'connect' })
    expect(await world.verdict()).toEqual([])
  })

  test('[IN3] for longer than a session may be silent: nobody who was there all the time is thrown out', async () => {
    const limits = { heartbeatMs: HEARTBEAT_MS }
    world = await FaultWorld.start({ seed: 'blocked', limits, members: ['bob', 'cyd'] })
    const people = await world.people('ann.1', 'bob.1', 'cyd.1')
    await people.tell({ do: 'write', operations: 20, bytes: 0 })
    await people.tell({ do: 'rest' })
    await world.server.order({ do: 'block', ms: BLOCK_MS })
    await people.tell({ do: 'write', operations: 40, bytes: 0 })
    expect(await world.verdict()).toEqual([])
    expect(disconnections(world.lines())).toEqual([])
    expect(await world.server.metric(`holdfast_closes_total{code="${CLOSED_AS_SILENT}"}`)).toBe(0)
  })

  test('everybody who comes meanwhile is let in once it goes on: nobody is left to try again later', async () => {
    world = await FaultWorld.start({ seed: 'crowd', members: [] })
    const { server } = world
    const { hostname, port } = new URL(server.url)
    server.signal('SIGSTOP')
    const comers = Array.from({ length: Math.min(COMERS, mostWaiting()) }, () => connect(Number(port), hostname))
    try {
      // By the kernel: who finds no place is not connected before the server goes on.
      await Promise.all(comers.map(comer => once(comer, 'connect')))
      server.signal('SIGCONT')
      expect(await Promise.all(comers.map(answerTo))).toEqual(comers.map(() => 'HTTP/1.1 200 OK'))
    } finally {
      server.signal('SIGCONT')
      for (const comer of comers) comer.destroy()
    }
  })
})

/** How many connections the kernel lets wait for a server. */
function mostWaiting(): number {
  return process.platform === 'linux' ? Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8')) : 128
}

async function answerTo(comer: Socket): Promise<string | undefined> {
  comer.write('GET /healthz HTTP/1.1\r\nHost: holdfast\r\nConnection: close\r\n\r\n')
  const [first] = (await once(comer, 'data')) as [Buffer]
  return String(first).split('\r\n')[0]
}

function disconnections(lines: readonly HistoryLine[]): readonly HistoryLine[] {
  return lines.filter(({ what }) => what === 'disconnected')
}
