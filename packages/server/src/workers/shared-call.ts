/** `call`, of which one is under way at a time: whoever comes meanwhile shares its answer. */
export function sharedCall<T>(call: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null
  return () => {
    underWay ??= call().finally(() => {
      underWay = null
    })
    return underWay
  }
}
