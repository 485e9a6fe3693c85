import {
  AggregatorRegistry,
  Counter,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client'
import { Tally, TallyBy } from './tally.ts'

/** Something that only grows. */
export interface Count {
  inc(by?: number): void
}
/** Something that only grows, apart for each label. */
export interface CountBy<Labels extends Readonly<Record<string, string>>> {
  inc(labels: Labels, by?: number): void
}
/** Something that goes up and down. */
export interface Level {
  inc(by?: number): void
  dec(by?: number): void
}
/** Something measured often, of which the distribution matters. */
export interface Distribution {
  observe(value: number): void
}

/** Every metric of the server: what is not here is not measured. All names begin with `holdfast_`. */
export interface Metrics {
  /** Sessions open now. */
  readonly sessions: Level
  /** Frames received from clients. */
  readonly framesIn: Count
  /** Frames sent to clients: answers, and what rooms tell their readers. */
  readonly framesOut: Count
  /** Batches committed. */
  readonly commits: Count
  /** Commands in a batch. */
  readonly commitBatchSize: Distribution
  /** Seconds that a commit took. */
  readonly commitSeconds: Distribution
  /** Events published on the bus. */
  readonly eventsPublished: Count
  /** Events handed to subscribers: one event to ten subscribers counts ten. */
  readonly deliveries: Count
  /** Subscriptions that the server ended, by the code of `room.detached`. */
  readonly detached: CountBy<{ readonly code: string }>
  /** Sockets that the server closed, by close code. */
  readonly closes: CountBy<{ readonly code: string }>
  /** Rooms opened, by what the answer came from: the hub's `tail`, the `log`, or a `snapshot`. */
  readonly resumes: CountBy<{ readonly kind: 'tail' | 'log' | 'snapshot' }>
  /** Sends answered: `ok`, `duplicate`, or the code of the refusal. */
  readonly sends: CountBy<{ readonly outcome: string }>
  /** Frames sent that may be lost, by what they tell: one frame to ten readers counts ten. */
  readonly signalsOut: CountBy<{ readonly kind: 'typing' | 'presence' | 'reads' | 'inbox' }>
  /**
   * Reads of the log for the inbox, by what for: the `rooms` of somebody who has come, what has `changes` since a cursor, the
   * `lines` of which the counts are not known, the `cursor`. A room that is merely busy costs none of the first three.
   */
  readonly inboxReads: CountBy<{ readonly of: 'rooms' | 'changes' | 'lines' | 'cursor' }>
  /** Lines of inboxes of which the counts were compared with a recount, message by message. */
  readonly unreadChecks: Count
  /** Of these, the lines that differed. Anything but 0 is a fault of Holdfast's. */
  readonly unreadDifferences: Count
  /** HTTP requests answered, by route (its pattern, never the path asked for), method and status. */
  readonly httpRequests: CountBy<{ readonly route: string; readonly method: string; readonly status: string }>
  /** All of it as it is now, to be added to that of others. */
  values(): Promise<MetricValues>
  /** All of it in Prometheus' text format, and the media type to serve it with. */
  text(): Promise<string>
  readonly contentType: string
}

/** What a thread has measured. Plain data, so that it can go to another. */
export type MetricValues = MetricObjectWithValues<MetricValue<string>>[]

/** What several threads have measured, added up, in Prometheus' text format. */
export function textOfAll(values: readonly MetricValues[]): Promise<string> {
  return AggregatorRegistry.aggregate([...values]).metrics()
}

/** Batches hold 1 to some thousands of commands. */
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000]
/** From a commit in memory to a disk that hangs. Seconds. */
const COMMIT_BUCKETS = [0.000_1, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5]

/** The metrics in a registry of their own: a host application's are left alone, and two servers in one process do not mix. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const tally = (name: string, help: string) => new Tally({ name: `holdfast_${name}_total`, help, registers })
  const tallyBy = <Label extends string>(label: Label, name: string, help: string) =>
    new TallyBy(label, { name: `holdfast_${name}_total`, help, registers })
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: `holdfast_${name}`, help, buckets, registers })

  return {
    sessions: new Gauge({ name: 'holdfast_sessions', help: 'Sessions open now', registers }),
    framesIn: tally('frames_in', 'Frames received from clients'),
    framesOut: tally('frames_out', 'Frames sent to clients'),
    commits: tally('commits', 'Batches committed'),
    commitBatchSize: histogram('commit_batch_size', 'Commands in a committed batch', BATCH_BUCKETS),
    commitSeconds: histogram('commit_seconds', 'Seconds that a commit took', COMMIT_BUCKETS),
    eventsPublished: tally('events_published', 'Events published on the bus'),
    deliveries: tally('deliveries', 'Events handed to subscribers'),
    detached: tallyBy('code', 'detached', 'Subscriptions that the server ended'),
    closes: tallyBy('code', 'closes', 'Sockets that the server closed'),
    resumes: tallyBy('kind', 'resumes', 'Rooms opened, by what the answer came from'),
    sends: tallyBy('outcome', 'sends', 'Sends answered'),
    signalsOut: tallyBy('kind', 'signals_out', 'Frames sent that may be lost, by what they tell'),
    inboxReads: tallyBy('of', 'inbox_reads', 'Reads of the log for the inbox, by what for'),
    unreadChecks: tally('unread_checks', 'Lines of inboxes whose counts were compared with a recount'),
    unreadDifferences: tally('unread_differences', 'Lines of inboxes whose counts differed from a recount'),
    httpRequests: new Counter({
      name: 'holdfast_http_requests_total',
      help: 'HTTP requests answered',
      labelNames: ['route', 'method', 'status'],
      registers,
    }),
    values: () => registry.getMetricsAsJSON(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
