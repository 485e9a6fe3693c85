import { figureOf, loadOf, type Measured } from '../run/results.ts'
import { readable } from '../statistics.ts'
import { OURS, share } from './table.ts'

/** The peer that goals are stated against. */
const PEER = 'Socket.IO + Redis + PostgreSQL'
const PLAIN_PEER = 'Socket.IO, as in tutorials'
const TWO_WORKERS = 'Holdfast, two workers'

/** What a figure is wanted to come to. */
interface Goal {
  readonly what: string
  /** Where the figure stands: a group and one of its jobs, as the plan calls them. */
  readonly group: string
  readonly job: string
  /** Whose figure it is. Default Holdfast's. */
  readonly of?: string
  readonly figure: string
  /** Where the figure itself is wanted to come to something. */
  readonly unit?: string
  /** What the figure is divided by to come to this unit. Default 1. */
  readonly per?: number
  readonly least?: number
  readonly most?: number
  /** How many times the other server's figure at least. */
  readonly times?: number
  /** Which other server. Default the peer that a team would otherwise write. */
  readonly against?: string
}

const KB = 1_000
const SECOND = 1_000
const M = 1e6
const LARGE_ROOM = '1,000 subscribers'
const SENDERS = '64 writers, 1 room'
const SMALL_ROOMS = '5 rooms of 100, 250 messages/s'
const STORM = '9,000 connections, 90 rooms'
const IDLE = '10,000 connections, 100 rooms'
const PAGES = '64 readers'
const STEADY = 'deliveries to 1,000 subscribers, 2,000 messages/s'
const HANDSHAKES = 'handshakes, 800/s'
/** What a second thread has to bring at least to be called scaling. */
const SCALES = 1.5
const HISTORY = '1,000 against 1,000,000 messages'

/** The budgets that Holdfast was designed to, for a server on one core. */
export const GOALS: readonly Goal[] = [
  {
    what: 'deliveries to 1,000 subscribers, the whole durable path',
    ...{ group: 'fan-out', job: LARGE_ROOM, figure: 'deliveriesPerSecond', per: M, unit: 'M/s', least: 5, times: 40 },
  },
  {
    what: 'durable acknowledged sends, 64 writers',
    ...{ group: 'durable-sends', job: SENDERS, figure: 'perSecond', unit: '/s', least: 30_000, times: 8 },
  },
  {
    what: 'the same',
    ...{ group: 'durable-sends', job: SENDERS, figure: 'perSecond', against: PLAIN_PEER, times: 8 },
  },
  {
    what: 'sent to received by all of 1,000, 20 messages/s, p50',
    ...{ group: 'fan-out-latency', job: LARGE_ROOM, figure: 'allP50Ms', unit: 'ms', most: 12 },
  },
  { what: 'the same, p99', group: 'fan-out-latency', job: LARGE_ROOM, figure: 'allP99Ms', unit: 'ms', most: 25 },
  {
    what: 'sent to received, 5 rooms of 100, 250 messages/s, p50',
    ...{ group: 'small-rooms', job: SMALL_ROOMS, figure: 'p50Ms', unit: 'ms', most: 1.5 },
  },
  { what: 'the same, p99', group: 'small-rooms', job: SMALL_ROOMS, figure: 'p99Ms', unit: 'ms', most: 4 },
  {
    what: 'an idle connection, of 10,000',
    ...{ group: 'idle-memory', job: IDLE, figure: 'bytesPerConnection', per: KB, unit: 'KB', most: 10 },
  },
  {
    what: 'storm of 9,000: all back',
    ...{ group: 'storm', job: STORM, figure: 'allResumedMs', per: SECOND, unit: 's', most: 3 },
  },
  {
    what: 'the same: clients that were answered from the log, not from memory',
    ...{ group: 'storm', job: STORM, figure: 'fromLog', unit: '', most: 90 },
  },
  {
    what: 'the same: longest stall of the loop',
    ...{ group: 'storm', job: STORM, figure: 'longestStallMs', unit: 'ms', most: 50 },
  },
  {
    what: 'a page of history, of 1,000,000 messages against of 1,000',
    ...{ group: 'history', job: HISTORY, figure: 'pageRatio', unit: '×', most: 1.3 },
  },
  {
    what: 'merging 10,000 events in the client',
    ...{ group: 'client', job: '1,000 messages held', of: 'Client SDK', figure: 'mergeMs', unit: 'ms', most: 50 },
  },
  {
    what: 'two workers, pages of history a second',
    ...{ group: 'workers-pages', job: PAGES, of: TWO_WORKERS, figure: 'perSecond', against: OURS, times: SCALES },
  },
  {
    what: 'two workers, deliveries for the time of the busiest thread',
    ...{ group: 'workers-load', job: STEADY, of: TWO_WORKERS, figure: 'capacity', against: OURS, times: SCALES },
  },
  {
    what: 'two workers, handshakes for the time of the busiest thread',
    ...{ group: 'workers-load', job: HANDSHAKES, of: TWO_WORKERS, figure: 'capacity', against: OURS, times: SCALES },
  },
]

