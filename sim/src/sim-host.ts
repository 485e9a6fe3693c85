import type { SimRandom } from './sim-random.ts'
import type { Cancel, SimTime } from './sim-time.ts'

/** When the world begins, by a clock that is right. Milliseconds since the Unix epoch. */
export const BEGINNING_MS = 1_750_000_000_000

/**
 * One machine of the world: a server's node or somebody's device. Its clock may be wrong and may jump; it may sleep, and then
 * catch up with what fell due; and it may die, and then nothing that it had planned happens.
 */
export class SimHost {
  readonly name: string
  readonly random: SimRandom
  readonly clock = {
    wallMs: () => Math.floor(BEGINNING_MS + this.#time.nowMs + (this.#process ?? this).#skewMs),
    monoMs: () => this.#time.nowMs - this.#bornMs,
  }
  readonly scheduler = {
    // As every real one: whole milliseconds, one at least, never too early.
    after: (ms: number, task: () => void): Cancel => this.#plan(Math.max(1, Math.ceil(ms)), task),
    soon: (task: () => void): void => void this.#plan(0, task),
  }
  readonly #time: SimTime
  readonly #process: SimHost | null
  readonly #bornMs: number
  readonly #overslept: (() => void)[] = []
  #skewMs = 0
  #state: 'awake' | 'asleep' | 'dead' = 'awake'

  /**
   * @param process where it is no machine, but a thread of what runs on this one: it sleeps and dies with all of that, and has its
   *   wall clock; it may also stand still, or die, alone
   */
  constructor(name: string, time: SimTime, random: SimRandom, process: SimHost | null = null) {
    this.name = name
    this.random = random
    this.#time = time
    this.#bornMs = time.nowMs
    this.#process = process
  }

  get isAwake(): boolean {
    return this.#state === 'awake' && this.#process?.isAwake !== false
  }

  get isDead(): boolean {
    return this.#state === 'dead' || this.#process?.isDead === true
  }

  /** Whether it is a thread of a process that has others. */
  get isThread(): boolean {
    return this.#process !== null
  }

  /** Whether its wall clock is wrong. */
  get isSkewed(): boolean {
    return (this.#process ?? this).#skewMs !== 0
  }

  /** Sets the wall clock to be wrong by so much. */
  setSkew(ms: number): void {
    this.#skewMs = ms
  }

  sleep(): void {
    if (this.#state === 'awake') this.#state = 'asleep'
  }

  /** What fell due meanwhile happens now, in the order in which it fell due. How much that is. */
  wake(): number {
    if (this.#state !== 'asleep') return 0
    this.#state = 'awake'
    const overslept = this.#overslept.splice(0)
    for (const task of overslept) this.#plan(0, task)
    return overslept.length
  }

  die(): void {
    this.#state = 'dead'
    this.#overslept.length = 0
  }

  /** Runs `task` now, or when the host wakes; never, when it is dead. */
  run(task: () => void): void {
    if (this.#process === null) this.#run(task)
    else this.#process.run(() => this.#run(task))
  }

  #run(task: () => void): void {
    if (this.#state === 'awake') task()
    else if (this.#state === 'asleep') this.#overslept.push(task)
  }

  #plan(ms: number, task: () => void): Cancel {
    let isCancelled = false
    const cancel = this.#time.after(ms, () =>
      this.run(() => {
        if (!isCancelled) task()
      }),
    )
    return () => {
      isCancelled = true
      cancel()
    }
  }
}
