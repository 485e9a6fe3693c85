import type { ClientPlatform, Network, NetworkChange, OpenSocket } from '../../src/index.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly task: () => void
}

/** Owns time: nothing happens before a test lets it pass. Wall time is another number, so that the two are not taken for each other. */
export class VirtualTime {
  now = 0
  /** Ids made so far: no two platforms of one time make the same. */
  ids = 0
  #timers: Timer[] = []
  #order = 0

  readonly clock = { wallMs: () => 1_700_000_000_000 + this.now, monoMs: () => this.now }

  readonly scheduler = {
    after: (ms: number, task: () => void) => {
      const timer = { at: this.now + ms, order: this.#order++, task }
      this.#timers.push(timer)
      return () => {
        this.#timers = this.#timers.filter(other => other !== timer)
      }
    },
  }

  /** Lets `ms` pass, running what falls due, and whatever that leads to, on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms
    await settle()
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers = this.#timers.filter(other => other !== next)
      this.now = Math.max(this.now, next.at)
      next.task()
      await settle()
    }
    this.now = end
  }

  #next(end: number): Timer | undefined {
    return this.#timers.filter(timer => timer.at <= end).toSorted((a, b) => a.at - b.at || a.order - b.order)[0]
  }
}

/** Lets everything that waits for nothing but its turn have it. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
}

/** The device's word on its network, as a test gives it. */
export class FakeNetwork implements Network {
  up = true
  visible = true
  readonly #listeners = new Set<(change: NetworkChange) => void>()

  isUp(): boolean {
    return this.up
  }

  isVisible(): boolean {
    return this.visible
  }

  watch(listener: (change: NetworkChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(change: NetworkChange): void {
    if (change === 'up' || change === 'down') this.up = change === 'up'
    else this.visible = change === 'visible'
    for (const listener of this.#listeners) listener(change)
  }
}

/** A platform of which a test owns every part. */
export interface FakePlatform extends ClientPlatform {
  readonly time: VirtualTime
  readonly network: FakeNetwork
}

/** `name` sets ids apart: two clients of one test make different ones. `fraction`: what every draw gives. */
export function fakePlatform(
  name: string,
  world: { readonly openSocket: OpenSocket; readonly fetch: typeof fetch },
  options: { readonly time?: VirtualTime; readonly fraction?: () => number } = {},
): FakePlatform {
  const time = options.time ?? new VirtualTime()
  return {
    time,
    clock: time.clock,
    scheduler: time.scheduler,
    random: { fraction: options.fraction ?? (() => 0.5), id: () => `${name}-${++time.ids}` },
    network: new FakeNetwork(),
    openSocket: world.openSocket,
    fetch: world.fetch,
  }
}
