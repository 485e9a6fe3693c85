import type { PersonSettings, Refusal } from '@holdfast/protocol'
import type { Readable } from '../readable.ts'

/** What this person has settled for themselves, on all devices. Read when the client comes online. */
export interface Settings extends Readable<SettingsView> {
  /**
   * Changes what is named and leaves the rest. Shown at once, and as it was again when the server refuses; then it rejects
   * with a `HoldfastError`.
   */
  update(changes: Partial<PersonSettings>): Promise<void>
}

/** Immutable; the same object until something in it changed. */
export interface SettingsView {
  /** Null until they were read. */
  readonly settings: PersonSettings | null
  /** Why they could not be read the last time; null when they could. */
  readonly error: Refusal | null
}
