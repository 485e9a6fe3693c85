import { backOff } from '../back-off.ts'
import type { ClientPlatform } from '../platform/platform.ts'
import type { OutboxRecord, OutboxStorage } from './outbox-storage.ts'

/** What is needed to keep messages. */
export interface StoredMessagesDeps {
  readonly platform: ClientPlatform
  readonly storage: OutboxStorage
  /** What an earlier page or process has left. */
  onLeft(records: readonly OutboxRecord[]): void
}

/**
 * A message waits so long for the storage, to read what goes out before it and to keep it; then it goes out from memory.
 * Longer than a storage takes that works, and as long as people wait before they ask whether anything happens. Milliseconds.
 */
export const STORAGE_WAIT_MS = 5_000

/**
 * What is kept in the application's storage. One that fails, in whichever way, costs durability only, and one that does not
 * answer costs `STORAGE_WAIT_MS`. What could not be read at first is read again until it can be (decision 0009).
 */
export class StoredMessages {
  readonly #deps: StoredMessagesDeps
  /** Resolves when what was left is read, cannot be read now, or does not come. */
  ready: Promise<unknown> = Promise.resolve()
  /** Something has changed: what could not be read may be readable now. Ends waiting for the next time that it is read. */
  hurry = () => {}
  /** Counts the people that it was read for, so that what was read for one is not given to the next. */
  #reader = 0
  /** How long to wait: not at all once nothing was answered in time, until something is. */
  #waitMs = STORAGE_WAIT_MS

  constructor(deps: StoredMessagesDeps) {
    this.#deps = deps
  }

  /** Reads what an earlier page or process has left. */
  read(): void {
    const reader = ++this.#reader
    this.ready = this.#patiently(() => this.#read(reader, 1))
  }

  /** What is read from now on is for nobody. */
  stop(): void {
    this.#reader++
  }

  /**
   * Has `change` done, behind all those before it. Resolves when that is as safe as it gets: to true if it is done.
   *
   * @param waitMs how long it may take, where that is not to depend on what the storage has done before
   */
  async keep(change: (storage: OutboxStorage) => Promise<void>, waitMs?: number): Promise<true | undefined> {
    await this.ready
    return this.#patiently<true>(async () => {
      await change(this.#deps.storage)
      this.hurry()
      return true
    }, waitMs)
  }

  async #read(reader: number, tries: number): Promise<void> {
    const { platform, storage, onLeft } = this.#deps
    // What is no list has failed too.
    const isOver = await quietly(async () => {
      const records = await storage.list()
      if (reader === this.#reader) onLeft(records)
      return true
    })
    if (isOver || reader !== this.#reader) return
    const waiting = new Promise<void>(hurry => {
      this.hurry = hurry
      platform.scheduler.after(backOff(tries, platform.random.fraction()), hurry)
    })
    void waiting.then(() => this.#read(reader, tries + 1))
  }

  /** What `work` gives; nothing when it fails, or takes too long. */
  #patiently<T>(work: () => Promise<T>, waitMs = this.#waitMs): Promise<T | undefined> {
    return new Promise(resolve => {
      const cancel = this.#deps.platform.scheduler.after(waitMs, () => {
        this.#waitMs = 0
        resolve(undefined)
      })
      void quietly(work).then(result => {
        this.#waitMs = STORAGE_WAIT_MS
        cancel()
        resolve(result)
      })
    })
  }
}

/** What `work` gives; nothing when it fails, be it that it throws where it should reject. */
async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch {
    return
  }
}
