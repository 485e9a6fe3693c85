import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Pinning, pinCores } from './pinning.ts'
import { markdown, type Row, writeInto } from './report.ts'
import { type DurableSends, durableSends } from './scenarios/durable-sends.ts'
import { type FanOut, fanOut } from './scenarios/fan-out.ts'
import { idleMemory } from './scenarios/idle-memory.ts'
import { type PresenceStorm, presenceStorm } from './scenarios/presence-storm.ts'
import { ServerProcess } from './server-process.ts'
import { readable, spreadOf } from './statistics.ts'

const WRITERS = [1, 16, 64]
const SUBSCRIBERS = [10, 100, 1_000]
/** Deliveries of one fan-out run, spread over its readers. */
const DELIVERIES = 2_000_000
const MOST_MESSAGES = 40_000
const CONNECTIONS = 1_000
/** Members of the room that all come back at once. */
const MEMBERS = 2_000

/** A scenario by name, and the rows that its rounds come to. */
interface Scenario<T> {
  /** Loaded into the server's process before the server. */
  readonly preload?: URL
  readonly run: (server: ServerProcess) => Promise<T>
  readonly rows: (results: readonly T[]) => readonly Row[]
}

const sends = (writers: number, ms: number): Scenario<DurableSends> => ({
  run: server => durableSends(server, writers, ms),
  rows: results => [
    {
      what: `durable acknowledged sends, ${writers} ${writers === 1 ? 'writer' : 'writers'}, one room`,
      unit: '/s',
      spread: spreadOf(results.map(result => result.perSecond)),
      note: `ack p50 ${readable(spreadOf(results.map(r => r.p50Ms)).median)} ms, p99 ${readable(spreadOf(results.map(r => r.p99Ms)).median)} ms`,
    },
  ],
})

const deliveries = (subscribers: number): Scenario<FanOut> => ({
  run: server => fanOut(server, subscribers, Math.min(MOST_MESSAGES, DELIVERIES / subscribers)),
  rows: results => [
    {
      what: `deliveries, ${subscribers.toLocaleString('en')} subscribers of one room`,
      unit: '/s',
      spread: spreadOf(results.map(result => result.deliveriesPerSecond)),
      note:
        `${readable(spreadOf(results.map(r => r.messagesPerSecond)).median)} durable messages/s; ` +
        `server ${percent(results.map(r => r.serverCpu))}, generator ${percent(results.map(r => r.generatorCpu))} of a core`,
    },
  ],
})

const idle: Scenario<number> = {
  run: server => idleMemory(server, CONNECTIONS),
  rows: results => [
    {
      what: `memory per idle connection, ${CONNECTIONS.toLocaleString('en')} connections with a room open`,
      unit: 'KB',
      spread: spreadOf(results.map(bytes => bytes / 1_000)),
      note: 'resident set of the server',
    },
  ],
}

/** `how`: as it is, or with the coalescing taken out. */
const storm = (how: string, preload?: URL): Scenario<PresenceStorm> => ({
  ...(preload !== undefined && { preload }),
  run: server => presenceStorm(server, MEMBERS),
  rows: results => {
    const middle = (figure: (result: PresenceStorm) => number) => readable(spreadOf(results.map(figure)).median)
    const who = `${MEMBERS.toLocaleString('en')} members of one room come back at once${how}`
    return [
      {
        what: `presence frames of one session, ${who}`,
        unit: '/s',
        spread: spreadOf(results.map(result => result.framesPerSecond)),
        note: `at most ${middle(r => r.mostFramesInOneSecond)} in one second, ${middle(r => r.frames)} in the ${middle(r => r.seconds)} s of the storm`,
      },
      {
        what: `presence bytes of one session, ${who}`,
        unit: 'B/s',
        spread: spreadOf(results.map(result => result.bytesPerSecond)),
        note: `at most ${middle(r => r.mostBytesInOneSecond)} B in one second`,
      },
      {
        what: `message latency p99 in that storm, 20 messages/s${how}`,
        unit: 'ms',
        spread: spreadOf(results.map(result => result.stormP99Ms)),
        note: `p50 ${middle(r => r.stormP50Ms)} ms; with all connected and calm p99 ${middle(r => r.calmP99Ms)} ms`,
      },
    ]
  },
})

/** Runs the scenarios in turn, `rounds` times, each on a fresh server. */
async function measure<T>(scenario: Scenario<T>, pinning: Pinning): Promise<T> {
  const server = await ServerProcess.start(pinning.server, scenario.preload)
  try {
    return await scenario.run(server)
  } finally {
    await server.stop()
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '4' },
      write: { type: 'boolean', default: false },
    },
  })
  const rounds = Number(values.rounds)
  const ms = Number(values.seconds) * 1_000
  const pinning = pinCores()
  const writers = WRITERS.map(count => ({ scenario: sends(count, ms), results: [] as DurableSends[] }))
  const readers = SUBSCRIBERS.map(count => ({ scenario: deliveries(count), results: [] as FanOut[] }))
  const memory: number[] = []
  const eager = new URL('./eager-presence.ts', import.meta.url)
  const storms = [storm(''), storm(', without coalescing', eager)].map(scenario => ({
    scenario,
    results: [] as PresenceStorm[],
  }))
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}`)
    for (const entry of writers) entry.results.push(await measure(entry.scenario, pinning))
    for (const entry of readers) entry.results.push(await measure(entry.scenario, pinning))
    memory.push(await measure(idle, pinning))
    for (const entry of storms) entry.results.push(await measure(entry.scenario, pinning))
  }
  const rows = [
    ...writers.flatMap(entry => entry.scenario.rows(entry.results)),
    ...readers.flatMap(entry => entry.scenario.rows(entry.results)),
    ...idle.rows(memory),
    ...storms.flatMap(entry => entry.scenario.rows(entry.results)),
  ]
  const table = markdown(rows, { rounds, pinning: pinning.description })
  console.log(table)
  if (values.write) writeInto(fileURLToPath(new URL('../README.md', import.meta.url)), table)
}

function percent(parts: readonly number[]): string {
  return `${Math.round(spreadOf(parts).median * 100)} %`
}

await main()
