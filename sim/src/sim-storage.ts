import type { OutboxRecord, OutboxStorage } from '@holdfast/client'
import type { Coverage } from './coverage.ts'
import { SimGate } from './sim-gate.ts'
import type { SimHost } from './sim-host.ts'

/** What a device keeps when its page is loaded anew, and what may be wrong with it. */
export class SimOutboxStorage {
  /** Nothing more can be stored. */
  isFull = false
  /** How many more records there is room for; what is there may still be replaced. */
  room = Number.POSITIVE_INFINITY
  /** Nothing can be read. */
  refuses = false
  /** Whoever tried last could not read it, and does not know what is in it. */
  isUnread = false
  readonly #coverage: Coverage
  readonly #gate = new SimGate()
  readonly #records = new Map<string, OutboxRecord>()

  constructor(coverage: Coverage) {
    this.#coverage = coverage
  }

  get isBlocked(): boolean {
    return this.#gate.isShut
  }

  /** Nothing is answered until `unblock`: another page has it open in an older form, say. */
  block(): void {
    this.#gate.shut()
  }

  unblock(): void {
    this.#gate.open()
  }

  /** The browser needs the space, and keeps nothing. */
  evict(): void {
    if (this.#records.size > 0) this.#coverage.saw('storage evicted')
    this.#records.clear()
  }

  has(roomId: string, clientId: string): boolean {
    return this.#records.has(keyOf(roomId, clientId))
  }

  /** Whether it would be sent by the next page: it is there, and was not refused for good. */
  sends(roomId: string, clientId: string): boolean {
    return this.#records.get(keyOf(roomId, clientId))?.failure === null
  }

  heal(): void {
    this.isFull = false
    this.room = Number.POSITIVE_INFINITY
    this.refuses = false
    this.unblock()
  }

  /** The storage as one page of the device sees it. */
  page(host: SimHost): OutboxStorage {
    return {
      put: record => this.#when(host, () => this.#put(record)),
      remove: (roomId, clientId) => this.#when(host, () => void this.#records.delete(keyOf(roomId, clientId))),
      list: () => this.#when(host, () => this.#list()),
      clear: () => this.#when(host, () => this.#records.clear()),
    }
  }

  /** Does it now or, where nothing is answered, when something is again and the page is still there. */
  async #when<T>(host: SimHost, work: () => T): Promise<T> {
    if (!this.#gate.isShut) return work()
    this.#coverage.saw('storage blocked')
    await this.#gate.passed()
    await new Promise<void>(resolve => host.run(resolve))
    return work()
  }

  #put(record: OutboxRecord): void {
    if (this.isFull) throw this.#failure('full', 'the quota is used up')
    const key = keyOf(record.roomId, record.clientId)
    if (!this.#records.has(key)) {
      if (this.room <= 0) throw this.#failure('short of room', 'the quota is used up')
      this.room--
    }
    this.#records.set(key, structuredClone(record))
  }

  #list(): readonly OutboxRecord[] {
    this.isUnread = this.refuses
    if (this.refuses) throw this.#failure('unreadable', 'the storage cannot be read')
    return [...this.#records.values()].sort((a, b) => a.order - b.order)
  }

  #failure(what: string, text: string): Error {
    this.#coverage.saw(`storage ${what}`)
    return new Error(text)
  }
}

function keyOf(roomId: string, clientId: string): string {
  return `${roomId} ${clientId}`
}
