import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { catalogue } from '../../src/plan/catalogue.ts'
import type { Group } from '../../src/plan/group.ts'
import { FULL, QUICK } from '../../src/plan/scale.ts'
import { GOALS, goalsTable } from '../../src/report/goals.ts'
import { plotOf } from '../../src/report/plots.ts'
import { linearScale, logScale } from '../../src/report/scale.ts'
import { tableOf } from '../../src/report/table.ts'
import type { Measured } from '../../src/run/results.ts'
import { readable, spreadOf } from '../../src/statistics.ts'

/** Results of a group as if each run had given figures by its place, for two servers. */
function invented(group: Group): readonly Measured[] {
  const load = { seconds: 1, serverCores: 0.9, serverBytes: 1, backendCores: 0.2, backendBytes: 1, generatorCores: 0.3 }
  const curveOf = (scale: number) => [50, 99, 99.9].map(percent => [percent, scale * percent] as const)
  const outcome = (scale: number) => ({
    figures: Object.fromEntries(group.columns.map(({ figure }, i) => [figure, scale * 10 ** i])),
    curves: group.plot?.kind === 'distribution' ? { [group.plot.curve]: curveOf(scale) } : {},
    load,
  })
  return group.jobs.flatMap((job, i) => [
    { group, job, peer: 'Holdfast', outcomes: [30, 10, 20].map(scale => outcome(scale * (i + 1))), failures: [] },
    { group, job, peer: 'other <&> server', outcomes: [outcome(5 * (i + 1))], failures: [] },
  ])
}

const groups = catalogue(QUICK).map(group => [group.id, group] as const)

describe('the table', () => {
  test('shows the median with its range, and how much better Holdfast is', () => {
    const [sends] = catalogue(QUICK)
    if (sends === undefined) throw new Error('no group')
    const [header, , ours, theirs] = tableOf(sends, invented(sends)).split('\n')
    expect(header).toMatch(/what \| server \| acknowledged \| range/)
    expect(ours).toMatch(/Holdfast \| 20\.0 \/s|Holdfast \| 20 \/s \| 10 – 30/)
    expect(ours).toMatch(/90 % \| 20 % \| 30 %/)
    expect(theirs).toMatch(/\| 4 × \|/)
  })

  test('a run that failed its audit shows that it failed, and no figure', () => {
    const [sends] = catalogue(QUICK)
    if (sends === undefined) throw new Error('no group')
    const failed = invented(sends).map(run => ({ ...run, outcomes: [], failures: ['the audit failed'] }))
    expect(tableOf(sends, failed)).toMatch(/\| failed \|/)
    expect(tableOf(sends, failed)).not.toMatch(/\d \/s/)
  })
})

describe('the goals', () => {
  const at = (goal: (typeof GOALS)[number], peer: string, value: number): Measured => {
    const group = catalogue(FULL).find(({ id }) => id === goal.group)
    const job = group?.jobs.find(({ label }) => label === goal.job)
    if (group === undefined || job === undefined) throw new Error(`the plan has no ${goal.group}, ${goal.job}`)
    return { group, job, peer, outcomes: [{ figures: { [goal.figure]: value }, curves: {}, load: null }], failures: [] }
  }
  const OTHER = 'Socket.IO + Redis + PostgreSQL'

  test.each(GOALS.map(goal => [goal.what, goal] as const))('%s: it is measured, and reached or not', (_what, goal) => {
    const of = goal.of ?? 'Holdfast'
    if (goal.least === undefined && goal.most === undefined) {
      const other = at(goal, goal.against ?? OTHER, 1_000 / (goal.times ?? Number.NaN))
      expect(goalsTable([at(goal, of, 1_001), other])).toMatch(/ yes \|$/m)
      expect(goalsTable([at(goal, of, 999), other])).toMatch(/ no \|$/m)
      return
    }
    const limit = (goal.least ?? goal.most ?? 0) * (goal.per ?? 1)
    const [better, worse] = goal.least === undefined ? [0.9, 1.1] : [1.1, 0.9]
    expect(goalsTable([at(goal, of, limit * better)])).toMatch(/ yes \|$/m)
    expect(goalsTable([at(goal, of, limit * worse)])).toMatch(/ no \|$/m)
  })

  test('a goal against a peer is held against what the peer did in the same run', () => {
    const goal = GOALS.find(({ times }) => times !== undefined)
    if (goal?.times === undefined) throw new Error('no goal')
    const ours = at(goal, 'Holdfast', 1_000)
    expect(goalsTable([ours, at(goal, OTHER, 999 / goal.times)])).toMatch(/against .* yes \|$/)
    expect(goalsTable([ours, at(goal, OTHER, 1_001 / goal.times)])).toMatch(/against .* no \|$/)
  })

  test('what was not to be measured is left out', () => {
    expect(goalsTable([])).toBeNull()
  })

  test('a goal whose runs all failed has a row that says so, and so has one whose peer was not there', () => {
    const goal = GOALS.find(({ times }) => times !== undefined)
    if (goal === undefined) throw new Error('no goal')
    const ours = at(goal, 'Holdfast', 1_000)
    const failed = (run: Measured): Measured => ({ ...run, outcomes: [], failures: ['the audit failed'] })
    expect(goalsTable([failed(ours)])?.match(/\| failed \|/g)).toHaveLength(2)
    expect(goalsTable([ours])).toMatch(/against .*\| not measured \|/)
    expect(goalsTable([ours, failed(at(goal, OTHER, 1))])).toMatch(/against .*\| failed \|/)
    expect(goalsTable([{ ...ours, outcomes: [] }])?.match(/\| not measured \|/g)).toHaveLength(2)
  })

  test('beside a ratio stands how busy the generator was with either', () => {
    const [fanOut] = catalogue(FULL).filter(({ id }) => id === 'fan-out')
    if (fanOut === undefined) throw new Error('no group')
    const runs = invented(fanOut).map(run => (run.peer === 'Holdfast' ? run : { ...run, peer: OTHER }))
    expect(goalsTable(runs)).toMatch(/against .*\| 30 % and 30 % \|/)
  })
})

