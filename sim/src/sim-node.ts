import { SimHost } from './sim-host.ts'
import type { SimLink } from './sim-link.ts'
import { type NodeParts, type SimProcess, SimSingle } from './sim-process.ts'
import { SimThreads } from './sim-threads.ts'

/** One server, as often as it is started: a thread, or an owner of the log and its gateways. */
export class SimNode {
  readonly name: string
  readonly #parts: NodeParts
  readonly #gateways: number
  #starts = 0
  #running: SimProcess | null = null
  /** Processes that drain: their successor may run already. */
  readonly #leaving = new Set<SimProcess>()
  /** It is to be started once nobody else has the database open. */
  #isAwaited = false

  /** `gateways`: how many it has; 0: it is one thread. */
  constructor(name: string, parts: NodeParts, gateways: number) {
    this.name = name
    this.#parts = parts
    this.#gateways = gateways
  }

  /** Whether it takes connections: a node that sleeps looks up to a load balancer that asks its operating system. */
  get isUp(): boolean {
    return this.#running !== null && this.#running.doors.length > 0
  }

  get host(): SimHost | null {
    return this.#running?.host ?? null
  }

  /** What runs, where it has gateways. */
  get threads(): SimThreads | null {
    return this.#running instanceof SimThreads ? this.#running : null
  }

  /** Who is there now, as it says. */
  get presence(): SimProcess['presence'] {
    return this.#running?.presence ?? this.#parts.presence
  }

  start(): void {
    if (this.#running !== null) return
    // A database has one owner: whoever comes while another has it open is started again, until they can have it.
    this.#isAwaited = this.#gateways > 0 && this.#leaving.size > 0
    if (this.#isAwaited) return
    const { time, random } = this.#parts
    const host = new SimHost(`${this.name}.${++this.#starts}`, time, random.fork(`${this.name}.${this.#starts}`))
    this.#running =
      this.#gateways === 0 ? new SimSingle(host, this.#parts) : new SimThreads(host, this.#parts, this.#gateways)
  }

  /** Kills it, and what of it is still draining. `isTold`: its operating system lives, and closes its connections. */
  kill(isTold: boolean): void {
    for (const process of [...this.#leaving, ...(this.#running === null ? [] : [this.#running])]) {
      this.#parts.coverage.saw('node killed')
      process.die(isTold)
    }
    this.#leaving.clear()
    this.#running = null
    this.#isAwaited = false
  }

  /** Ends it as a deployment does: drains, then goes. */
  async stop(): Promise<void> {
    const running = this.#running
    if (running === null) return
    this.#running = null
    this.#leaving.add(running)
    for (const door of running.doors) door.shut()
    await running.close()
    if (!this.#leaving.delete(running)) return
    this.#parts.coverage.saw('node drained')
    running.end()
    if (this.#isAwaited) this.start()
  }

  /** Takes a connection. False when its token is not good: then there is no connection. */
  accept(link: SimLink, token: string): Promise<boolean> {
    return this.#door()?.accept(link, token) ?? Promise.resolve(false)
  }

  /** How often rooms were opened from what, since the process began. */
  async resumes(): Promise<readonly (readonly [kind: string, count: number])[]> {
    const text = await (await this.fetch('http://sim/metrics')).text()
    const found = text.matchAll(/^holdfast_resumes_total\{kind="(\w+)"\} (\d+)$/gm)
    return [...found].map(([, kind = '', count]) => [kind, Number(count)])
  }

  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    return this.#door()?.fetch(input, init) ?? Promise.reject(new TypeError('fetch failed'))
  }

  /** Where several share a port, the system chooses who takes a connection. */
  #door() {
    const doors = this.#running?.doors ?? []
    return doors.length > 1 ? this.#parts.spread.pick(doors) : (doors[0] ?? null)
  }
}
