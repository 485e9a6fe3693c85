import type { LogCommand, Outcome } from '@holdfast/server/testing'

/** One transaction as it was written: what it was asked, and when, by the clock of the node that asked. */
export interface Written {
  /** Those of its commands that changed something or found it done. */
  readonly commands: readonly LogCommand[]
  readonly wallMs: number
  isSynced: boolean
}

/** The disk under the store: transactions one behind the other. What is not synced yet may be gone with the power. */
export class SimDisk {
  #written: Written[] = []

  /** Every transaction, in its order. */
  get written(): readonly Written[] {
    return this.#written
  }

  /** A transaction, as it was decided. Not synced yet. */
  write(commands: readonly LogCommand[], outcomes: readonly Outcome[], wallMs: number): Written {
    const written = { commands: commands.filter((_, i) => outcomes[i]?.ok).map(freed), wallMs, isSynced: false }
    this.#written.push(written)
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

  /** The power is gone, and all that was not synced with it. How many transactions that were. */
  losePower(): number {
    const before = this.#written.length
    this.#written = this.#written.filter(({ isSynced }) => isSynced)
    return before - this.#written.length
  }

  /** A backup of the first `count` transactions takes the place of all. */
  goBack(count: number): void {
    this.#written.length = Math.min(this.#written.length, count)
  }
}

/** The command for somebody who decides it once more: nothing that its sender's session has done since keeps it back. */
function freed(command: LogCommand): LogCommand {
  if (command.kind !== 'message.send') return command
  const lane = command.lane.copy()
  if (lane.blockedBy !== null) lane.release(lane.blockedBy)
  return { ...command, lane }
}
