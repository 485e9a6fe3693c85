import type { InboxEntry } from '@holdfast/protocol'
import type { Cancel } from '../platform/clock.ts'
import type { InboxDeps } from './deps.ts'
import type { Feed } from './feed.ts'
import type { InboxRoom } from './inbox-room.ts'
import type { Line, Standing } from './line.ts'
import type { Outage } from './outage.ts'
import type { Counts } from './recent.ts'
import { recount } from './recount.ts'

/** How often some lines are recounted, in milliseconds, and how many. */
export const AUDIT_MS = 5_000
export const AUDIT_LINES = 4

/** A line under suspicion: looked at again before it counts as wrong, since the bus may just not have brought what the log shows. */
interface Suspect {
  readonly feed: Feed
  readonly room: InboxRoom
  readonly line: Line
  /** What was kept when it was looked at first: once that has moved, the bus has brought what it lacked. */
  readonly kept: Standing
}

/**
 * Recounts a sample of lines, message by message, and holds against it what the inbox keeps and what the store counts. Both
 * are exact by construction; this shows whether they are. What is found wrong is counted, logged, and read from the log again.
 */
export class Audit {
  readonly #deps: InboxDeps
  readonly #feeds: ReadonlyMap<string, Feed>
  readonly #outage: Outage
  /** Called when a line was wrong and has to be told again. */
  readonly #heal: (feed: Feed, room: InboxRoom) => void
  #suspects: readonly Suspect[] = []
  #cancel: Cancel | null = null
  #isOver = false

  constructor(
    deps: InboxDeps,
    feeds: ReadonlyMap<string, Feed>,
    outage: Outage,
    heal: (feed: Feed, room: InboxRoom) => void,
  ) {
    this.#deps = deps
    this.#outage = outage
    this.#feeds = feeds
    this.#heal = heal
  }

  /** Looks now and then, until `close`. */
  start(): void {
    this.#cancel = this.#deps.scheduler.after(AUDIT_MS, () => void this.#run())
  }

  close(): void {
    this.#isOver = true
    this.#cancel?.()
  }

  async #run(): Promise<void> {
    const again = this.#suspects
    try {
      for (const suspect of again) {
        const verdict = await this.#judge(suspect)
        if (verdict !== 'right') this.#convict(suspect, verdict)
      }
      const suspects: Suspect[] = []
      for (const one of this.#sample()) if ((await this.#judge(one)) !== 'right') suspects.push(one)
      this.#suspects = suspects
    } catch (error) {
      this.#outage.failed(error)
    }
    if (!this.#isOver) this.start()
  }

  /** Some lines of somebody, of those that are known. */
  #sample(): readonly Suspect[] {
    const feed = [...this.#feeds.values()][this.#below(this.#feeds.size)]
    if (feed === undefined) return []
    const known: Suspect[] = []
    for (const room of feed.rooms) {
      const line = room.lineMade(feed.userId)
      const kept = line === undefined || room.isDoubtful(line) ? null : line.standing(room)
      if (line !== undefined && kept !== null) known.push({ feed, room, line, kept })
    }
    const first = this.#below(known.length)
    return [...known.slice(first), ...known.slice(0, first)].slice(0, AUDIT_LINES)
  }

  /**
   * Holds what is kept, and what the store counts, against a recount; right, too, when anything has moved meanwhile. `missed`:
   * the bus, which may lose messages, has lost what the person did themselves.
   */
  async #judge({ feed, room, line, kept: first }: Suspect): Promise<'right' | 'wrong' | 'missed'> {
    const { log, metrics, isBusReliable } = this.#deps
    const [session] = feed.sessions
    const before = await this.#entry(feed, room)
    if (session === undefined || before === undefined) return 'right'
    const counted = await recount(log, session.peer.actor, room.roomId, before.lastReadSeq)
    const after = await this.#entry(feed, room)
    if (counted === null || after === undefined || after.seq !== before.seq || !isSameOwn(before, after)) return 'right'
    const isHere = room.lineMade(feed.userId) === line && room.heard === after.seq && !room.isDoubtful(line)
    const kept = isHere ? line.standing(room) : null
    if (kept === null || !isSameOwn(kept, first)) return 'right'
    if (!isBusReliable && !isSameOwn(kept, after)) return 'missed'
    metrics.unreadChecks.inc()
    return isSameOwn(kept, after) && isSameCount(kept, counted) && isSameCount(after, counted) ? 'right' : 'wrong'
  }

  async #entry(feed: Feed, { roomId }: InboxRoom): Promise<InboxEntry | undefined> {
    const [entry] = await this.#deps.log.inboxOf(feed.userId, [roomId])
    return entry
  }

  #convict({ feed, room, line }: Suspect, verdict: 'wrong' | 'missed'): void {
    const { metrics, logger } = this.#deps
    if (verdict === 'wrong') {
      metrics.unreadDifferences.inc()
      const where = { userId: feed.userId, roomId: room.roomId }
      logger.error({ ...where, kept: line.standing(room) }, 'a line of an inbox differed from a recount')
    }
    this.#heal(feed, room)
  }

  #below(count: number): number {
    return Math.floor(this.#deps.random.fraction() * count)
  }
}

/** Whether what the person did themselves is the same. */
function isSameOwn(a: Omit<Standing, keyof Counts>, b: Omit<Standing, keyof Counts>): boolean {
  return a.lastReadSeq === b.lastReadSeq && a.readRevision === b.readRevision && a.muted === b.muted
}

function isSameCount(a: Counts, b: Counts): boolean {
  return a.unread === b.unread && a.mentions === b.mentions
}
