import type { Spec } from '../scenarios/scenarios.ts'
import type { Stock } from '../scenarios/stock.ts'

/** The servers that take part. */
export type PeerName =
  | 'holdfast'
  | 'socketio'
  | 'socketio-plain'
  | 'ws'
  | 'nats'
  | 'nats-default'
  | 'centrifugo'
  | 'two-workers'
  | 'compressing'
  | 'eager'
  | 'sdk'

/** A column: a figure of the outcome, by its name there. */
export interface Column {
  readonly figure: string
  readonly label: string
  /** Written behind each number. */
  readonly unit: string
  /** What the outcome's number is divided by to come to this unit. Default 1. */
  readonly per?: number
}

/** One row's measurement, for each of the peers that can be asked it. */
export interface Job {
  readonly label: string
  /** Where it stands on the plot's axis. */
  readonly x?: number
  readonly peers: readonly PeerName[]
  readonly spec: Spec
  /** What the server holds before: made once a run, and copied for each measurement. */
  readonly stock?: Stock
  /** At most so many rounds. Default: those of its group. */
  readonly rounds?: number
  /** Those of its servers that are run once more when all is measured, under V8's profiler, to see what their time went into. Default: none. */
  readonly profiled?: readonly PeerName[]
}

/** What the plot of a group shows. */
export type Plot =
  /** A figure over the jobs' `x`, one line for each peer. From zero, so that a flat curve looks flat; default: logarithmic. */
  | { readonly kind: 'lines'; readonly column: Column; readonly xLabel: string; readonly isFromZero?: boolean }
  /** The distribution of a latency: in one job, one line for each peer; or with one peer, one line for each job. */
  | { readonly kind: 'distribution'; readonly curve: string; readonly job?: string }
  /** One figure of each job as a bar for each peer. */
  | { readonly kind: 'bars'; readonly column: Column }

/** Measurements that are read together: one table, and mostly a plot. */
export interface Group {
  readonly id: string
  readonly title: string
  /** What was done, and what to look at. */
  readonly about: string
  /** The first one is what the group is about. */
  readonly columns: readonly Column[]
  /** Whether more of the first column is better. */
  readonly more: boolean
  readonly plot: Plot | null
  /** At most so many rounds, where one takes long. */
  readonly rounds?: number
  /** Nothing is pinned: server and generator share all cores. Default: each has its own. */
  readonly areCoresShared?: boolean
  readonly jobs: readonly Job[]
}
