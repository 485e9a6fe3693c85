import type { Cursor, RoomEvent } from '@holdfast/protocol'
import type { LogCommand } from '../log/command.ts'
import { MergedReads } from '../log/merged-reads.ts'
import type { Outcome } from '../log/outcome.ts'
import type { RoomLog, RoomPeople, RoomReads, ShownReads } from '../log/room-log.ts'
import { pack } from './command-parcel.ts'
import type { EphemeralFlag } from './ephemeral-flag.ts'
import { type Commits, EPHEMERAL, type EphemeralReads } from './owner-served.ts'

export interface GatewayRoomsParts {
  /** The durable rooms, read by a connection of this gateway's own. */
  readonly durable: RoomReads
  /** The ephemeral ones, read of the owner. */
  readonly ephemeral: EphemeralReads
  /** A log in memory without any room. */
  readonly none: EphemeralReads
  readonly hasEphemeral: EphemeralFlag
  readonly commits: Pick<Commits, 'commit' | 'check' | 'told'>
}

/**
 * All rooms as a gateway has them: durable ones are read here, ephemeral ones of the owner, who alone writes.
 *
 * What is read here can be ahead of what the owner has told. Whatever is not authorised, and the cursor that stands for all that was
 * heard, is therefore answered only once the news of what was read is here too: else a reader who has been banned since would be
 * given what was written after, because nobody here had heard of the ban.
 */
export class GatewayRooms extends MergedReads implements RoomLog {
  readonly #durable: GatewayRoomsParts['durable']
  readonly #commits: GatewayRoomsParts['commits']

  constructor({ durable, commits, ...parts }: GatewayRoomsParts) {
    super({ durable, memory: ephemeralReads(parts) })
    this.#durable = durable
    this.#commits = commits
  }

  async commit(batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    return this.#commits.commit(pack(batch))
  }

  override events(roomId: string, after: number, limit: number): Promise<readonly RoomEvent[]> {
    return this.#withNews(super.events(roomId, after, limit))
  }

  override head(roomId: string): Promise<Cursor | null> {
    return this.#withNews(super.head(roomId))
  }

  override people(roomId: string, limit: number): Promise<RoomPeople | null> {
    return this.#withNews(super.people(roomId, limit))
  }

  override shownReads(roomId: string): Promise<ShownReads | null> {
    return this.#withNews(super.shownReads(roomId))
  }

  override inboxCursor(): Promise<string> {
    return this.#withNews(super.inboxCursor())
  }

  override async check(): Promise<void> {
    await Promise.all([this.#durable.check(), this.#commits.check()])
  }

  override close(): Promise<void> {
    return this.#durable.close()
  }

  async #withNews<T>(reading: Promise<T>): Promise<T> {
    const read = await reading
    await this.#commits.told()
    return read
  }
}

/** As long as there never was an ephemeral room, nobody is asked: what is in none is known here. */
function ephemeralReads({
  ephemeral,
  none,
  hasEphemeral,
}: Pick<GatewayRoomsParts, 'ephemeral' | 'none' | 'hasEphemeral'>): RoomReads {
  const reads = Object.keys(EPHEMERAL).map(method => [
    method,
    (...args: unknown[]) => {
      const log = (hasEphemeral.isUp ? ephemeral : none) as unknown as Record<string, (...args: unknown[]) => unknown>
      return log[method]?.(...args)
    },
  ])
  const theirs = { check: async () => {}, close: async () => {} }
  return { ...(Object.fromEntries(reads) as EphemeralReads), ...theirs }
}
