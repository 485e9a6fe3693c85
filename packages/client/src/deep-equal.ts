/** Whether two values of JSON are equal, whatever the order of their properties. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const before = Object.entries(a)
  const after = new Map<string, unknown>(Object.entries(b))
  return (
    before.length === after.size && before.every(([key, value]) => after.has(key) && deepEqual(value, after.get(key)))
  )
}
