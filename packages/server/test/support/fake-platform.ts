import type { Cancel, Clock, Platform, Random, Scheduler } from '../../src/platform/clock.ts'

interface Task {
  readonly dueMs: number
  readonly order: number
  readonly run: () => void
}

/** A platform whose time stands still until a test moves it, and whose chance is decided by a seed. */
export class FakePlatform implements Platform {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  #wallMs: number
  #monoMs = 1_000
  #order = 0
  #tasks: Task[] = []
  #seed: number

  constructor(options: { readonly wallMs?: number; readonly seed?: number } = {}) {
    this.#wallMs = options.wallMs ?? 1_750_000_000_000
    this.#seed = options.seed ?? 1
    this.clock = { wallMs: () => this.#wallMs, monoMs: () => this.#monoMs }
    this.scheduler = {
      after: (ms, run) => this.#add(ms, run),
      soon: run => void this.#add(0, run),
    }
    this.random = {
      bytes: count => Uint8Array.from({ length: count }, () => Math.floor(this.#next() * 256)),
      fraction: () => this.#next(),
    }
  }

  /** Tasks that wait for their time. */
  get pending(): number {
    return this.#tasks.length
  }

  /** Lets `ms` pass: runs what falls due, in order, and between two tasks whatever promises they set off. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monoMs + ms
    await settle()
    for (let task = this.#nextDue(endMs); task !== undefined; task = this.#nextDue(endMs)) {
      this.#moveTo(task.dueMs)
      task.run()
      await settle()
    }
    this.#moveTo(endMs)
  }

  /** Sets the wall clock without any time passing, as an administrator might. */
  setWall(ms: number): void {
    this.#wallMs = ms
  }

  #add(ms: number, run: () => void): Cancel {
    const task = { dueMs: this.#monoMs + Math.max(0, ms), order: this.#order++, run }
    this.#tasks.push(task)
    return () => {
      this.#tasks = this.#tasks.filter(other => other !== task)
    }
  }

  #nextDue(endMs: number): Task | undefined {
    const [next] = this.#tasks
      .filter(task => task.dueMs <= endMs)
      .sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)
    if (next !== undefined) this.#tasks = this.#tasks.filter(task => task !== next)
    return next
  }

  #moveTo(ms: number): void {
    this.#wallMs += ms - this.#monoMs
    this.#monoMs = ms
  }

  /** A small generator with a period long enough for any test (mulberry32). */
  #next(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0
    let t = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Lets every promise that can go on without time passing do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}
