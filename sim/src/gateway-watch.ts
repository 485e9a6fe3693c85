import type { Outcome } from '@holdfast/server/testing'
import { framesDown } from './frames-of.ts'
import type { SimHost } from './sim-host.ts'
import type { NodeParts } from './sim-process.ts'
import type { LinkWatcher } from './watch.ts'

/** What goes over a line between threads, as far as it matters here. */
interface Item {
  readonly kind: 'call' | 'answer' | 'failure' | 'told'
  readonly id?: number
  readonly method?: string
  readonly value?: unknown
  readonly message?: { readonly kind: string; readonly roomId: string; readonly epoch: string; readonly events: Events }
}

type Events = readonly { readonly seq: number }[]

/** Sees what one gateway asks of the owner of the log, and hears from it, at the moment it does. */
export class GatewayWatch {
  readonly #parts: NodeParts
  readonly #name: string
  /** Commits that it has not heard the end of. */
  readonly #commits = new Set<number>()
  /** How far it was told of each log. */
  readonly #told = new Map<string, number>()

  constructor(host: SimHost, parts: NodeParts) {
    this.#name = host.name
    this.#parts = parts
  }

  /** It posts something. */
  asks(message: unknown): void {
    for (const { kind, method, id } of itemsOf(message)) {
      if (kind === 'call' && method === 'commit' && id !== undefined) this.#commits.add(id)
    }
  }

  /** It takes what was posted to it. */
  hears(message: unknown): void {
    for (const item of itemsOf(message)) {
      if (item.kind === 'told' && item.message?.kind === 'events') this.#hearsOf(item.message)
      if (item.id !== undefined && item.kind !== 'call' && this.#commits.delete(item.id) && item.kind === 'answer')
        this.#newsCameFirst(item.value as readonly Outcome[])
    }
  }

  /** It dies. */
  dies(): void {
    const { coverage } = this.#parts
    coverage.saw('gateway died')
    if (this.#commits.size > 0) coverage.saw('gateway died with commands on their way')
  }

  /** A connection of somebody's to it. `hasMoved`: they were connected to another one before. */
  link(userId: string, hasMoved: boolean): LinkWatcher {
    const { coverage, bans, watch } = this.#parts
    const watcher = watch.link(userId, this.#name)
    const snapshots = new Set<string>()
    return {
      up: text => watcher.up(text),
      down: (text, bufferedBytes) => {
        watcher.down(text, bufferedBytes)
        bans.nothingBehindTheirBan(userId, text)
        for (const frame of framesDown(text)) {
          if (frame.type === 'room.snapshot') snapshots.add(frame.roomId)
          const hasResumed = frame.type === 'room.live' && !snapshots.has(frame.roomId)
          if (hasResumed && hasMoved) coverage.saw('resumed at another gateway')
        }
      },
    }
  }

  #hearsOf({ roomId, epoch, events }: NonNullable<Item['message']>): void {
    const log = `${roomId} ${epoch}`
    this.#told.set(log, Math.max(events.at(-1)?.seq ?? 0, this.#told.get(log) ?? 0))
  }

  /** CORE2: a gateway has been told the news of a commit when it is answered. */
  #newsCameFirst(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      if (!outcome.ok || outcome.events.length === 0) continue
      const { roomId, epoch, seq } = outcome
      this.#parts.coverage.saw('command answered after its news')
      if (seq > (this.#told.get(`${roomId} ${epoch}`) ?? 0) && outcome.detail.kind !== 'deleted')
        this.#parts.onBreach('CORE2', `${this.#name} is answered ${seq} of ${roomId}, of which it was not told`)
    }
  }
}

function itemsOf(message: unknown): readonly Item[] {
  return message as readonly Item[]
}
