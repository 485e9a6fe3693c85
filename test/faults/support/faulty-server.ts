import { once } from 'node:events'
import { Serve, type ServeOptions } from '../../support/serve.ts'
import type { BugName } from './bugs.ts'
import type { ControlOrder, Planted } from './control.ts'
import { Orders } from './orders.ts'
import type { FailpointName } from './planted.ts'
import { CONTROL } from './recorder.ts'

/** How a server is started that is to fail. */
export interface FaultyOptions extends ServeOptions {
  readonly failpoint?: FailpointName
  readonly bug?: BugName
  /** Limits that the environment has no name for: the server is embedded in a program of the tests then. */
  readonly limits?: Readonly<Record<string, number>>
  /** The failpoint is armed from the start: at so many passings. Default: it is armed by an order. */
  readonly passing?: number
}

/** A server in a process of its own, with what a test has planted in it, that is started again after each death. */
export class FaultyServer {
  readonly serve: Serve
  readonly #options: FaultyOptions
  #orders: Orders<ControlOrder> | null = null

  private constructor(serve: Serve, options: FaultyOptions) {
    this.serve = serve
    this.#options = options
  }

  static async start(options: FaultyOptions = {}): Promise<FaultyServer> {
    const server = await FaultyServer.prepare(options)
    await server.start()
    return server
  }

  /** One that is not started yet. */
  static async prepare(options: FaultyOptions = {}): Promise<FaultyServer> {
    return new FaultyServer(await Serve.prepare(), options)
  }

  get url(): string {
    return this.serve.url
  }

  async start(): Promise<void> {
    await this.serve.start(serveOptions(this.#options))
    this.#orders = new Orders(this.serve.child, 'control')
  }

  /** Starts it with a failpoint that is armed: how it ended; null: it has started, and listens. */
  async startArmed(failpoint: FailpointName, passing: number): Promise<NodeJS.Signals | number | null> {
    const started = this.serve.start(serveOptions({ ...this.#options, failpoint, passing }))
    const hasStarted = await started.then(
      () => true,
      () => false,
    )
    return hasStarted ? null : this.ended()
  }

  order(order: ControlOrder): Promise<void> {
    if (this.#orders === null) throw new Error('unable to give an order; the server was not started')
    return this.#orders.give(order)
  }

  /** At how many passings of its failpoint it ends; 0: it has. */
  left(): Promise<number> {
    if (this.#orders === null) throw new Error('unable to ask; the server was not started')
    return this.#orders.give({ do: 'left' })
  }

  /** How the process ended; waits for it. */
  async ended(): Promise<NodeJS.Signals | number | null> {
    const { child } = this.serve
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    return child.signalCode ?? child.exitCode
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.serve.child.kill(signal)
  }

  /** One of its metrics; 0 while it has not counted. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text()
    const line = text.split('\n').find(candidate => candidate.startsWith(`${name} `))
    return Number(line?.slice(name.length + 1) ?? 0)
  }

  killNine(): Promise<void> {
    return this.serve.killNine()
  }

  remove(): Promise<void> {
    return this.serve.remove()
  }
}

function serveOptions({
  failpoint,
  bug,
  passing,
  limits,
  nodeArgs = [],
  env = {},
  ...rest
}: FaultyOptions): ServeOptions {
  const planted: Planted = {
    ...(failpoint !== undefined && { failpoint }),
    ...(bug !== undefined && { bug }),
    ...(passing !== undefined && { passing }),
  }
  return {
    ...(limits !== undefined && { program: ['test/faults/support/server-process.ts'] }),
    ...rest,
    nodeArgs: ['--import', CONTROL, ...nodeArgs],
    env: { ...env, FAULTS: JSON.stringify(planted), LIMITS: JSON.stringify(limits ?? {}) },
  }
}