/**
 * The goals beside what was measured, as a Markdown table; null when nothing of it was to be measured. Of a goal whose runs gave no figure it
 * says so. Beside a ratio stands the generator's load for both: what it limits is not the servers'.
 */
export function goalsTable(measured: readonly Measured[]): string | null {
  const rows = GOALS.flatMap(goal => rowsOf(goal, measured))
  if (rows.length === 0) return null
  const header = ['goal', 'wanted', 'measured', 'range', 'generator CPU', 'reached']
  const rule = ['---', '---:', '---:', '---:', '---:', '---']
  return [header, rule, ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function rowsOf(goal: Goal, measured: readonly Measured[]): string[][] {
  const { what, unit = '', least, most, times, against = PEER } = goal
  const runOf = (server: string) => {
    return measured.find(({ group, job, peer }) => group.id === goal.group && job.label === goal.job && peer === server)
  }
  const [ours, theirs] = [runOf(goal.of ?? OURS), runOf(against)]
  if (ours === undefined) return []
  const ratio = (name: string, factor: number) => [name, `≥ ${factor} ×`, ...compared(goal, factor, ours, theirs)]
  if (least === undefined && most === undefined) {
    return times === undefined ? [] : [ratio(`${what}, against ${against}`, times)]
  }
  const wanted = `${least === undefined ? `≤ ${readable(most ?? 0)}` : `≥ ${readable(least)}`} ${unit}`.trim()
  const rows = [[what, wanted, ...reached(goal, ours)]]
  return times === undefined ? rows : [...rows, ratio(`the same, against ${against}`, times)]
}

/** What is measured, its range, the generator's load, and whether that is what was wanted. */
function reached({ figure, per, unit = '', least, most }: Goal, run: Measured): string[] {
  const figures = figureOf(run, figure, per)
  const { median } = figures
  if (Number.isNaN(median)) return noFigure(run)
  const isReached = median >= (least ?? Number.NEGATIVE_INFINITY) && median <= (most ?? Number.POSITIVE_INFINITY)
  const range = `${readable(figures.least)} – ${readable(figures.most)}`
  return [`${readable(median)} ${unit}`.trim(), range, generatorOf(run), answer(isReached)]
}

function compared({ figure }: Goal, times: number, ours: Measured, theirs: Measured | undefined): string[] {
  const medianOf = (run: Measured | undefined) => (run === undefined ? Number.NaN : figureOf(run, figure).median)
  if (Number.isNaN(medianOf(ours))) return noFigure(ours)
  if (theirs === undefined || Number.isNaN(medianOf(theirs))) return noFigure(theirs)
  const ratio = medianOf(ours) / medianOf(theirs)
  return [`${readable(ratio)} ×`, '', `${generatorOf(ours)} and ${generatorOf(theirs)}`, answer(ratio >= times)]
}

function generatorOf(run: Measured): string {
  return share(loadOf(run, 'generatorCores'))
}

function noFigure(run: Measured | undefined): string[] {
  return [run !== undefined && run.failures.length > 0 ? 'failed' : 'not measured', '', '', '–']
}

function answer(isReached: boolean): string {
  return isReached ? 'yes' : 'no'
}
