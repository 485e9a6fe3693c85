/**
 * `items` in the order in which they were shown before, those that were not shown yet at the end: so that nothing moves under
 * somebody's hand. Those that have gone are gone.
 */
export function steadied<T extends { readonly id: string }>(
  items: readonly T[],
  shown: readonly string[],
): readonly T[] {
  const byId = new Map(items.map(item => [item.id, item]))
  const known = shown.flatMap(id => {
    const item = byId.get(id)
    return byId.delete(id) && item !== undefined ? [item] : []
  })
  return [...known, ...byId.values()]
}
