import type { HistoryPage } from '@holdfast/protocol'
import { HoldfastError } from '../errors.ts'
import type { RoomStore } from './room-store.ts'

/** What a loader needs from the rest of the client. */
export interface HistoryLoaderDeps {
  readonly store: RoomStore
  fetchPage(cursor: string): Promise<HistoryPage>
  /** Loading has begun or ended. */
  onChange(): void
}

/** Pages that may be thrown away, because they did not fit what had happened meanwhile, before loading is given up. */
export const MAX_PAGE_TRIES = 3

/** Reads older pages of a room's history, one at a time. */
export class HistoryLoader {
  readonly #deps: HistoryLoaderDeps
  #loading: Promise<void> | null = null

  constructor(deps: HistoryLoaderDeps) {
    this.#deps = deps
  }

  get isLoading(): boolean {
    return this.#loading !== null
  }

  /** Reads the next older page; nothing when there is none. Whoever asks meanwhile waits for the same page. */
  loadOlder(): Promise<void> {
    if (this.#loading !== null) return this.#loading
    if (this.#cursor() === null) return Promise.resolve()
    this.#loading = this.#load().finally(() => {
      this.#loading = null
      this.#deps.onChange()
    })
    this.#deps.onChange()
    return this.#loading
  }

  async #load(): Promise<void> {
    const { store, fetchPage } = this.#deps
    for (let tries = 0; tries < MAX_PAGE_TRIES; tries++) {
      const cursor = this.#cursor()
      if (cursor === null) return
      store.expectPage()
      if (store.addPage(await fetchPage(cursor))) return
    }
    throw new HoldfastError('unavailable', 'unable to load; too many changes')
  }

  #cursor(): string | null {
    return this.#deps.store.data?.nextCursor ?? null
  }
}
