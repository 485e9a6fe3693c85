import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Group } from '../../src/plan/group.ts'
import { UNPINNED } from '../../src/run/pinning.ts'
import { Rounds } from '../../src/run/rounds.ts'
import { Stocks } from '../../src/run/stocks.ts'
import type { TakenProfile } from '../../src/run/take-profile.ts'
import { holdfastServer } from '../../src/servers/holdfast.ts'
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
  const said = vi.spyOn(console, 'error').mockReturnValue()
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
  const lefts = said.mock.calls.flatMap(([text]) => /about (\d+) min left/.exec(text)?.[1] ?? [])
  // Six runs of which nothing is known yet; later it is by how long each took.
  expect(lefts).toHaveLength(6)
  expect(lefts[0]).toBe('1')
  expect(rounds.measured.map(({ peer, outcomes, failures }) => [peer, outcomes.length, failures])).toEqual([
    ['plain `ws`', 2, []],
    ['broken', 0, [reason, reason]],
    ['plain `ws`', 1, []],
    ['broken', 0, [reason]],
  ])
})

test('where it is asked, one of our servers is run once more, and what the time of its threads went into is told', async () => {
  vi.spyOn(console, 'error').mockReturnValue()
  const peers = new Map([
    ['two-workers', holdfastServer({ as: { name: 'two-workers', label: 'two', about: '' } })],
    ['ws', plainWsServer],
  ] as const)
  const profiled = ['two-workers', 'ws'] as const
  const rounds = new Rounds([{ ...group, jobs: [{ ...job, peers: profiled, profiled }] }], peers, 1, UNPINNED)
  const taken: TakenProfile[] = []
  await rounds.profile(each => taken.push(each))
  expect(taken.map(({ job: { label }, server }) => [label, server])).toEqual([['a job', 'Holdfast, two workers']])
  expect(taken[0]?.profiles.map(({ threads }) => threads)).toEqual(['main thread', 'other threads'])
  for (const { busySeconds, parts } of taken[0]?.profiles ?? []) {
    expect(busySeconds).toBeGreaterThan(0)
    expect(parts.length).toBeGreaterThan(2)
  }
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
