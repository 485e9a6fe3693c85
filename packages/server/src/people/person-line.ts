import { utf8Length } from '@holdfast/protocol'
import type { PersonView } from './person.ts'

/** Room for what is put in when the line is written: `lastSeen`, `dndUntil` and `currentRoom`. Bytes. */
const LATER_BYTES = 140

/** One person as they stand in `presence` frames, encoded once for all who are told. */
export class PersonLine {
  readonly isOffline: boolean
  /** About how many bytes it takes, and no fewer. */
  readonly bytes: number
  readonly #view: PersonView
  readonly #before: string
  readonly #after: string

  constructor(userId: string, view: PersonView) {
    const { status, customStatus, device } = view
    this.isOffline = status === 'offline'
    this.#view = view
    this.#before = `${JSON.stringify({ userId, status }).slice(0, -1)},"lastSeen":`
    this.#after = field('customStatus', customStatus) + field('device', device)
    this.bytes = utf8Length(this.#before) + utf8Length(this.#after) + LATER_BYTES
  }

  /** Offline, and it is not known since when: what whoever was told nothing believes anyway. */
  get saysNothing(): boolean {
    return this.isOffline && this.#view.lastSeen === null
  }

  /** The room they look at; not part of what the line says to everybody. */
  get currentRoom(): string | null {
    return this.#view.currentRoom
  }

  /** Whether it says the same, but for the room they look at. */
  isSame(other: PersonLine): boolean {
    return (
      this.#before === other.#before &&
      this.#after === other.#after &&
      this.#view.lastSeen === other.#view.lastSeen &&
      this.#view.dndUntil === other.#view.dndUntil
    )
  }

  /** The JSON of the person at `nowMs` of wall time. `room`: what is said of the room they look at; undefined: nothing. */
  text(nowMs: number, room: string | null | undefined): string {
    const { dndUntil, lastSeen } = this.#view
    // A clock that was set back has stamps ahead of it: nobody was there in the future.
    const lastThere = lastSeen === null ? null : Math.min(lastSeen, nowMs)
    const seen = this.isOffline ? lastThere : nowMs
    const dnd = dndUntil !== null && dndUntil > nowMs ? field('dndUntil', dndUntil) : ''
    const where = room === undefined ? '' : `,"currentRoom":${JSON.stringify(room)}`
    return `${this.#before}${seen}${this.#after}${dnd}${where}}`
  }
}

/** What is not there is left out. */
function field(name: string, value: string | number | null): string {
  return value === null ? '' : `,"${name}":${JSON.stringify(value)}`
}
