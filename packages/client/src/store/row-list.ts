import { keepEqual } from '../equal.ts'

/** What every row has: its name, which no other of the list has, whatever it shows. */
interface Named {
  readonly key: string
}

/**
 * The rows of a list that goes on changing. Only those between what is the same at both ends are made anew: of all others the
 * references are compared and copied, so that one more item in a long list costs little more than in a short one.
 */
export class RowList<Item, Row extends Named> {
  /** The same list as long as it shows the same, and in it the same row for whatever shows the same. */
  rows: readonly Row[] = []
  #items: readonly Item[] = []

  /**
   * The rows are now those of `items`; says whether `rows` is another list.
   *
   * @param rowOf makes the row of an item
   * @param alike how many items, from the first one on, have the row that they had if they are the same: all of them, unless told otherwise
   */
  follow(items: readonly Item[], rowOf: (item: Item) => Row, alike = items.length): boolean {
    const { rows } = this
    const before = this.#items
    const most = Math.min(items.length, before.length)
    let head = 0
    while (head < Math.min(most, alike) && items[head] === before[head]) head++
    let tail = 0
    while (alike === items.length && tail < most - head && items.at(-1 - tail) === before.at(-1 - tail)) tail++
    const end = rows.length - tail
    const replaced = rows.slice(head, end)
    const made = keepEqual(items.slice(head, items.length - tail).map(rowOf), replaced, ({ key }) => key)
    this.#items = items
    if (made === replaced) return false
    // A list that has only grown is copied once.
    this.rows = (head < rows.length ? rows.slice(0, head) : rows).concat(made, rows.slice(end))
    return true
  }
}
