import { loopNotes, loopShares } from './loops.ts'
import { threadUsage } from './usage.ts'

const US_PER_S = 1e6
/** Where the stretch was cut, some of its work is done a little later. */
const BORNE = 0.95

/** What of a server's threads is known after a stretch at a load that it could bear. Parts of one core, or of the time. */
export interface ThreadShares {
  /** Processor time of the thread that used most of it. */
  readonly busiest: number
  /** Processor time of the main thread: the one that writes, and where it is alone does all else. */
  readonly main: number
  /** Of the time in which the main thread had something to do: waiting for the disk counts. NaN where nobody watched. */
  readonly mainLoop: number
}

/** Measures what each thread of a server takes over a stretch of time. */
export class ThreadMeter {
  readonly #pid: number
  readonly #loopsFile: string | null
  readonly #from = performance.now()
  readonly #fromDate = Date.now()
  readonly #before: ReadonlyMap<number, number>

  /** `pid`: the server's process. `loopsFile`: where it writes what its loops do, or null. */
  constructor(pid: number, loopsFile: string | null) {
    this.#pid = pid
    this.#loopsFile = loopsFile
    this.#before = threadUsage(pid)
  }

  stop(): ThreadShares {
    const after = threadUsage(this.#pid)
    const seconds = (performance.now() - this.#from) / 1_000
    const shares = new Map(
      [...after].map(([id, used]) => [id, (used - (this.#before.get(id) ?? 0)) / seconds] as const),
    )
    const loops =
      this.#loopsFile === null ? null : loopShares(loopNotes(this.#loopsFile).uses, this.#fromDate, Date.now())
    return {
      busiest: shares.size === 0 ? Number.NaN : Math.max(...shares.values()),
      // Linux numbers the main thread as the process.
      main: shares.get(this.#pid) ?? Number.NaN,
      mainLoop: loops?.get(0) ?? Number.NaN,
    }
  }
}

/**
 * How much a server could bear in a second if its busiest thread were busy all the time, by what that thread took under a load that left it time.
 * Nothing is known by that of what is shared as the load grows (a commit, a flush), nor of waiting: it is a measure to compare by. What is not known is left out, and so is all of it
 * when less was done than `wanted`: a load that was not borne leaves nobody time. Null: as much as could be was wanted.
 */
export function capacityFigures(
  perSecond: number,
  wanted: number | null,
  cores: number,
  shares: ThreadShares,
): Record<string, number> {
  if (wanted !== null && perSecond < wanted * BORNE) return {}
  const figures = {
    capacity: perSecond / shares.busiest,
    busiestThread: shares.busiest,
    mainThread: shares.main,
    mainLoop: shares.mainLoop,
    cpuUsEach: (cores / perSecond) * US_PER_S,
  }
  return Object.fromEntries(Object.entries(figures).filter(([, figure]) => !Number.isNaN(figure)))
}
