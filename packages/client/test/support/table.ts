import { expect, test } from 'vitest'

/**
 * What a machine must do with one event in one state: the state it is in afterwards and its effects' names.
 * `stay`: the event means nothing there, and the very same state comes back.
 */
export type Cell<State extends string, Effect extends string> =
  | 'stay'
  | readonly [state: State, ...effects: readonly Effect[]]

/** Every state and every event: one that nobody decided does not compile. */
export type Table<State extends string, Event extends string, Effect extends string> = Record<
  State,
  Record<Event, Cell<State, Effect>>
>

/** A step as a table sees it. */
export interface Step<State extends string, Effect extends string> {
  readonly before: object
  readonly after: { readonly kind: State }
  readonly effects: readonly { readonly do: Effect }[]
}

/** One test for each cell of `table`. */
export function testTable<State extends string, Event extends string, Effect extends string>(
  table: Table<State, Event, Effect>,
  step: (state: State, event: Event) => Step<State, Effect>,
): void {
  const states = Object.entries(table) as [State, Record<Event, Cell<State, Effect>>][]
  for (const [state, row] of states) {
    for (const [event, cell] of Object.entries(row) as [Event, Cell<State, Effect>][]) {
      test(`${state} × ${event} → ${cell === 'stay' ? 'stay' : cell.join(', ')}`, () => {
        const { before, after, effects } = step(state, event)
        const done = effects.map(effect => effect.do)
        if (cell === 'stay') expect([after, done]).toEqual([before, []])
        else expect([after.kind, ...done]).toEqual(cell)
      })
    }
  }
}
