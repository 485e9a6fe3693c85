import { registerHooks } from 'node:module'
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'
import { BUGS } from './bugs.ts'
import type { Answered, Told } from './orders.ts'
import { type Edit, edited, FAILPOINTS } from './planted.ts'

/**
 * Loaded before a program (`--import`): plants what the environment names in the product as it is read, and does what the
 * test that has started the process tells it: when to die, what time it is, when to hang. Loaded in each thread of it, too.
 */

/** What is to be planted, as JSON in the variable `FAULTS`. */
export interface Planted {
  readonly failpoint?: string
  readonly bug?: string
  /** Armed from the start: the process ends at so many passings. */
  readonly passing?: number
}

/** What a test tells the process. */
export type ControlOrder =
  /** Ends, or stops, at so many passings of its failpoint from now on; `thread`: the thread that passes it ends, no other. */
  | { readonly do: 'arm'; readonly passing: number; readonly signal: End }
  /** At how many passings from now on it ends, or stops; 0: it has, or was not told to. */
  | { readonly do: 'left' }
  /** The wall clock is so far off from here on. Monotonic time goes on as it did. */
  | { readonly do: 'clock'; readonly offsetMs: number }
  /** Nothing else runs for so long. */
  | { readonly do: 'block'; readonly ms: number }

type End = 'SIGKILL' | 'SIGSTOP' | 'thread'
const ENDS: readonly End[] = ['SIGKILL', 'SIGSTOP', 'thread']

const planted = JSON.parse(process.env.FAULTS ?? '{}') as Planted
/** What all threads of the process share: passings that are left, the place of the end among `ENDS`; and how far the clock is off. */
const shared = isMainThread ? new SharedArrayBuffer(16) : (getEnvironmentData('faults') as SharedArrayBuffer)
const cells = new Int32Array(shared, 0, 2)
const offset = new Float64Array(shared, 8, 1)
const [LEFT, END] = [0, 1]
if (isMainThread) {
  setEnvironmentData('faults', shared)
  Atomics.store(cells, LEFT, planted.passing ?? 0)
}

/** Takes one of the passings that are left, whichever threads pass at once, and never one more. Gives how many there were. */
function takeOne(): number {
  for (let left = Atomics.load(cells, LEFT); left > 0; ) {
    const found = Atomics.compareExchange(cells, LEFT, left, left - 1)
    if (found === left) return left
    left = found
  }
  return 0
}

function passed(name: string, isLater: boolean): void {
  if (name !== planted.failpoint || takeOne() !== 1) return
  const signal = ENDS[Atomics.load(cells, END)] ?? 'SIGKILL'
  const end = () => (signal === 'thread' ? process.exit(1) : process.kill(process.pid, signal))
  if (isLater) setImmediate(end)
  else end()
}

function editsOf({ failpoint, bug }: Planted): readonly Edit[] {
  const failpoints: Readonly<Record<string, { readonly edits: readonly Edit[] }>> = FAILPOINTS
  const bugs: Readonly<Record<string, { readonly edits: readonly Edit[] }>> = BUGS
  return [...(failpoints[failpoint ?? '']?.edits ?? []), ...(bugs[bug ?? '']?.edits ?? [])]
}

function plant(edits: readonly Edit[]): void {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      const here = edits.filter(({ file }) => url.endsWith(`/${file}`))
      if (here.length === 0) return loaded
      const source = here.reduce(edited, String(loaded.source))
      return { ...loaded, source }
    },
  })
}

const RealDate = Date
/** The wall clock, as far off as it was told. */
class OffsetDate extends RealDate {
  constructor(...args: readonly []) {
    if (args.length === 0) super(OffsetDate.now())
    else super(...args)
  }

  static override now(): number {
    return RealDate.now() + (offset[0] ?? 0)
  }
}

function block(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

function obey(order: ControlOrder): number | undefined {
  if (order.do === 'arm') {
    Atomics.store(cells, END, ENDS.indexOf(order.signal))
    Atomics.store(cells, LEFT, order.passing)
  } else if (order.do === 'left') {
    return Atomics.load(cells, LEFT)
  } else if (order.do === 'clock') {
    offset[0] = order.offsetMs
  } else {
    // The answer first. Behind what was read and before any timer: timers that fell due come before what waits to be read.
    setImmediate(() => block(order.ms))
  }
  return undefined
}

plant(editsOf(planted))
Object.assign(globalThis, {
  holdfastFaults: { passed, isArmed: () => Atomics.load(cells, LEFT) > 0 },
  Date: OffsetDate,
})
process.on('message', ({ id, to, order }: Told<ControlOrder>) => {
  if (to !== 'control') return
  const answer = obey(order)
  process.send?.({ id, from: to, answer } satisfies Answered)
})
process.on('disconnect', () => process.exit(1))
process.channel?.unref()
