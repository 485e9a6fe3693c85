import { createHoldfast, type Holdfast } from '@holdfast/server'
import { silentLogger } from '@holdfast/server/testing'
import { afterEach, describe, expect, test } from 'vitest'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { holdfast } from '../../src/dialects/holdfast.ts'
import { SECRET } from '../../src/dialects/http-api.ts'
import { plainWs } from '../../src/dialects/plain-ws.ts'
import type { Outcome, Subject } from '../../src/scenarios/scenario.ts'
import { runScenario, type Spec } from '../../src/scenarios/scenarios.ts'
import type { Running } from '../../src/servers/peer.ts'
import { plainWsServer } from '../../src/servers/plain-ws.ts'

/** Long enough for some messages: nothing here is about how many. */
const SHORT = { ms: 100, warmMs: 30 }

const SPECS: readonly Spec[] = [
  { scenario: 'durable-sends', parameters: { ...SHORT, writers: 4, rooms: 2, members: 3, history: 0, idle: 5 } },
  { scenario: 'durable-sends', parameters: { ...SHORT, writers: 2, rooms: 5, members: 0, history: 0, idle: 0 } },
  { scenario: 'fan-out', parameters: { ...SHORT, subscribers: 12, inFlight: 32 } },
  {
    scenario: 'latency',
    parameters: { ...SHORT, rooms: 2, members: 5, perSecond: 100, areMembers: true, signals: 50 },
  },
  { scenario: 'steady', parameters: { ...SHORT, rooms: 2, readers: 3, writers: 3, perSecond: 200 } },
  { scenario: 'storm', parameters: { connections: 20, rooms: 4, perSecond: 50, underWay: 10 } },
]

let server: Holdfast | null = null
let peer: Running | null = null

afterEach(async () => {
  await server?.close()
  await peer?.stop()
  server = peer = null
})

/** A fresh Holdfast in this process, which so is server and generator in one. */
async function subject(change: (dialect: Dialect) => Partial<Dialect> = () => ({})): Promise<Subject> {
  server = await createHoldfast({
    store: { kind: 'memory' },
    auth: { mode: 'jwt', secret: SECRET },
    sendRate: 0,
    logger: silentLogger,
    limits: { reconnectWithinMs: 0 },
  })
  const { url } = await server.listen({ host: '127.0.0.1', port: 0 })
  const dialect = holdfast(url)
  return {
    dialect: { ...dialect, ...change(dialect) },
    url,
    pids: { server: [process.pid], backends: [] },
    loopsFile: null,
  }
}

function finite(outcome: Outcome): void {
  for (const [name, figure] of Object.entries(outcome.figures)) expect(figure, name).not.toBeNaN()
}

describe('scenarios', () => {
  test.each(SPECS)('$scenario runs to its end against Holdfast, and its audit finds nothing', async spec => {
    finite(await runScenario(await subject(), spec))
  })

  test.each(SPECS)('$scenario runs to its end against a server that keeps nothing', async spec => {
    peer = await plainWsServer.start()
    const { url, pids } = peer
    finite(await runScenario({ dialect: plainWs(url), url, pids, loopsFile: null }, spec))
  })

  test.each<Spec>([
    { scenario: 'steady', parameters: { ...SHORT, rooms: 1, readers: 0, writers: 2, perSecond: 200 } },
    { scenario: 'handshakes', parameters: { ...SHORT, rooms: 2, perSecond: 200 } },
    { scenario: 'pages', parameters: { ...SHORT, messages: 120, readers: 3, perSecond: 100 } },
    { scenario: 'pages', parameters: { ...SHORT, messages: 120, readers: 3, perSecond: null } },
  ])('$scenario does what was asked and counts it: %j', async spec => {
    const outcome = await runScenario(await subject(), spec)
    finite(outcome)
    expect(outcome.figures.perSecond).toBeGreaterThan(10)
  })

  test('after a storm every client has every message, and none of them came from the log', async () => {
    const { figures } = await runScenario(await subject(), {
      scenario: 'storm',
      parameters: { connections: 20, rooms: 2, perSecond: 100, underWay: 20 },
    })
    expect(figures).toMatchObject({ missedPerClient: 0, fromTail: 20, fromLog: 0, bySnapshot: 0 })
  })

  test('the client shows all that it is handed, and each of its figures is there', async () => {
    const parameters = { held: 300, merged: 200, members: 10, times: 10 }
    const nobody = { dialect: plainWs('ws://nobody:1'), url: '', pids: { server: [], backends: [] }, loopsFile: null }
    finite(await runScenario(nobody, { scenario: 'client', parameters }))
  })

  test('rooms are stocked once; pages and openings are read in them, and writing goes on after what they hold', async () => {
    const stocked = await subject()
    await runScenario(stocked, { scenario: 'stock', parameters: { messages: [120, 400], writers: 4 } })
    finite(await runScenario(stocked, { scenario: 'history', parameters: { small: 120, large: 400, pages: 5 } }))
    const beside = { members: 0, idle: 0, history: 120 }
    const parameters = { ...SHORT, ...beside, writers: 4, rooms: 2 }
    finite(await runScenario(stocked, { scenario: 'durable-sends', parameters }))
    const log = await stocked.dialect.log?.('stock120', 'writer0')
    expect(log?.length).toBeGreaterThan(120)
  })
})

describe('the audit of a scenario', () => {
  const [sends, , fanOut, latency, atARate] = SPECS

  test.each([sends, fanOut, latency, atARate])('a message that the log has lost ends the run: %j', async spec => {
    const tampered = await subject(({ log }) => ({
      log: async (room, as) => (await log?.(room, as))?.slice(0, -1) ?? [],
    }))
    if (spec !== undefined)
      await expect(runScenario(tampered, spec)).rejects.toThrow(/the audit failed: the log.*1 lost/)
  })

  test.each([...SPECS])('a server that keeps fewer messages than it acknowledged ends the run: %j', async spec => {
    const tampered = await subject(() => ({ kept: async () => 0 }))
    await expect(runScenario(tampered, spec)).rejects.toThrow(/the audit failed: what the server keeps: 0 of \d+/)
  })

  test.each([sends, fanOut, latency, atARate])(
    'a message that stands in the log twice ends the run: %j',
    async spec => {
      const twice = (numbers: readonly number[]) => [...numbers, ...numbers.slice(-1)]
      const tampered = await subject(({ log }) => ({ log: async (room, as) => twice((await log?.(room, as)) ?? []) }))
      if (spec !== undefined)
        await expect(runScenario(tampered, spec)).rejects.toThrow(/the audit failed: the log.*1 repeated/)
    },
  )
})
