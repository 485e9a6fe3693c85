/** Where chance comes from. */
export interface Random {
  /** A number from 0 up to, not including, 1: for jitter. */
  fraction(): number
  /** An id of 1–64 characters `[A-Za-z0-9_-]` that nobody else makes: names a message for ever. */
  id(): string
}
