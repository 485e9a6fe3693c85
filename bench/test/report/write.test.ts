import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { measureAll } from '../../src/measuring.ts'
import { environment, storeWarnings } from '../../src/report/environment.ts'
import { makeFolder, page, type Results, write } from '../../src/report/write.ts'

const DAY = '2026-11-22'
const root = mkdtempSync(join(tmpdir(), 'holdfast-results-'))
afterEach(() => rmSync(root, { recursive: true, force: true }))

function results(change: Partial<Results> = {}): Results {
  const machine = { ...environment('pinned', [], new Date(`${DAY}T12:00:00Z`)), warnings: [] }
  return {
    ...{ environment: machine, rounds: 3, minutes: 1, isWhole: true },
    ...{ groups: [], peers: [], missing: [], measured: [], profiles: [] },
    ...change,
  }
}

test('each session of a day has a folder of its own, and replaces nothing of another one', () => {
  const first = makeFolder(root, DAY)
  write(first, results())
  const whole = readFileSync(join(first, 'README.md'), 'utf8')
  const second = makeFolder(root, DAY)
  write(second, results({ isWhole: false }))
  makeFolder(root, DAY)
  expect(readdirSync(root).toSorted()).toEqual([DAY, `${DAY}-2`, `${DAY}-3`])
  expect(readFileSync(join(first, 'README.md'), 'utf8')).toBe(whole)
  expect(readFileSync(join(second, 'README.md'), 'utf8')).toMatch(/ended before all of it was measured/)
})

test('a page warns of what its figures do not hold for', () => {
  const machine = { ...results().environment, warnings: ['The stores were in memory.'] }
  expect(page(results({ environment: machine }))).toContain('**The stores were in memory.**')
})

test('a file system in memory is warned of, and no other', () => {
  expect(storeWarnings(0x01021994)).toHaveLength(1)
  expect(storeWarnings(0xef53)).toEqual([])
})

test('where nothing was measured nothing is written', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue()
  vi.spyOn(console, 'log').mockReturnValue()
  const pinning = { server: [], generator: [], description: '' }
  await measureAll({ groups: [], peers: [], rounds: 1, pinning, isWritten: true })
  expect(said).not.toHaveBeenCalledWith(expect.stringContaining('written to'))
})
