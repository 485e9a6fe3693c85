import type { MessageType, Refusal } from '@holdfast/protocol'

/** A message on its way out, as it is kept until the log holds it. Plain data: it survives `structuredClone`. */
export interface OutboxRecord {
  readonly clientId: string
  readonly roomId: string
  /** Who wrote it; null when that was before the first connection told who this is. Never sent as anybody else. */
  readonly userId: string | null
  /** Its place among all of this client's messages: ascending in the order written. */
  readonly order: number
  readonly content: string
  readonly kind: MessageType
  readonly replyTo: string | null
  readonly mentions: readonly string[]
  /** The highest seq of the room that its writer had on the screen; null when there was none. */
  readonly seen: number | null
  /** Milliseconds since the Unix epoch, by this device's clock. */
  readonly createdAt: number
  /** Why the server refused it for good; null while it waits to be sent. */
  readonly failure: Refusal | null
}

/**
 * Where messages wait until they are in the log. A message is stored before it is sent for the first time, and removed
 * once it is acknowledged, seen in the log, or discarded.
 *
 * A rejected promise costs durability only: the client goes on from memory. So does one that does not settle within 5 s.
 * Calls take effect in the order in which they were made, whenever they settle.
 */
export interface OutboxStorage {
  /** Stores `record`, or replaces the one of the same `roomId` and `clientId`. Resolves when it survives a crash, as far as this storage can promise that. */
  put(record: OutboxRecord): Promise<void>
  /** Forgets one. Resolves also when there is none. */
  remove(roomId: string, clientId: string): Promise<void>
  /** All records, in ascending `order`. Read when the client is made and, if that fails, again until it succeeds. */
  list(): Promise<readonly OutboxRecord[]>
  /** Forgets everything: the person has signed out. */
  clear(): Promise<void>
}
