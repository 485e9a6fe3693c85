/** Whether two objects, or two lists, have the same properties with equal values: the very same ones, unless told otherwise. */
export function shallowEqual(a: object, b: object, isEqual: (a: unknown, b: unknown) => boolean = Object.is): boolean {
  const before = Object.entries(a)
  const after: Readonly<Record<string, unknown>> = { ...b }
  return (
    before.length === Object.keys(after).length &&
    before.every(([key, value]) => Object.hasOwn(after, key) && isEqual(value, after[key]))
  )
}

/** Whether two values of JSON are equal, whatever the order of their properties. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  return Array.isArray(a) === Array.isArray(b) && shallowEqual(a, b, deepEqual)
}

/**
 * `now`, with every item that is equal to the one of the same name in `before` being that very one; `before` itself when
 * nothing is different.
 */
export function keepEqual<T extends object>(
  now: readonly T[],
  before: readonly T[],
  nameOf: (item: T) => string,
): readonly T[] {
  const known = new Map(before.map(item => [nameOf(item), item]))
  const kept = now.map(item => {
    const old = known.get(nameOf(item))
    return old !== undefined && deepEqual(old, item) ? old : item
  })
  return shallowEqual(kept, before) ? before : kept
}