describe('plots', () => {
  test.each(groups)('%s is drawn inside its picture, with names as they are', (_id, group) => {
    const svg = plotOf(group, invented(group))
    if (group.plot === null) return expect(svg).toBeNull()
    expect(svg).toMatch(/^<svg [^>]*role="img"/)
    const isByJob = group.plot.kind === 'distribution' && group.plot.job === undefined
    expect(svg).toContain(isByJob ? group.jobs[1]?.label : 'other &lt;&amp;&gt; server')
    expect(svg).not.toMatch(/NaN|Infinity/)
    for (const [, x, y] of (svg ?? '').matchAll(/x="([\d.-]+)" y="([\d.-]+)"/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(0)
      expect(Number(x)).toBeLessThanOrEqual(720)
      expect(Number(y)).toBeLessThanOrEqual(400)
    }
  })

  test('on a logarithmic axis every value has a place between its ends, in order', () => {
    const values = fc.array(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(values, all => {
        const { at, ticks } = logScale(all, 0, 100)
        const places = all.toSorted((a, b) => a - b).map(at)
        expect(places).toEqual(places.toSorted((a, b) => a - b))
        for (const place of [...places, ...ticks.map(at)]) {
          expect(place).toBeGreaterThan(-0.001)
          expect(place).toBeLessThan(100.001)
        }
        expect(ticks.length).toBeGreaterThan(0)
      }),
    )
  })

  test('an axis from zero holds every value, and has few marks at round places', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), most => {
        const { at, ticks } = linearScale([most / 3, most], 0, 100)
        expect(at(0)).toBe(0)
        expect(at(most)).toBeLessThan(100.001)
        expect(at(most)).toBeGreaterThan(50)
        expect(ticks[0]).toBe(0)
        expect(ticks.length).toBeGreaterThan(2)
        expect(ticks.length).toBeLessThan(9)
      }),
    )
  })
})

describe('figures', () => {
  test('the middle of an even number lies between the two', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, least: 1, most: 4 })
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 })
    expect(spreadOf([]).median).toBeNaN()
  })

  test.each([
    [5_123_456, '5.12 M'],
    [42_123, '42.1 k'],
    [1_234, '1234'],
    [1.5, '1.50'],
    [3, '3'],
    [Number.NaN, '–'],
  ])('%d is written %s', (figure, text) => expect(readable(figure)).toBe(text))
})

describe('the catalogue', () => {
  test.each([
    ['full', FULL],
    ['quick', QUICK],
  ])('%s: groups and jobs have names of their own, and plots show figures that are there', (_name, scale) => {
    const all = catalogue(scale)
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    for (const group of all) {
      expect(new Set(group.jobs.map(({ label }) => label)).size).toBe(group.jobs.length)
      expect(group.columns.length).toBeGreaterThan(0)
      if (group.plot?.kind === 'lines') expect(group.jobs.filter(({ x }) => x !== undefined).length).toBeGreaterThan(1)
    }
  })
})
