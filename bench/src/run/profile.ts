import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from '../servers/spawned.ts'
import { partOf } from './parts.ts'

/** Functions that are shown: the rest of a profile is a long tail. */
const SHOWN = 25

/** Where threads of a process spent their time. */
export interface Profile {
  /** Whose it is. */
  readonly threads: string
  /** Seconds that they were not idle, together, from the first session on. */
  readonly busySeconds: number
  /** By what it was for. */
  readonly parts: readonly Line[]
  /** Functions by their own time, without what they called. */
  readonly lines: readonly Line[]
}

interface Line {
  readonly what: string
  readonly part: number
}

/** What V8 writes with `--cpu-prof`, for each thread. Times are in microseconds, of one clock. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly startTime: number
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const US_PER_S = 1e6
const IDLE = '(idle)'
/** Where the server's work for its clients begins. */
const SESSIONS = 'packages/server/src/session/'
/** As Node names the file of a thread: the day, the time, the process, the thread. */
const THREAD = /^CPU\.\d+\.\d+\.\d+\.(\d+)\./

/** The profiles in a folder: one of the main thread, and one of the others together, where there are such. */
export function profileIn(folder: string): readonly Profile[] {
  const files = readdirSync(folder).filter(name => name.endsWith('.cpuprofile'))
  const read = (name: string): CpuProfile => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const [main, others] = [files.filter(isMain), files.filter(name => !isMain(name))].map(names => names.map(read))
  return profilesOf(main ?? [], others ?? [])
}

function isMain(name: string): boolean {
  return THREAD.exec(name)?.[1] === '0'
}

/** Of the main thread, and of the others together. */
export function profilesOf(main: readonly CpuProfile[], others: readonly CpuProfile[]): readonly Profile[] {
  // Loading and starting is before the first session, which another thread may have.
  const from = Math.min(...[...main, ...others].map(firstSession))
  const ofMain = profileOf('main thread', main, from)
  return others.length === 0 ? [ofMain] : [ofMain, profileOf('other threads', others, from)]
}

function firstSession({ nodes, startTime, samples, timeDeltas }: CpuProfile): number {
  const inSession = new Set(nodes.filter(({ callFrame }) => callFrame.url.includes(SESSIONS)).map(({ id }) => id))
  const first = samples.findIndex(id => inSession.has(id))
  return first < 0 ? Number.POSITIVE_INFINITY : timeDeltas.slice(0, first).reduce((at, us) => at + us, startTime)
}

function profileOf(threads: string, profiles: readonly CpuProfile[], from: number): Profile {
  const own = new Map<string, number>()
  for (const { nodes, startTime, samples, timeDeltas } of profiles) {
    const nameOf = new Map(nodes.map(({ id, callFrame }) => [id, describe(callFrame)]))
    let at = startTime
    for (const [i, id] of samples.entries()) {
      const us = timeDeltas[i] ?? 0
      const name = nameOf.get(id) ?? '(unknown)'
      if (at >= from) own.set(name, (own.get(name) ?? 0) + us)
      at += us
    }
  }
  own.delete(IDLE)
  const busy = [...own.values()].reduce((sum, us) => sum + us, 0)
  const parts = new Map<string, number>()
  for (const [what, us] of own) parts.set(partOf(what), (parts.get(partOf(what)) ?? 0) + us)
  const shares = (of: ReadonlyMap<string, number>) => {
    return [...of].toSorted(([, a], [, b]) => b - a).map(([what, us]): Line => ({ what, part: us / busy }))
  }
  return { threads, busySeconds: busy / US_PER_S, parts: shares(parts), lines: shares(own).slice(0, SHOWN) }
}

function describe({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName === '' ? '(native)' : functionName
  const path = url.startsWith('file:') ? fileURLToPath(url) : url
  const file = path.startsWith(ROOT) ? path.slice(ROOT.length + 1) : path
  return `${functionName === '' ? '(anonymous)' : functionName} ${file}:${lineNumber + 1}`
}
