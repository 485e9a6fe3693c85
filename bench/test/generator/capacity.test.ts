import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { capacityFigures, ThreadMeter } from '../../src/generator/capacity.ts'
import { loopNotes, loopShares, stallLine, useLine } from '../../src/generator/loops.ts'
import { cpuSecondsOf, threadUsage } from '../../src/generator/usage.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-loops-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('processor time of threads', () => {
  test('stands in the same fields whatever a thread is called', () => {
    const fields = Array.from({ length: 20 }, (_, i) => i + 3)
    expect(cpuSecondsOf(`7 (node) ${fields.join(' ')}`)).toBe(0.29)
    expect(cpuSecondsOf(`7 (a) b (c) ${fields.join(' ')}`)).toBe(0.29)
  })

  test('is that of the process, of which the main thread has its number; where there is no /proc none is known', () => {
    const end = performance.now() + 40
    while (performance.now() < end);
    const threads = threadUsage(process.pid)
    if (process.platform === 'linux') expect(threads.get(process.pid)).toBeGreaterThan(0)
    else expect(threads.size).toBe(0)
    const { user, system } = process.cpuUsage()
    const sum = [...threads.values()].reduce((total, seconds) => total + seconds, 0)
    expect(sum).toBeLessThan((user + system) / 1e6 + 0.1)
  })

  test('of a process that is gone nothing is known, and no figure is made up', () => {
    const shares = new ThreadMeter(2 ** 30, null).stop()
    expect(Object.keys(capacityFigures(100, null, Number.NaN, shares))).toEqual([])
  })
})

describe('the loops of a server', () => {
  test('each thread was busy for the part of the time between its notes; what lies outside does not count', () => {
    const file = join(folder, 'loops')
    const lines = [
      useLine({ at: 100, thread: 0, activeMs: 0 }),
      useLine({ at: 1_000, thread: 0, activeMs: 500 }),
      useLine({ at: 1_000, thread: 1, activeMs: 7 }),
      stallLine({ at: 1_500, ms: 12.34 }),
      useLine({ at: 2_000, thread: 0, activeMs: 750 }),
      useLine({ at: 2_000, thread: 1, activeMs: 1_007 }),
      useLine({ at: 2_000, thread: 2, activeMs: 1 }),
    ]
    writeFileSync(file, lines.join(''))
    const { stalls, uses } = loopNotes(file)
    expect(stalls).toEqual([{ at: 1_500, ms: 12.3 }])
    expect([...loopShares(uses, 500, 2_500)]).toEqual([
      [0, 0.25],
      [1, 1],
    ])
  })
})

const SHARES = { busiest: 0.25, main: 0.05, mainLoop: Number.NaN }

test('a load that was not borne gives no capacity', () => {
  expect(capacityFigures(900, 1_000, 0.3, SHARES)).toEqual({})
})

test('capacity is the load divided by the busiest thread, and its cost is that of all threads', () => {
  const figures = capacityFigures(1_000, 1_000, 0.3, SHARES)
  expect(figures).toEqual({ capacity: 4_000, busiestThread: 0.25, mainThread: 0.05, cpuUsEach: 300 })
})
