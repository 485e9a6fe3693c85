/** When a person counts as away although nobody said so. */
export interface IdleOptions {
  /** Without input for so long: away. Default 300,000 (5 minutes). Milliseconds. */
  readonly afterMs?: number
  /** `onWarning` is called so long before; never when it is not less than `afterMs`. Default 60,000, or a fifth of `afterMs` if that is less. Milliseconds. */
  readonly warnMs?: number
  /**
   * True: this person is about to count as away, unless they do something. False: no longer, as there was input, in any tab, or
   * they are away by now. Called once each time, in every tab.
   */
  readonly onWarning?: (isDue: boolean) => void
  /** What counts as input. Default: pointer, keys, wheel, touch and coming back to the page, in browsers. */
  readonly activity?: ActivitySource
}

/** Tells that somebody is there. */
export interface ActivitySource {
  /** Calls back whenever the person does something, however often, until the returned function is called. */
  watch(onActivity: () => void): () => void
}
