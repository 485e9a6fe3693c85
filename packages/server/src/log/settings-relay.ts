import type { PersonSettings } from '@holdfast/protocol'
import type { LogCommand } from './command.ts'
import { DEFAULT_SETTINGS } from './facts.ts'
import type { RoomLog, RoomReads } from './room-log.ts'

/** People whose settings the log in memory is known to have. It keeps more, so that none of these is forgotten there. */
const MOST_TOLD = 10_000

/**
 * Brings what people have settled, which the durable log keeps, to the one in memory, which begins without: somebody who
 * does not show how far they read must not show it in ephemeral rooms after a restart either.
 */
export class SettingsRelay {
  readonly #durable: RoomLog
  /** What the log in memory holds of each; the oldest first. */
  readonly #told = new Map<string, PersonSettings>()

  constructor(durable: RoomLog) {
    this.#durable = durable
  }

  /** What the log in memory has to be told before it takes `command`. */
  async before(command: LogCommand): Promise<readonly LogCommand[]> {
    const untold: LogCommand[] = []
    for (const userId of peopleShown(command)) {
      const changes = await settingsIn(this.#durable, userId)
      if (same(changes, this.#told.get(userId))) continue
      this.#remember(userId, changes)
      untold.push({ kind: 'user.settings', actor: { userId, name: userId, isAdmin: false }, changes })
    }
    return untold
  }

  /** A batch that changes somebody's settings was committed, perhaps in the log in memory alone: they are brought anew. */
  forget(userId: string): void {
    this.#told.delete(userId)
  }

  #remember(userId: string, settings: PersonSettings): void {
    this.#told.delete(userId)
    this.#told.set(userId, settings)
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= MOST_TOLD) return
      this.#told.delete(oldest)
    }
  }
}

/** What a person has settled; while that cannot be read they show nothing. */
export async function settingsIn(durable: Pick<RoomReads, 'settings'>, userId: string): Promise<PersonSettings> {
  try {
    return await durable.settings(userId)
  } catch {
    return { ...DEFAULT_SETTINGS, readReceipts: false }
  }
}

/** Who may show by this command how far they have read; and who settles something, of which the command has a part alone. */
function peopleShown(command: LogCommand): readonly string[] {
  switch (command.kind) {
    case 'room.create':
      return [command.actor.userId, ...command.members]
    case 'member.put':
      return [command.userId]
    case 'member.join':
    case 'room.read':
    case 'user.settings':
      return [command.actor.userId]
    default:
      return []
  }
}

function same(a: PersonSettings, b: PersonSettings | undefined): boolean {
  return a.readReceipts === b?.readReceipts && a.appearOffline === b.appearOffline
}
