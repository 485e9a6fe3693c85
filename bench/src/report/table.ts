import type { Column, Group } from '../plan/group.ts'
import { figureOf, loadOf, type Measured } from '../run/results.ts'
import { readable } from '../statistics.ts'

/** What the others are compared with. */
export const OURS = 'Holdfast'

/** A group's runs as a Markdown table: the first column with its range, all of them medians. */
export function tableOf(group: Group, runs: readonly Measured[]): string {
  const hasPeers = new Set(runs.map(run => run.peer)).size > 1
  const hasBackends = runs.some(run => loadOf(run, 'backendCores') > 0)
  const hasLoad = runs.some(run => !Number.isNaN(loadOf(run, 'serverCores')))
  const columns = group.columns.filter((column, i) => {
    return i === 0 || runs.some(run => !Number.isNaN(figureOf(run, column.figure).median))
  })
  const header = [
    'what',
    ...(hasPeers ? ['server'] : []),
    ...columns.flatMap((column, i) => (i === 0 ? [column.label, 'range', 'rounds'] : [column.label])),
    ...(hasPeers ? ['Holdfast is'] : []),
    ...(hasLoad ? ['server CPU', ...(hasBackends ? ['databases'] : []), 'generator CPU'] : []),
  ]
  const rows = runs.map(run => [
    run.job.label,
    ...(hasPeers ? [run.peer] : []),
    ...columns.flatMap((column, i) => cellsOf(run, column, i === 0)),
    ...(hasPeers ? [ratio(group, run, runs)] : []),
    ...(hasLoad
      ? [
          share(loadOf(run, 'serverCores')),
          ...(hasBackends ? [share(loadOf(run, 'backendCores'))] : []),
          share(loadOf(run, 'generatorCores')),
        ]
      : []),
  ])
  const words = hasPeers ? 2 : 1
  const rule = header.map((_, i) => (i < words ? '---' : '---:'))
  return [header, rule, ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function cellsOf(run: Measured, { figure, unit, per }: Column, hasRange: boolean): string[] {
  const rounds = run.outcomes.length
  if (rounds === 0) return hasRange ? [run.failures.length > 0 ? 'failed' : 'not yet', '', ''] : ['']
  const { median, least, most } = figureOf(run, figure, per)
  const cell = Number.isNaN(median) ? '–' : `${readable(median)} ${unit}`.trim()
  return hasRange ? [cell, `${readable(least)} – ${readable(most)}`, String(rounds)] : [cell]
}

/** How much better Holdfast did than this server, in the group's first column. */
function ratio({ columns, more }: Group, run: Measured, runs: readonly Measured[]): string {
  const ours = runs.find(other => other.job === run.job && other.peer === OURS)
  const figure = columns[0]?.figure ?? ''
  if (ours === undefined || ours === run) return ''
  const [a, b] = [figureOf(ours, figure).median, figureOf(run, figure).median]
  const times = more ? a / b : b / a
  return Number.isFinite(times) ? `${readable(times)} ×` : ''
}

/** Of one core. */
export function share(cores: number): string {
  return Number.isNaN(cores) ? '–' : `${Math.round(cores * 100)} %`
}
