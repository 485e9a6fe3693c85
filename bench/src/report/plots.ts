import type { Curve } from '../generator/latencies.ts'
import type { Group, Plot } from '../plan/group.ts'
import { curveOf, figureOf, type Measured } from '../run/results.ts'
import { readable, rounded } from '../statistics.ts'
import { linearScale, logScale } from './scale.ts'
import { AREA, axes, bar, endLabels, HEIGHT, type Point, picture, series, textAt, WIDTH } from './svg.ts'

const LEFT = AREA.left
const RIGHT = WIDTH - AREA.right
const TOP = AREA.top
const BOTTOM = HEIGHT - AREA.bottom

/** The servers that are in most plots, by how their names begin: each has its colour in all of them. */
const PLACES = [
  'Holdfast',
  'Socket.IO +',
  'NATS JetStream, s',
  'plain',
  'NATS JetStream, a',
  'Centrifugo',
  'Socket.IO, ',
]

function placeOf(peer: string): number {
  const place = PLACES.findIndex(begin => peer.startsWith(begin))
  return place < 0 ? PLACES.length - 1 : place
}

/** A group's plot as SVG, or null where there is nothing to draw. */
export function plotOf(group: Group, runs: readonly Measured[]): string | null {
  const { plot } = group
  const good = runs.filter(run => run.outcomes.length > 0)
  if (plot === null || good.length === 0) return null
  switch (plot.kind) {
    case 'lines':
      return lines(group, plot, good)
    case 'distribution':
      return distribution(group, plot, good)
    case 'bars':
      return bars(group, plot, good)
  }
}

function peersOf(runs: readonly Measured[]): readonly string[] {
  return [...new Set(runs.map(run => run.peer))]
}

function lines(
  group: Group,
  { column, xLabel, isFromZero = false }: Extract<Plot, { kind: 'lines' }>,
  runs: readonly Measured[],
): string {
  const valued = runs.flatMap(run => {
    const { x } = run.job
    return x === undefined ? [] : [{ peer: run.peer, x, y: figureOf(run, column.figure, column.per).median }]
  })
  const xs = [...new Set(valued.map(({ x }) => x))].toSorted((a, b) => a - b)
  const xScale = logScale(xs, LEFT + 12, RIGHT - 12)
  const yScale = (isFromZero ? linearScale : logScale)(
    valued.map(({ y }) => y),
    BOTTOM,
    TOP + 8,
  )
  const all = peersOf(runs).map(peer => {
    const i = placeOf(peer)
    const points = valued.filter(value => value.peer === peer).toSorted((a, b) => a.x - b.x)
    return { peer, i, points: points.map(({ x, y }): Point => ({ x: xScale.at(x), y: yScale.at(y) })) }
  })
  const xTicks = xs.map(x => ({ at: xScale.at(x), label: x.toLocaleString('en') }))
  const yTicks = yScale.ticks.map(y => ({ at: yScale.at(y), label: `${rounded(y)} ${column.unit}` }))
  const ends = all.flatMap(({ peer, i, points }) => {
    const end = points.at(-1)
    return end === undefined ? [] : [{ y: end.y, label: short(peer), i }]
  })
  const scales = isFromZero ? 'horizontally logarithmic' : 'both axes logarithmic; medians of all rounds'
  return picture(group.title, `${column.label}; ${scales}`, [
    ...axes(xTicks, yTicks, xLabel),
    ...all.map(({ points, i }) => series(points, i)),
    ...endLabels(ends),
  ])
}

/** Percentiles stand where their rareness is: 90, 99 and 99.9 at equal distances. */
const SHOWN = [50, 90, 99, 99.9]
const rareness = (percent: number) => -Math.log10(1 - Math.min(percent, 99.99) / 100)

function distribution(
  group: Group,
  { curve, job }: Extract<Plot, { kind: 'distribution' }>,
  runs: readonly Measured[],
): string | null {
  const curves = runs.flatMap(run => {
    const points = curveOf(run, curve)?.filter(([percent, ms]) => percent <= 99.9 && ms > 0)
    const isShown = job === undefined || run.job.label === job
    if (points === undefined || !isShown) return []
    if (job !== undefined) return [{ name: run.peer, i: placeOf(run.peer), points }]
    return [{ name: run.job.label, i: group.jobs.indexOf(run.job), points }]
  })
  if (curves.length === 0) return null
  const x = (percent: number) => LEFT + 12 + (rareness(percent) / rareness(99.9)) * (RIGHT - LEFT - 24)
  const y = logScale(
    curves.flatMap(({ points }) => points.map(([, ms]) => ms)),
    BOTTOM,
    TOP + 8,
  )
  const place = (points: Curve) => points.map(([percent, ms]): Point => ({ x: x(percent), y: y.at(ms) }))
  const xTicks = [0, ...SHOWN].map(percent => ({ at: x(percent), label: percent === 0 ? 'best' : `${percent} %` }))
  return picture(group.title, [`${curve}, logarithmic`, ...(job === undefined ? [] : [job])].join('; '), [
    ...axes(
      xTicks,
      y.ticks.map(ms => ({ at: y.at(ms), label: milliseconds(ms) })),
      'so many of all were as fast or faster',
    ),
    ...curves.map(({ points, i }) => series(place(points), i)),
    ...endLabels(curves.map(({ name, points, i }) => ({ y: y.at(points.at(-1)?.[1] ?? 1), label: short(name), i }))),
  ])
}

function bars(group: Group, { column }: Extract<Plot, { kind: 'bars' }>, runs: readonly Measured[]): string {
  const ROW = 52
  const values = runs.map(run => figureOf(run, column.figure, column.per).median)
  const most = Math.max(...values)
  const parts = runs.flatMap((run, i) => {
    const y = TOP + 10 + i * ROW
    const value = values[i] ?? 0
    const length = (value / most) * (RIGHT - LEFT)
    return [
      textAt({ x: LEFT, y: y + 10 }, run.peer.replaceAll('`', '')),
      bar(y + 16, length, 18, placeOf(run.peer)),
      textAt({ x: LEFT + length + 8, y: y + 30 }, `${readable(value)} ${column.unit}`, { bold: true }),
    ]
  })
  return picture(group.title, `${column.label}; ${runs[0]?.job.label ?? ''}`, parts, TOP + 24 + runs.length * ROW)
}

/** A round time, as marks on an axis are. */
function milliseconds(ms: number): string {
  return ms < 1_000 ? `${rounded(ms)} ms` : `${rounded(ms / 1_000)} s`
}

/** A name as it fits beside the plot. */
function short(peer: string): string {
  return peer.replaceAll('`', '').replace(' + Redis + PostgreSQL', ' + Redis + PG').replace(' JetStream', '')
}
