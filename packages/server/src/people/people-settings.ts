import type { PersonSettings } from '@holdfast/protocol'
import type { Logger } from '../observe/logger.ts'
import { Outage } from './outage.ts'

/** Most people whose settings are known at a time; those asked for longest ago are forgotten first. */
export const MAX_SETTINGS = 50_000

/** What the settings are read from. */
export interface SettingsSource {
  settings(userId: string): Promise<PersonSettings>
}

/**
 * What people have settled for themselves, as far as this node needs it. Whoever asks for somebody unknown gets the answer
 * that gives nothing away, and they are known soon after.
 */
export class PeopleSettings {
  readonly #source: SettingsSource
  /** Who waits for settings asks again four times a second, each for themselves. */
  readonly #outage: Outage
  readonly #known = new Map<string, PersonSettings>()
  readonly #loading = new Map<string, Promise<PersonSettings>>()

  constructor(source: SettingsSource, logger: Logger) {
    this.#source = source
    this.#outage = new Outage(logger)
  }

  /** Whether a person shows how far they have read, and so may see it of others; null while it is not known. */
  showsReads(userId: string): boolean | null {
    return this.#ask(userId)?.readReceipts ?? null
  }

  /** Whether a person appears offline, or may: true while it is not known. */
  mayBeHidden(userId: string): boolean {
    return this.#ask(userId)?.appearOffline ?? true
  }

  /** Whether a person appears offline: at once, or as soon as it is known. True when it cannot be found out. Never rejects. */
  isHidden(userId: string): boolean | Promise<boolean> {
    const known = this.#known.get(userId)
    if (known !== undefined) {
      this.#keep(userId, known)
      return known.appearOffline
    }
    return this.#read(userId).then(
      ({ appearOffline }) => appearOffline,
      () => true,
    )
  }

  /** Resolves once they are known; rejects when the store is away. */
  async load(userId: string): Promise<PersonSettings> {
    return this.#known.get(userId) ?? (await this.#read(userId))
  }

  /** The bus says what they are now. */
  receive(userId: string, settings: PersonSettings): void {
    // What is being read may be older than this.
    this.#loading.delete(userId)
    this.#keep(userId, settings)
  }

  #ask(userId: string): PersonSettings | undefined {
    const known = this.#known.get(userId)
    if (known === undefined) {
      // More at a time would be somebody's flood; they are asked for again.
      if (this.#loading.size < MAX_SETTINGS && !this.#loading.has(userId)) {
        this.#read(userId).catch(error => this.#outage.warn(error, "unable to read people's settings"))
      }
      return undefined
    }
    this.#keep(userId, known)
    return known
  }

  async #read(userId: string): Promise<PersonSettings> {
    const loading = this.#loading.get(userId) ?? this.#source.settings(userId)
    this.#loading.set(userId, loading)
    try {
      const settings = await loading
      this.#outage.isOver()
      if (this.#loading.get(userId) === loading) this.#keep(userId, settings)
      return this.#known.get(userId) ?? settings
    } finally {
      if (this.#loading.get(userId) === loading) this.#loading.delete(userId)
    }
  }

  #keep(userId: string, settings: PersonSettings): void {
    this.#known.delete(userId)
    this.#known.set(userId, settings)
    if (this.#known.size <= MAX_SETTINGS) return
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#known.delete(oldest)
  }
}
