import type { Inbox, InboxEntry } from '@holdfast/protocol'
import type { InboxPeer } from '../../src/inbox/inbox-peer.ts'
import type { Clock } from '../../src/platform/clock.ts'
import type { SharedText } from '../../src/transport/shared-text.ts'
import { actorOf } from '../support/fake-reader.ts'

/** One `inbox` frame as it came. */
interface Told {
  readonly atMs: number
  readonly frame: Inbox
  readonly message: SharedText
}

/** A client's side of one session's inbox: puts together what its frames tell, and keeps them with their moments. */
export class InboxReader implements InboxPeer {
  readonly sessionId: string
  readonly actor
  readonly device = null
  readonly inbox
  readonly told: Told[] = []
  /** The list as put together so far. */
  readonly lines = new Map<string, InboxEntry>()
  /** The last cursor told. */
  cursor: string | null = null
  /** The last `total` told. */
  total: number | null = null
  /** Whether it has no room for frames. */
  isFull = false
  refused = 0
  readonly #clock: Clock
  readonly #onLine: (entry: InboxEntry) => void
  readonly #list: (() => Promise<readonly InboxEntry[]>) | null

  constructor(
    sessionId: string,
    userId: string,
    clock: Clock,
    options: {
      readonly since?: string | null
      readonly onLine?: (entry: InboxEntry) => void
      readonly list?: () => Promise<readonly InboxEntry[]>
    } = {},
  ) {
    this.sessionId = sessionId
    this.actor = actorOf(userId)
    this.inbox = { since: options.since ?? null }
    this.#clock = clock
    this.#onLine = options.onLine ?? (() => {})
    this.#list = options.list ?? null
  }

  /** Lists its rooms, as over HTTP. */
  async list(): Promise<void> {
    const lines = (await this.#list?.()) ?? []
    this.lines.clear()
    for (const entry of lines) this.lines.set(entry.roomId, entry)
  }

  signal(message: SharedText): boolean {
    if (this.isFull) {
      this.refused++
      return false
    }
    const frame = JSON.parse(message.text) as Inbox
    this.told.push({ atMs: this.#clock.monoMs(), frame, message })
    for (const entry of frame.rooms) {
      this.#onLine(entry)
      this.lines.set(entry.roomId, entry)
    }
    for (const roomId of frame.gone ?? []) this.lines.delete(roomId)
    this.cursor = frame.cursor ?? this.cursor
    this.total = frame.total ?? this.total
    // Who holds more rooms than they are in has missed one that is gone.
    if (frame.total !== undefined && frame.total !== this.lines.size) void this.list()
    return true
  }

  /** The room of the last frame that told of it. */
  last(roomId: string): InboxEntry | undefined {
    return this.told.flatMap(({ frame }) => frame.rooms).findLast(entry => entry.roomId === roomId)
  }

  /** The least time between two frames, in milliseconds. */
  get leastPauseMs(): number {
    return this.told.slice(1).reduce((least, { atMs }, i) => Math.min(least, atMs - (this.told[i]?.atMs ?? 0)), 1e9)
  }
}
