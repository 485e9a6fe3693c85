/** What time it is. Wall time may jump either way; monotonic time never goes back. */
export interface Clock {
  /** Milliseconds since the Unix epoch: for what people are shown, never for measuring how long something took. */
  wallMs(): number
  /** Milliseconds since some fixed moment of this page or process. */
  monoMs(): number
}
