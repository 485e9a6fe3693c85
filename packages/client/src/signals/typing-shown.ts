import { TYPING_TTL_MS, type Typing } from '@holdfast/protocol'
import { shallowEqual } from '../equal.ts'
import type { ClientPlatform } from '../platform/platform.ts'
import type { Cancel } from '../platform/scheduler.ts'
import { type Moment, momentOf, passed } from './moment.ts'

/** What the indicators need from the rest of the client. */
export interface TypingShownDeps {
  readonly platform: Pick<ClientPlatform, 'clock' | 'scheduler'>
  userId(): string | null
  /** In this room it is others who type now. */
  onChange(roomId: string): void
}

/** Who types in one room. Never this person. */
export interface TypingPeople {
  readonly userIds: readonly string[]
  readonly count: number
}

/** Nobody is typing. */
export const NOBODY: TypingPeople = { userIds: [], count: 0 }

/** While anybody types it is looked at least this often whose time is over, however long the device has slept. Milliseconds. */
const LOOK_EVERY_MS = 1_000

interface Shown {
  readonly people: TypingPeople
  /** When the frame came, and for how long from then on each of those named is shown. */
  readonly from: Moment
  readonly named: readonly { readonly id: string; readonly endsIn: number }[]
  readonly unnamed: number
}

/** Who is typing in which room, as the server told: nobody longer than it said, whatever is lost and whatever the clock does. */
export class TypingShown {
  readonly #deps: TypingShownDeps
  readonly #rooms = new Map<string, Shown>()
  #timer: Cancel | null = null

  constructor(deps: TypingShownDeps) {
    this.#deps = deps
  }

  of(roomId: string): TypingPeople {
    return this.#rooms.get(roomId)?.people ?? NOBODY
  }

  /** It takes the place of what was told of the room before. */
  take({ roomId, userIds, count = userIds.length, remainingMs = [] }: Typing): void {
    const named = userIds
      .map((id, i) => ({ id, endsIn: Math.min(TYPING_TTL_MS, remainingMs[i] ?? TYPING_TTL_MS) }))
      .filter(({ id }) => id !== this.#deps.userId())
    this.#set(roomId, { from: momentOf(this.#deps.platform.clock), named, unnamed: count - userIds.length })
    this.#look()
  }

  /** Somebody has said it. */
  end(roomId: string, userId: string): void {
    const shown = this.#rooms.get(roomId)
    if (shown) this.#set(roomId, { ...shown, named: shown.named.filter(({ id }) => id !== userId) })
  }

  /** Nothing is known of the room any more. */
  clear(roomId: string): void {
    this.#rooms.delete(roomId)
  }

  /** Ends what is over, and looks again when the next one may be. */
  #look(): void {
    this.#timer?.()
    this.#timer = null
    let next = LOOK_EVERY_MS
    for (const [roomId, shown] of this.#rooms) {
      const age = passed(shown.from, momentOf(this.#deps.platform.clock))
      const named = shown.named.filter(({ endsIn }) => endsIn > age)
      const unnamed = age < TYPING_TTL_MS ? shown.unnamed : 0
      next = Math.min(next, ...named.map(({ endsIn }) => endsIn - age), unnamed > 0 ? TYPING_TTL_MS - age : next)
      this.#set(roomId, { ...shown, named, unnamed })
    }
    if (this.#rooms.size > 0) this.#timer = this.#deps.platform.scheduler.after(next, () => this.#look())
  }

  #set(roomId: string, shown: Omit<Shown, 'people'>): void {
    const before = this.of(roomId)
    const userIds = shown.named.map(({ id }) => id)
    const count = userIds.length + shown.unnamed
    const isSame = count === before.count && shallowEqual(userIds, before.userIds)
    if (count === 0) this.#rooms.delete(roomId)
    else this.#rooms.set(roomId, { ...shown, people: isSame ? before : { userIds, count } })
    if (!isSame) this.#deps.onChange(roomId)
  }
}
