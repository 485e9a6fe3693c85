import type { OutboxRecord, OutboxStorage } from './outbox-storage.ts'
import { recordKey } from './record-key.ts'

/** Keeps messages as long as the page or process lives. The default. */
export class MemoryOutboxStorage implements OutboxStorage {
  readonly #records = new Map<string, OutboxRecord>()

  async put(record: OutboxRecord): Promise<void> {
    this.#records.set(recordKey(record.roomId, record.clientId), record)
  }

  async remove(roomId: string, clientId: string): Promise<void> {
    this.#records.delete(recordKey(roomId, clientId))
  }

  async list(): Promise<readonly OutboxRecord[]> {
    return [...this.#records.values()].sort((a, b) => a.order - b.order)
  }

  async clear(): Promise<void> {
    this.#records.clear()
  }
}
