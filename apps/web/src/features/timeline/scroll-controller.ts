/** Within this of the end counts as at the end, in pixels: less than a line, more than rounding. */
const END_SLACK_PX = 24
/** Coming nearer than this to the start asks for older messages, in pixels. */
const NEAR_START_PX = 600
/** Edges that are nearer to each other than this are one, in pixels: the browser scrolls by parts of a pixel. */
const ROUNDING_PX = 1
/** Rows whose place is remembered; the first that still exists anchors the view. */
const MAX_ANCHORS = 40

/** What the controller tells its owner. */
export interface ScrollEvents {
  /** The view reached or left the end. */
  onPinned(pinned: boolean): void
  /** The reader moves up and is near the start. */
  onNearStart(): void
  /** Other rows may be in view: the view was moved, or it or its content has another size. Never in the midst of a commit. */
  onMoved(): void
}

interface Anchor {
  readonly row: HTMLElement
  readonly top: number
}

/** Where a row stood on the glass, by its `data-row`: what outlives the elements. */
export interface Place {
  readonly key: string
  /** Below the top of the view, in pixels. */
  readonly top: number
}

/**
 * The one owner of a timeline's scroll position.
 *
 * `pinned`: the end is in view and stays in view whatever grows, above or below. Otherwise the reader is in history: the row
 * at the top of the view stays where it is on the glass, whatever is inserted, grows or vanishes above it. The browser's own
 * anchoring is off (`overflow-anchor: none`): it fails at the very top and does not exist everywhere.
 *
 * Rows are the elements with `data-row`; nothing else is assumed of the list, so that a virtual one can take its place.
 */
export class ScrollController {
  readonly #scroller: HTMLElement
  readonly #content: HTMLElement
  readonly #events: ScrollEvents
  readonly #observer: ResizeObserver
  #pinned = true
  #anchors: readonly Anchor[] = []
  #lastTop = 0

  constructor(scroller: HTMLElement, content: HTMLElement, events: ScrollEvents) {
    this.#scroller = scroller
    this.#content = content
    this.#events = events
    this.#observer = new ResizeObserver(() => {
      this.settle()
      this.#events.onMoved()
    })
  }

  /** Begins, where a row of `places` stands as it stood then, else at the end. The answer ends it. */
  start(places: readonly Place[]): () => void {
    this.#recall(places)
    this.#scroller.addEventListener('scroll', this.#onScroll, { passive: true })
    this.#observer.observe(this.#scroller)
    this.#observer.observe(this.#content)
    this.settle()
    return () => {
      this.#scroller.removeEventListener('scroll', this.#onScroll)
      this.#observer.disconnect()
    }
  }

  get isPinned(): boolean {
    return this.#pinned
  }

  /** Where the reader is, to come back to; empty at the end. */
  get places(): readonly Place[] {
    return this.#anchors.map(({ row, top }) => ({ key: row.dataset.row ?? '', top }))
  }

  /** The last row of which the end, or at least half of it, is in view: read down to it, whoever looks. Null: there is none. */
  get lastInView(): HTMLElement | null {
    const view = this.#scroller.getBoundingClientRect()
    const rows = this.#rows()
    const cut = firstBelow(rows, view.bottom + ROUNDING_PX)
    const half = rows[cut]
    if (half !== undefined && isHalfAbove(half, view)) return half
    const whole = rows[cut - 1]
    return whole !== undefined && whole.getBoundingClientRect().bottom > view.top ? whole : null
  }

  /** Puts the view right after the list changed. Called after each commit, before the paint; observed growth calls it too. */
  settle(): void {
    if (this.#pinned) this.#moveTo(this.#scroller.scrollHeight)
    else this.#restoreAnchor()
    this.#remember()
  }

  /** To the newest message, and stay there. */
  toEnd(): void {
    this.#setPinned(true)
    this.settle()
  }

  /** Brings `row` into view, its top at `fraction` of the view's height, and stops following the end unless it is in view too. */
  toRow(row: Element, fraction: number): void {
    const view = this.#scroller.getBoundingClientRect()
    const shift = row.getBoundingClientRect().top - view.top - view.height * fraction
    this.#moveTo(this.#scroller.scrollTop + shift)
    this.#setPinned(this.#isAtEnd())
    this.#remember()
  }

  readonly #onScroll = (): void => {
    const top = this.#scroller.scrollTop
    const movesUp = top < this.#lastTop
    this.#lastTop = top
    if (this.#isAtEnd()) this.#setPinned(true)
    else if (movesUp) this.#setPinned(false)
    this.#remember()
    if (movesUp && top < NEAR_START_PX) this.#events.onNearStart()
    this.#events.onMoved()
  }

  #moveTo(top: number): void {
    this.#scroller.scrollTop = top
    this.#lastTop = this.#scroller.scrollTop
  }

  #setPinned(pinned: boolean): void {
    if (this.#pinned === pinned) return
    this.#pinned = pinned
    this.#events.onPinned(pinned)
  }

  #isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller
    return scrollHeight - scrollTop - clientHeight <= END_SLACK_PX
  }

  #restoreAnchor(): void {
    const anchor = this.#anchors.find(({ row }) => row.isConnected)
    if (anchor === undefined) return
    const drift = this.#topOf(anchor.row) - anchor.top
    if (drift !== 0) this.#moveTo(this.#scroller.scrollTop + drift)
  }

  #recall(places: readonly Place[]): void {
    const rows = new Map(this.#rows().map(row => [row.dataset.row, row]))
    this.#anchors = places.flatMap(({ key, top }) => {
      const row = rows.get(key)
      return row === undefined ? [] : [{ row, top }]
    })
    if (this.#anchors.length > 0) this.#setPinned(false)
  }

  /** Where the rows in view stand on the glass. */
  #remember(): void {
    if (this.#pinned) {
      this.#anchors = []
      return
    }
    const rows = this.#rows()
    const first = firstBelow(rows, this.#scroller.getBoundingClientRect().top)
    this.#anchors = rows.slice(first, first + MAX_ANCHORS).map(row => ({ row, top: this.#topOf(row) }))
  }

  #rows(): readonly HTMLElement[] {
    return [...this.#content.querySelectorAll<HTMLElement>('[data-row]')]
  }

  #topOf(row: Element): number {
    return row.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top
  }
}

/** Whether at least half of `row`, which ends below `view`, is in it. */
function isHalfAbove(row: Element, view: DOMRect): boolean {
  const { top, height } = row.getBoundingClientRect()
  return view.bottom - Math.max(top, view.top) >= height / 2
}

/** The index of the first row that ends below `edge`, by halving: rows stand in order. */
function firstBelow(rows: readonly Element[], edge: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    const bottom = rows[middle]?.getBoundingClientRect().bottom ?? 0
    if (bottom > edge) high = middle
    else low = middle + 1
  }
  return low
}
