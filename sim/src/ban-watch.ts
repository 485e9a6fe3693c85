import { framesDown } from './frames-of.ts'
import type { CommitRule } from './invariants/commits.ts'
import type { LedgerRoom } from './ledger.ts'

/** What it needs of the world. */
interface Parts {
  readonly room: (roomId: string) => LedgerRoom | undefined
  readonly breach: (rule: string, what: string) => void
}

/**
 * GONE3, of those who read a public room without being in it: their ban is no event, and only a hint tells of it. Where hints come in the
 * order of the log and none is lost, nothing that was written behind the ban reaches them.
 */
export class BanWatch implements CommitRule {
  readonly #parts: Parts
  /** By room and person, where the log stood when they were banned. */
  readonly #bans = new Map<string, number>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  committed(command: Parameters<CommitRule['committed']>[0], { roomId, seq }: { roomId: string; seq: number }): void {
    if (command.kind === 'ban.remove' || command.kind === 'member.put') this.#bans.delete(`${roomId} ${command.userId}`)
    if (command.kind === 'member.join') this.#bans.delete(`${roomId} ${command.actor.userId}`)
    if (command.kind !== 'ban.put') return
    const name = `${roomId} ${command.userId}`
    this.#bans.set(name, seq)
    // The events of a batch are told before its bans.
    queueMicrotask(() => {
      if (this.#bans.get(name) === seq) this.#bans.set(name, this.#parts.room(roomId)?.events.length ?? seq)
    })
  }

  forget(): void {
    this.#bans.clear()
  }

  /** Somebody is sent this. */
  nothingBehindTheirBan(userId: string, text: string): void {
    for (const frame of framesDown(text)) {
      if (frame.type !== 'message.event') continue
      const { roomId, events } = frame
      const banned = this.#bans.get(`${roomId} ${userId}`)
      const seq = events.at(-1)?.seq ?? 0
      if (banned === undefined || seq <= banned || this.#parts.room(roomId)?.members.has(userId)) continue
      this.#parts.breach(
        'GONE3',
        `${userId} was sent seq ${seq} of ${roomId}, from which they were banned at ${banned}`,
      )
    }
  }
}
