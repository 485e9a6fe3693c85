/** What the device says about its network and its screen. Hints: they hurry the client, they never decide for it. */
export interface Network {
  /** False only when the device is sure that there is no network. */
  isUp(): boolean
  /** Whether a person can see the application now. True where there is no screen. */
  isVisible(): boolean
  /** Calls back on each change until the returned function is called. */
  watch(listener: (change: NetworkChange) => void): () => void
}

/** `hidden`: nobody sees the application now, and it may be about to end. */
export type NetworkChange = 'up' | 'down' | 'visible' | 'hidden'
