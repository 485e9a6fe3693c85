import { Worker } from 'node:worker_threads'
import type { MoverAnswer } from './mover-thread.ts'

/** Moves the write-ahead log into the database beside the connection that writes. One move at a time. */
export interface LogMover {
  /**
   * Moves what can be moved now, and what is written meanwhile as long as that becomes less. Resolves with how many pages of the log, from its
   * beginning, are in the database.
   * Rejects with SQLite's error, or with why there is no thread.
   */
  move(): Promise<number>
  /** Resolves when nothing of it is left, however it ends. */
  close(): Promise<void>
}

/** The thread's own file: beside this one, with the same ending (`.ts`, or `.js` in what is built). */
const SCRIPT = new URL(import.meta.url.replace(/log-mover(?=\.\w+$)/, 'mover-thread'))
/** It runs one statement: of memory it needs what loading SQLite takes. */
const MEMORY = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 }

/** Who waits for the thread. */
interface Waiting {
  readonly resolve: (moved: number) => void
  readonly reject: (error: unknown) => void
}

/** A thread with a connection of its own. It is started by the first move, and anew by the next one after it has ended. */
export class MoverThread implements LogMover {
  readonly #file: string
  #worker: Worker | null = null
  #waiting: Waiting | null = null
  #isClosing = false

  /** `file`: the database. */
  constructor(file: string) {
    this.#file = file
  }

  move(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#worker ??= this.#start()
      this.#worker.ref()
      this.#worker.postMessage('move')
    })
  }

  async close(): Promise<void> {
    const worker = this.#worker
    if (worker === null) return
    this.#isClosing = true
    const exit = new Promise<void>(resolve => worker.once('exit', () => resolve()))
    worker.ref()
    worker.postMessage('close')
    await exit
    this.#isClosing = false
  }

  #start(): Worker {
    const worker = new Worker(SCRIPT, { workerData: this.#file, resourceLimits: MEMORY })
    worker.on('message', (answer: MoverAnswer) => this.#answered(answer))
    worker.on('error', error => this.#ended(worker, error))
    worker.on('exit', () => this.#ended(worker, new Error('the thread that moves it has ended')))
    return worker
  }

  #answered(answer: MoverAnswer): void {
    // A process that is done otherwise does not stay for a thread that has nothing to do.
    if (!this.#isClosing) this.#worker?.unref()
    if (answer.ok) this.#waiting?.resolve(answer.moved)
    else this.#failed(Object.assign(new Error(answer.message), { code: answer.code }))
    this.#waiting = null
  }

  /** Told twice when it ends by an error. */
  #ended(worker: Worker, reason: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = null
    this.#failed(reason)
  }

  #failed(error: unknown): void {
    this.#waiting?.reject(error)
    this.#waiting = null
  }
}
