import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Group } from '../../src/plan/group.ts'
import { UNPINNED } from '../../src/run/pinning.ts'
import { Rounds } from '../../src/run/rounds.ts'
import { Stocks } from '../../src/run/stocks.ts'
import { plainWsServer } from '../../src/servers/plain-ws.ts'
import { ROOT } from '../../src/servers/spawned.ts'

const parameters = { writers: 1, rooms: 1, members: 0, history: 0, idle: 0, ms: 20, warmMs: 5 }
const job = { label: 'a job', peers: ['ws', 'nats'], spec: { scenario: 'durable-sends', parameters } } as const
const group: Group = {
  id: 'group',
  title: 'Group',
  about: '',
  columns: [{ figure: 'perSecond', label: 'acknowledged', unit: '/s' }],
  more: true,
  plot: null,
  jobs: [job, { ...job, label: 'a job of one round', rounds: 1 }],
}

test('a run that fails is told with its reason and the rest goes on; each job has as many rounds as it is to have', async () => {
  vi.spyOn(console, 'error').mockReturnValue()
  const start = () => Promise.reject(new Error(`it does not start: ${ROOT}/peer.ts\nand more`))
  const broken = { ...plainWsServer, label: 'broken', start }
  const reason = 'it does not start: ./peer.ts'
  const peers = new Map([
    ['nats', broken],
    ['ws', plainWsServer],
  ] as const)
  const rounds = new Rounds([group], peers, 2, UNPINNED)
  const soFar: number[] = []
  await rounds.run(() => soFar.push(rounds.measured[0]?.outcomes.length ?? 0))
  expect(soFar).toEqual([1, 2])
  expect(rounds.measured.map(({ peer, outcomes, failures }) => [peer, outcomes.length, failures])).toEqual([
    ['plain `ws`', 2, []],
    ['broken', 0, [reason, reason]],
    ['plain `ws`', 1, []],
    ['broken', 0, [reason]],
  ])
})

test('a stock is made once, each run has a copy of its own, and nothing is left', async () => {
  const stocks = new Stocks()
  const stock = { messages: [1], writers: 1 }
  const make = vi.fn(async (dataDir: string) => writeFileSync(join(dataDir, 'data'), 'stocked'))
  const first = await stocks.copy(stock, make)
  writeFileSync(join(first, 'data'), 'written to')
  const second = await stocks.copy({ ...stock }, make)
  expect(make).toHaveBeenCalledOnce()
  expect(readFileSync(join(second, 'data'), 'utf8')).toBe('stocked')
  stocks.close()
  expect([first, second].some(existsSync)).toBe(false)
})
