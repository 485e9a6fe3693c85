import type { ChildProcess } from 'node:child_process'

/** Questions that a process has not answered. */
const MOST_ASKED = 1_000

/** An order as it comes to a process: to the preloaded `control.ts`, or to its program. */
export interface Told<Order> {
  readonly id: number
  readonly to: 'control' | 'program'
  readonly order: Order
}

/** What it answers. */
export interface Answered {
  readonly id: number
  readonly from: Told<unknown>['to']
  readonly answer?: unknown
  readonly error?: string
}

/** Tells a process that was started with a channel what to do, and waits for its answer. */
export class Orders<Order extends object> {
  readonly #child: ChildProcess
  readonly #to: Told<Order>['to']
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #asked = 0

  constructor(child: ChildProcess, to: Told<Order>['to']) {
    this.#child = child
    this.#to = to
    child.on('message', ({ id, from, answer, error }: Answered) => {
      if (from !== to) return
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error === undefined) waiting?.resolve(answer)
      else waiting?.reject(new Error(error))
    })
    child.once('exit', (code, signal) => {
      for (const waiting of this.#waiting.values()) {
        waiting.reject(new Error(`unable to have it done; the process ended with ${code ?? signal}`))
      }
      this.#waiting.clear()
    })
  }

  /** Rejects when the process ends first, or says that it cannot. */
  async give<Answer = void>(order: Order): Promise<Answer> {
    if (this.#waiting.size >= MOST_ASKED) throw new Error('unable to ask; too much is not answered yet')
    const id = ++this.#asked
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    this.#child.send({ id, to: this.#to, order } satisfies Told<Order>, error => {
      if (error === null) return
      this.#waiting.delete(id)
      waiting.reject(new Error(`unable to have it done; ${error.message}`))
    })
    return (await waiting.promise) as Answer
  }
}
