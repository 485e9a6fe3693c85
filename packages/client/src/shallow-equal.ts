/** Whether two objects have the same properties with the very same values: then the first can stay. */
export function shallowEqual(a: object, b: object): boolean {
  const before = Object.entries(a)
  const after = new Map<string, unknown>(Object.entries(b))
  return before.length === after.size && before.every(([key, value]) => after.has(key) && after.get(key) === value)
}
