import { hash } from 'node:crypto'
import type { LogCommand } from '@holdfast/server/testing'
import type { SimRandom } from './sim-random.ts'

/** One transaction as it stands on the disk: what it was asked, and when, by the clock of the node that asked. */
export interface Written {
  /** Those of its commands that changed something or found it done; fewer, or parts of them, where the power tore it. */
  commands: readonly LogCommand[]
  readonly wallMs: number
  /** Of what was meant to be written: what was torn does not match it. */
  readonly sum: string
  isSynced: boolean
}

/** What has become of the transactions that were not synced when the power went. */
export interface PowerLoss {
  /** There as if they had been synced. */
  readonly kept: number
  /** Gone without a trace. */
  readonly lost: number
  /** Half there: one at most, the last. */
  readonly torn: number
}

/** The disk under the store: transactions one behind the other. What is not synced yet may be gone with the power, or half there. */
export class SimDisk {
  #written: Written[] = []

  /** Every transaction, in its order. */
  get written(): readonly Written[] {
    return this.#written
  }

  /** A transaction, as it was decided. It is where the operating system keeps what is to be written: the power can still take it. */
  write(commands: readonly LogCommand[], wallMs: number): Written {
    const meant = commands.map(freed)
    const written: Written = { commands: meant, wallMs, sum: sumOf(meant), isSynced: false }
    // What was refused leaves nothing to be written.
    if (meant.length > 0) this.#written.push(written)
    return written
  }

  /** Everything up to here survives whatever happens. */
  sync(): void {
    for (let i = this.#written.length - 1; i >= 0; i--) {
      const written = this.#written[i]
      if (written === undefined || written.isSynced) return
      written.isSynced = true
    }
  }

  /** The last transaction is not to be there: it could not be synced. */
  takeBack(written: Written): void {
    if (this.#written.at(-1) === written) this.#written.pop()
  }

  /** The power is gone. Of what was not synced some is there all the same, up to one that may be half there; the rest is lost. */
  losePower(random: SimRandom): PowerLoss {
    const first = this.#written.findIndex(({ isSynced }) => !isSynced)
    if (first < 0) return { kept: 0, lost: 0, torn: 0 }
    const kept = random.int(0, this.#written.length - first)
    const [next, ...lost] = this.#written.splice(first + kept)
    if (next === undefined) return { kept, lost: 0, torn: 0 }
    const isTorn = random.chance(0.5)
    if (isTorn) this.#written.push({ ...next, commands: torn(next.commands) })
    return { kept, lost: lost.length + (isTorn ? 0 : 1), torn: isTorn ? 1 : 0 }
  }

  /** Whoever opens it again reads up to the first that is not as it was meant, cuts off what follows, and syncs. How many were cut. */
  reopen(): number {
    const bad = this.#written.findIndex(({ commands, sum }) => sumOf(commands) !== sum)
    const cut = bad < 0 ? [] : this.#written.splice(bad)
    this.sync()
    return cut.length
  }

  /** A backup of the first `count` transactions takes the place of all. */
  goBack(count: number): void {
    this.#written.length = Math.min(this.#written.length, count)
  }
}

function sumOf(commands: readonly LogCommand[]): string {
  return hash('md5', JSON.stringify(commands))
}

/** The first half of what was to be written: fewer commands, and of the last of them half of its text. */
function torn(commands: readonly LogCommand[]): readonly LogCommand[] {
  const left = commands.slice(0, Math.ceil(commands.length / 2))
  const last = left.at(-1)
  if (last === undefined || !('content' in last)) return commands.length > left.length ? left : []
  return [...left.slice(0, -1), { ...last, content: last.content.slice(0, last.content.length / 2) }]
}

/** The command for somebody who decides it once more: nothing that its sender's session has done since keeps it back. */
function freed(command: LogCommand): LogCommand {
  if (command.kind !== 'message.send') return command
  const lane = command.lane.copy()
  if (lane.blockedBy !== null) lane.release(lane.blockedBy)
  return { ...command, lane }
}
