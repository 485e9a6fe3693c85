import type { LogCommand, LogCommandOf } from './command.ts'
import { directKeyOf } from './facts.ts'
import { MergedReads } from './merged-reads.ts'
import { type Outcome, refused } from './outcome.ts'
import type { RoomLog } from './room-log.ts'
import { SettingsRelay } from './settings-relay.ts'

/** A part of a batch that goes to one log, with the places of its commands in the whole. */
interface Share {
  readonly places: number[]
  readonly commands: LogCommand[]
}

/** The logs that a command goes to, or why it goes to none. */
type Placing = readonly RoomLog[] | (Outcome & { readonly ok: false })

/** The place of a command that nobody waits for. */
const NOWHERE = -1
/** No room has the empty id. */
const NO_ROOM = ''
const ID_TAKEN = refused('conflict', 'unable to create the room; its id is taken')
const UNREADABLE = refused('unavailable', 'unable to write; the store cannot be read now')

/**
 * Two logs as one: ephemeral rooms in memory, never on disk, and all others in the durable log. Ids are unique over
 * both, and so are the people of a direct room; lists are merged.
 *
 * A command goes to the log that has its room. A new room goes where its id or its people are taken already, to be
 * answered there as taken, and otherwise where its `ephemeral` says. It is never put into one log while the other has
 * its id: that would hide the room that is there.
 */
export class EphemeralRooms extends MergedReads implements RoomLog {
  readonly #durable: RoomLog
  readonly #memory: RoomLog
  readonly #settings: SettingsRelay

  constructor(parts: { readonly durable: RoomLog; readonly memory: RoomLog }) {
    super(parts)
    this.#durable = parts.durable
    this.#memory = parts.memory
    this.#settings = new SettingsRelay(parts.durable)
  }

  async commit(batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    return (await this.#isDurable(batch)) ? this.#durable.commit(batch) : this.#commitShares(batch)
  }

  /** Whether it is all about rooms that the durable log has, as nearly every batch is: there is nothing to sort then. */
  async #isDurable(batch: readonly LogCommand[]): Promise<boolean> {
    const roomIds = new Set<string>()
    for (const command of batch) {
      const { kind } = command
      if (kind === 'user.seen' || kind === 'user.settings' || kind === 'room.create') return false
      roomIds.add(command.roomId)
    }
    for (const roomId of roomIds) if (await this.#memory.holds(roomId, null)) return false
    return true
  }

  async #commitShares(batch: readonly LogCommand[]): Promise<readonly Outcome[]> {
    const outcomes = new Map<number, Outcome>()
    const shares = new Map<RoomLog, Share>([
      [this.#memory, { places: [], commands: [] }],
      [this.#durable, { places: [], commands: [] }],
    ])
    // What is created in this very batch is in no log yet. An id is claimed only while neither log has it.
    const claims = new Map<string, RoomLog>()
    for (const [place, command] of batch.entries()) {
      const logs = await this.#logsFor(command, claims)
      if ('ok' in logs) {
        outcomes.set(place, logs)
        continue
      }
      for (const log of logs) {
        const first = log === this.#memory ? await this.#settings.before(command) : []
        const share = shares.get(log)
        share?.places.push(...first.map(() => NOWHERE), place)
        share?.commands.push(...first, command)
      }
    }
    for (const [log, share] of shares) await commitShare(log, share, outcomes)
    for (const { kind, actor } of batch) if (kind === 'user.settings') this.#settings.forget(actor.userId)
    return batch.map((_, place) => outcomes.get(place) ?? refused('unavailable', 'unable to write; the store failed'))
  }

  /** Which log, or logs, a command is for; a refusal when it can be for none. */
  async #logsFor(command: LogCommand, claims: Map<string, RoomLog>): Promise<Placing> {
    // The name a person goes by, and what they settle, is wanted in both.
    if (command.kind === 'user.seen' || command.kind === 'user.settings') return [this.#memory, this.#durable]
    if (command.kind === 'room.create') return this.#logOfNew(command, claims)
    const claimed = claims.get(command.roomId)
    if (claimed !== undefined) return [claimed]
    return [(await this.#memory.holds(command.roomId, null)) ? this.#memory : this.#durable]
  }

  async #logOfNew(command: LogCommandOf<'room.create'>, claims: Map<string, RoomLog>): Promise<Placing> {
    const { roomId, ephemeral } = command
    const directKey = command.type === 'direct' ? directKeyOf([command.actor.userId, ...command.members]) : null
    try {
      const byId = (await this.#homeOf(roomId, null)) ?? claims.get(roomId)
      const byPeople =
        directKey === null ? undefined : ((await this.#homeOf(NO_ROOM, directKey)) ?? claims.get(directKey))
      // Their room may be deleted, or refused, earlier in this batch: the new one would then be made beside its id's.
      if (byId !== undefined && byPeople !== undefined && byId !== byPeople) return ID_TAKEN
      const log = byPeople ?? byId ?? (ephemeral ? this.#memory : this.#durable)
      claims.set(roomId, log)
      if (directKey !== null) claims.set(directKey, log)
      return [log]
    } catch {
      return UNREADABLE
    }
  }

  /** The log that has this id, or the direct room of these people. */
  async #homeOf(roomId: string, directKey: string | null): Promise<RoomLog | undefined> {
    if (await this.#memory.holds(roomId, directKey)) return this.#memory
    return (await this.#durable.holds(roomId, directKey)) ? this.#durable : undefined
  }
}

/** The outcome of the durable log, which comes second, stands for a command that went to both. */
async function commitShare(log: RoomLog, share: Share, outcomes: Map<number, Outcome>): Promise<void> {
  if (share.commands.length === 0) return
  const answered = await log.commit(share.commands)
  answered.forEach((outcome, i) => {
    const place = share.places[i]
    if (place !== undefined) outcomes.set(place, outcome)
  })
}
