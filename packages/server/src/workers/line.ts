import { StoreUnavailable } from '../log/room-log.ts'
import type { Port } from './port.ts'

/** What goes over a line, several in one post. */
type Item =
  | {
      readonly kind: 'call'
      readonly id: number
      readonly to: string
      readonly method: string
      readonly args: unknown[]
    }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: Failure }
  | { readonly kind: 'told'; readonly message: unknown }

/** What the other side may call, by name. */
export type Served = Readonly<Record<string, object>>

/** What is kept of an error. `code`: as Node's own errors have it. */
interface Failure {
  readonly message: string
  readonly code: string | undefined
  readonly isStoreAway: boolean
}

export interface LineOptions {
  readonly port: Port
  /** What the other side may call. Who has the other end is trusted: it is a thread of this process. */
  readonly serves: Served
  /** Is given what the other side tells without wanting an answer. */
  readonly onTold?: (message: unknown) => void
  /**
   * When to post what has gathered. Default: at once. What goes in one post keeps what its parts share: an event in the news and
   * in the answer is copied once.
   */
  readonly cork?: (post: () => void) => void
}

interface Pending {
  readonly action: string
  resolve(value: unknown): void
  reject(error: Error): void
}

/**
 * Calls and tidings over a port, either way. Everything arrives in the order it was given here: who is told something before an
 * answer knows of it when the answer comes.
 *
 * It sets no bound of its own: what may wait is bounded where it comes from (the committer, the sessions of a gateway, `ToldNews`).
 */
export class Line {
  readonly #options: LineOptions
  readonly #pending = new Map<number, Pending>()
  #ids = 0
  #gathered: Item[] = []
  #closed: Error | null = null

  constructor(options: LineOptions) {
    this.#options = options
    options.port.listen(message => {
      for (const item of message as readonly Item[]) this.#take(item)
    })
  }

  /**
   * Calls a method of what the other side serves as `to`.
   *
   * Rejects with what it rejected with, of which the message and `code` are kept and whether it was `StoreUnavailable`; and when
   * the line ends.
   */
  call(to: string, method: string, args: unknown[]): Promise<unknown> {
    if (this.#closed !== null) return Promise.reject(this.#closed)
    const id = ++this.#ids
    return new Promise((resolve, reject) => {
      this.#post({ kind: 'call', id, to, method, args })
      this.#pending.set(id, { action: `ask the other thread for ${to}.${method}`, resolve, reject })
    })
  }

  /** Tells the other side something. */
  tell(message: unknown): void {
    this.#post({ kind: 'told', message })
  }

  /** The line has ended, or is to: whoever waits for an answer is told so. */
  close(reason: string): void {
    if (this.#closed !== null) return
    this.#closed = new StoreUnavailable('ask the owner of the log', new Error(reason))
    for (const { reject } of this.#pending.values()) reject(this.#closed)
    this.#pending.clear()
    this.#gathered = []
    this.#options.port.close()
  }

  #post(item: Item): void {
    if (this.#closed !== null) return
    this.#gathered.push(item)
    if (this.#options.cork === undefined) this.#flush()
    else if (this.#gathered.length === 1) this.#options.cork(() => this.#flush())
  }

  #flush(): void {
    if (this.#gathered.length === 0) return
    const items = this.#gathered
    this.#gathered = []
    this.#options.port.post(items)
  }

  #take(item: Item): void {
    switch (item.kind) {
      case 'told':
        this.#options.onTold?.(item.message)
        return
      case 'call':
        void this.#serve(item)
        return
      case 'answer':
        this.#settle(item.id)?.resolve(item.value)
        return
      case 'failure':
        this.#fail(item)
    }
  }

  async #serve({ id, to, method, args }: Item & { kind: 'call' }): Promise<void> {
    try {
      const target = this.#options.serves[to] as Readonly<Record<string, (...args: unknown[]) => unknown>> | undefined
      if (target?.[method] === undefined) throw new Error(`unable to answer; ${to}.${method} is not served`)
      const value = await target[method](...args)
      this.#post({ kind: 'answer', id, value })
    } catch (error) {
      this.#post({ kind: 'failure', id, failure: failureOf(error) })
    }
  }

  #fail({ id, failure: { message, code, isStoreAway } }: Item & { kind: 'failure' }): void {
    const pending = this.#settle(id)
    const cause = Object.assign(new Error(message), code === undefined ? {} : { code })
    pending?.reject(isStoreAway ? new StoreUnavailable(pending.action, cause) : cause)
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    return pending
  }
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), code: undefined, isStoreAway: false }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return { message: error.message, code, isStoreAway: error instanceof StoreUnavailable }
}

/** The names of all methods of `T`, so that none is forgotten. */
export type MethodsOf<T> = Readonly<Record<keyof T & string, true>>

/** What the other side of `line` serves as `to`, each method a call. */
export function remote<T extends object>(line: Pick<Line, 'call'>, to: string, methods: MethodsOf<T>): T {
  const calls = Object.keys(methods).map(method => [method, (...args: unknown[]) => line.call(to, method, args)])
  return Object.fromEntries(calls) as T
}
