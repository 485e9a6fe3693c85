import { registerHooks } from 'node:module'
import { BUGS } from './bugs.ts'
import type { Answered, Told } from './orders.ts'
import { type Edit, edited, FAILPOINTS } from './planted.ts'

/**
 * Loaded before a program (`--import`): plants what the environment names in the product as it is read, and does what the
 * test that has started the process tells it: when to die, what time it is, when to hang.
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
  /** Ends, or stops, at so many passings of its failpoint from now on. */
  | { readonly do: 'arm'; readonly passing: number; readonly signal: 'SIGKILL' | 'SIGSTOP' }
  /** The wall clock is so far off from here on. Monotonic time goes on as it did. */
  | { readonly do: 'clock'; readonly offsetMs: number }
  /** Nothing else runs for so long. */
  | { readonly do: 'block'; readonly ms: number }

const planted = JSON.parse(process.env.FAULTS ?? '{}') as Planted
let left = planted.passing ?? 0
let signal: NodeJS.Signals = 'SIGKILL'

function passed(name: string, isLater: boolean): void {
  if (name !== planted.failpoint || left === 0 || --left > 0) return
  const end = () => process.kill(process.pid, signal)
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

/** The wall clock, and how far it is off. */
const RealDate = Date
let offsetMs = 0
class OffsetDate extends RealDate {
  constructor(...args: readonly []) {
    if (args.length === 0) super(OffsetDate.now())
    else super(...args)
  }

  static override now(): number {
    return RealDate.now() + offsetMs
  }
}

function block(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

function obey(order: ControlOrder): void {
  if (order.do === 'arm') {
    left = order.passing
    signal = order.signal
  } else if (order.do === 'clock') {
    offsetMs = order.offsetMs
  } else {
    // The answer first. Behind what was read and before any timer: timers that fell due come before what waits to be read.
    setImmediate(() => block(order.ms))
  }
}

plant(editsOf(planted))
Object.assign(globalThis, { holdfastFaults: { passed, isArmed: () => left > 0 }, Date: OffsetDate })
process.on('message', ({ id, to, order }: Told<ControlOrder>) => {
  if (to !== 'control') return
  obey(order)
  process.send?.({ id, from: to } satisfies Answered)
})
process.on('disconnect', () => process.exit(1))
process.channel?.unref()
