import { Counter, type Registry } from 'prom-client'

/** How a tally is called and where it is shown. */
interface TallyOptions {
  readonly name: string
  readonly help: string
  readonly registers: Registry[]
}

/**
 * Counts what happens many thousand times a second: a number that is added to, and becomes a metric when somebody asks. A counter of
 * `prom-client` makes an object and looks up its labels for each.
 */
export class Tally {
  #count = 0

  constructor(options: TallyOptions) {
    const counter = new Counter({
      ...options,
      collect: () => {
        counter.reset()
        counter.inc(this.#count)
      },
    })
  }

  inc(by = 1): void {
    this.#count += by
  }
}

/** The same, apart for each value of one label. The values come from the code, never from a peer: there are few. */
export class TallyBy<Label extends string> {
  readonly #counts = new Map<string, number>()
  readonly #label: Label

  constructor(label: Label, options: TallyOptions) {
    this.#label = label
    const counter = new Counter({
      ...options,
      labelNames: [label],
      collect: () => {
        counter.reset()
        for (const [value, count] of this.#counts) counter.labels(value).inc(count)
      },
    })
  }

  inc(labels: Readonly<Record<Label, string>>, by = 1): void {
    const value = labels[this.#label]
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + by)
  }
}
