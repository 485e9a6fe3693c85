/** A value that changes, in the form that `useSyncExternalStore` takes. */
export interface Readable<T> {
  /** Calls `listener` after each change until the returned function is called. */
  subscribe(listener: () => void): () => void
  /** The value now: the same object until something in it changed. */
  getSnapshot(): T
}
