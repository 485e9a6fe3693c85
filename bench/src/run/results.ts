import type { Group, Job } from '../plan/group.ts'
import type { Outcome } from '../scenarios/scenario.ts'
import { type Spread, spreadOf } from '../statistics.ts'

/** All runs of one job against one server. */
export interface Measured {
  readonly group: Group
  readonly job: Job
  readonly peer: string
  readonly outcomes: readonly Outcome[]
  /** Why a run gave nothing: most often an audit that failed. */
  readonly failures: readonly string[]
}

/** A figure over the rounds. */
export function figureOf({ outcomes }: Measured, name: string, per = 1): Spread {
  return spreadOf(outcomes.flatMap(({ figures }) => (figures[name] === undefined ? [] : [figures[name] / per])))
}

/** A figure of the load over the rounds: its median, NaN where it was not the question. */
export function loadOf({ outcomes }: Measured, part: 'serverCores' | 'backendCores' | 'generatorCores'): number {
  return spreadOf(outcomes.flatMap(({ load }) => (load === null ? [] : [load[part]]))).median
}

/** The distribution of the round whose first figure is the middle one; null when none has it. */
export function curveOf({ outcomes, group }: Measured, name: string) {
  const figure = group.columns[0]?.figure ?? ''
  const sorted = outcomes.toSorted((a, b) => (a.figures[figure] ?? 0) - (b.figures[figure] ?? 0))
  return sorted[Math.floor((sorted.length - 1) / 2)]?.curves[name] ?? null
}
